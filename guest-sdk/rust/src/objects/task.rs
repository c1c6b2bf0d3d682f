//! Tasks, of a case and global.

use super::object;
use crate::{CustomAttributes, JsonObject, Tags};

object! {
    /// A task of a case.
    pub struct Task: "task", id "id" {
        /// What is to be done, in a line.
        task_title: String,
        /// Id of the task's status.
        task_status_id: i64,
        /// What is to be done, in Markdown.
        task_description: String,
        /// Tags, comma-separated.
        task_tags: Tags,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Ids of the users who are to do the task.
        task_assignees_id: Vec<i64>,
        /// Id of the task.
        id: i64,
        /// Its identity across servers.
        task_uuid: String,
        /// When the task was opened.
        task_open_date: String,
        /// When the task was closed; null while it is open.
        task_close_date: String,
        /// When the task was last changed.
        task_last_update: String,
        /// Id of the user who opened the task.
        task_userid_open: i64,
        /// Id of the user who closed the task.
        task_userid_close: i64,
        /// Id of the user who last changed the task.
        task_userid_update: i64,
        /// Id of the task's case.
        task_case_id: i64,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}

object! {
    /// A task that belongs to no case.
    pub struct GlobalTask: "global_task", id "task_id" {
        /// What is to be done, in a line.
        task_title: String,
        /// Id of the user who is to do the task.
        task_assignee_id: i64,
        /// Id of the task's status.
        task_status_id: i64,
        /// What is to be done, in Markdown.
        task_description: String,
        /// Tags, comma-separated.
        task_tags: Tags,
        /// Id of the task.
        task_id: i64,
        /// Its identity across servers.
        task_uuid: String,
        /// When the task was opened.
        task_open_date: String,
        /// When the task was closed; null while it is open.
        task_close_date: String,
        /// When the task was last changed.
        task_last_update: String,
        /// Id of the user who opened the task.
        task_userid_open: i64,
        /// Id of the user who closed the task.
        task_userid_close: i64,
        /// Id of the user who last changed the task.
        task_userid_update: i64,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
