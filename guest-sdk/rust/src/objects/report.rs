//! Reports.

use super::object;

object! {
    /// A report of a case.
    pub struct Report: "report", id "report_id" {
        /// Id of the case that is reported on.
        case_id: i64,
        /// Id of the report's template; all that IRIS itself carries.
        template_id: i64,
        /// Id of the report.
        report_id: i64,
        /// Where the server keeps the document.
        file_path: String,
        /// Name of the user who asked for the report.
        user_name: String,
        /// The document, in base64.
        file: String,
    }
}
