//! Evidence.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, JsonObject};

object! {
    /// A piece of evidence: a file, as a rule. Its type is `type` in [`extra`](Self::extra).
    pub struct Evidence: "evidence", id "id" {
        /// Name of the file.
        filename: String,
        /// Size of the file in bytes.
        file_size: i64,
        /// Hash of the file, in hexadecimal.
        file_hash: String,
        /// What the file is and where it comes from.
        file_description: String,
        /// Id of the evidence's type.
        type_id: i64,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Id of the evidence.
        id: i64,
        /// Its identity across servers.
        file_uuid: String,
        /// When the evidence was registered.
        date_added: String,
        /// When the evidence was acquired.
        acquisition_date: String,
        /// The first moment that the evidence covers.
        start_date: String,
        /// The last moment that the evidence covers.
        end_date: String,
        /// The evidence's case.
        case: JsonObject,
        /// Id of the evidence's case.
        case_id: i64,
        /// Id of the user who registered the evidence.
        user_id: i64,
        /// The user who registered the evidence.
        user: JsonObject,
        /// Who had the evidence, and when.
        chain_of_custody: Value,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
