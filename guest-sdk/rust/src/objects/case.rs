//! Cases.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, JsonObject};

object! {
    /// A case.
    pub struct Case: "case", id "case_id" {
        /// Id of the incident's classification.
        classification_id: i64,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// The name to give to the case.
        case_name: String,
        /// What the case is about, in Markdown.
        case_description: String,
        /// The case's number in another system, such as a ticket.
        case_soc_id: String,
        /// Id of the customer whom the case concerns.
        case_customer: i64,
        /// Id of the template to fill the case from.
        case_template_id: i64,
        /// Id of the case.
        case_id: i64,
        /// Its identity across servers.
        case_uuid: String,
        /// The case's name.
        name: String,
        /// What the case is about, in Markdown.
        description: String,
        /// The case's number in another system, such as a ticket.
        soc_id: String,
        /// Id of the customer whom the case concerns.
        client_id: i64,
        /// The customer.
        client: JsonObject,
        /// Id of the user who answers for the case.
        owner_id: i64,
        /// The user who answers for the case.
        owner: JsonObject,
        /// Id of the user who opened the case.
        user_id: i64,
        /// The user who opened the case.
        user: JsonObject,
        /// Id of the case's state.
        state_id: i64,
        /// The case's state.
        state: JsonObject,
        /// Id of the case's outcome.
        status_id: i64,
        /// Name of the case's outcome.
        status_name: String,
        /// Id of the severity.
        severity_id: i64,
        /// The severity.
        severity: JsonObject,
        /// The incident's classification.
        classification: JsonObject,
        /// Id of the user who reviews the case.
        reviewer_id: i64,
        /// The user who reviews the case.
        reviewer: JsonObject,
        /// Id of the review's status.
        review_status_id: i64,
        /// The review's status.
        review_status: JsonObject,
        /// The day on which the case was opened.
        open_date: String,
        /// The day on which the case was closed; null while it is open.
        close_date: String,
        /// When the case was first opened.
        initial_date: String,
        /// What was written when the case was closed.
        closing_note: String,
        /// The case's tags: a list, or comma-separated.
        tags: Value,
        /// The people of the case, each with a role and a name.
        protagonists: Vec<Value>,
        /// The alerts that became this case.
        alerts: Vec<Value>,
        /// The directories of the case's notes.
        note_directories: Vec<Value>,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
