//! Notes.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, JsonObject};

object! {
    /// A note of a case.
    pub struct Note: "note", id "note_id" {
        /// The note's title.
        note_title: String,
        /// The note itself, in Markdown.
        note_content: String,
        /// Id of the directory that the note is in.
        directory_id: i64,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Id of the note.
        note_id: i64,
        /// Its identity across servers.
        note_uuid: String,
        /// Id of the user who wrote the note.
        note_user: i64,
        /// When the note was written.
        note_creationdate: String,
        /// When the note was last changed.
        note_lastupdate: String,
        /// Id of the note's case.
        note_case_id: i64,
        /// The directory: its id, name, parent_id and case_id.
        directory: JsonObject,
        /// The comments on the note.
        comments: Vec<Value>,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
