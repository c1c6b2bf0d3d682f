//! Assets.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, JsonObject, Tags};

object! {
    /// A machine, an account or whatever else an incident touches.
    pub struct Asset: "asset", id "asset_id" {
        /// Name of the machine or the account.
        asset_name: String,
        /// Id of the asset's type.
        asset_type_id: i64,
        /// Id of how far the analysis has come.
        analysis_status_id: i64,
        /// IP address of the asset.
        asset_ip: String,
        /// Domain that the asset belongs to.
        asset_domain: String,
        /// What the asset is, in Markdown.
        asset_description: String,
        /// Tags, comma-separated.
        asset_tags: Tags,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Ids of the IOCs to link to the asset.
        ioc_links: Vec<i64>,
        /// Id of the asset.
        asset_id: i64,
        /// Its identity across servers.
        asset_uuid: String,
        /// The asset's type.
        asset_type: JsonObject,
        /// More about the asset.
        asset_info: String,
        /// Id of whether the asset is compromised.
        asset_compromise_status_id: i64,
        /// What other systems know about the asset.
        asset_enrichment: Value,
        /// How far the analysis has come.
        analysis_status: JsonObject,
        /// The alerts in which the asset appears.
        alerts: Vec<Value>,
        /// Id of the asset's case.
        case_id: i64,
        /// When the asset was added.
        date_added: String,
        /// When the asset was last changed.
        date_update: String,
        /// Id of the user who added the asset.
        user_id: i64,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
