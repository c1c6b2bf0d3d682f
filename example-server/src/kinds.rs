//! The kinds of objects: what IRIS has, and in its words.
//!
//! The names and the order of the fields are those of the committed objects that IRIS gives to its modules.

use crate::field::Constant::{Boolean, EmptyList, EmptyObject, Integer, Null, Text as Words};
use crate::field::Source::{
    Case, CaseReference, Chosen, ChosenLabel, Comments, Created, Id, InUtc, Updated, Updater, User, UserReference, Uuid,
};
use crate::field::Type::{Boolean as Flag, Choice, Date, Objects, Offset, Tags, Text, Title, Users};
use crate::field::{Field, Type};
use crate::kind::ObjectKind;
use crate::lookup::{
    ANALYSIS_STATUSES, ASSET_TYPES, CASE_OUTCOMES, CASE_STATES, CASE_TEMPLATES, CLASSIFICATIONS, COMPROMISE_STATUSES,
    CUSTOMERS, EVENT_CATEGORIES, EVIDENCE_TYPES, IOC_TYPES, NOTE_DIRECTORIES, SEVERITIES, TASK_STATUSES, TLP,
};

/// All kinds.
pub static KINDS: [&ObjectKind; 8] = [&CASE, &ASSET, &NOTE, &IOC, &EVENT, &EVIDENCE, &TASK, &GLOBAL_TASK];

/// The kind of this name.
pub fn kind_named(name: &str) -> Option<&'static ObjectKind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

/// A case. It has hooks for its creation and its deletion only. `tlp_id` is this server's own field.
pub static CASE: ObjectKind = ObjectKind {
    name: "case",
    plural: "cases",
    table: "cases",
    title: "name",
    in_case: false,
    fields: &[
        Field::from("case_id", Id),
        Field::from("case_uuid", Uuid),
        Field::asked("name", Title).asked_as("case_name").required(),
        Field::asked("description", Text).asked_as("case_description"),
        Field::asked("soc_id", Text).asked_as("case_soc_id"),
        Field::asked("client_id", Choice(&CUSTOMERS))
            .asked_as("case_customer")
            .required(),
        Field::from("client", Chosen("client_id")),
        Field::asked("case_template_id", Choice(&CASE_TEMPLATES)).not_shown(),
        Field::asked("tlp_id", Choice(&TLP)).or(Integer(2)),
        Field::from("owner_id", User),
        Field::from("owner", UserReference),
        Field::from("user_id", User),
        Field::from("user", UserReference),
        Field::asked("state_id", Choice(&CASE_STATES)).or(Integer(1)),
        Field::from("state", Chosen("state_id")),
        Field::asked("status_id", Choice(&CASE_OUTCOMES)).or(Integer(0)),
        Field::from("status_name", ChosenLabel("status_id")),
        Field::asked("severity_id", Choice(&SEVERITIES)).or(Integer(2)),
        Field::from("severity", Chosen("severity_id")),
        Field::asked("classification_id", Choice(&CLASSIFICATIONS)),
        Field::from("classification", Chosen("classification_id")),
        Field::always("reviewer_id", Null),
        Field::always("reviewer", Null),
        Field::always("review_status_id", Null),
        Field::always("review_status", Null),
        Field::from("open_date", Created),
        Field::always("close_date", Null),
        Field::from("initial_date", Created),
        Field::asked("closing_note", Text),
        Field::asked("tags", Tags).or(Words("")),
        Field::always("protagonists", EmptyList),
        Field::always("alerts", EmptyList),
        Field::always("note_directories", EmptyList),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// A machine or an account.
pub static ASSET: ObjectKind = ObjectKind {
    name: "asset",
    plural: "assets",
    table: "assets",
    title: "asset_name",
    in_case: true,
    fields: &[
        Field::from("asset_id", Id),
        Field::from("asset_uuid", Uuid),
        Field::asked("asset_name", Title).required(),
        Field::asked("asset_description", Text),
        Field::asked("asset_domain", Text),
        Field::asked("asset_ip", Text),
        Field::asked("asset_info", Text),
        Field::asked("asset_compromise_status_id", Choice(&COMPROMISE_STATUSES)).or(Integer(0)),
        Field::asked("asset_type_id", Choice(&ASSET_TYPES)).required(),
        Field::from("asset_type", Chosen("asset_type_id")),
        Field::asked("asset_tags", Tags).or(Words("")),
        Field::always("asset_enrichment", EmptyObject),
        Field::asked("analysis_status_id", Choice(&ANALYSIS_STATUSES)).or(Integer(1)),
        Field::from("analysis_status", Chosen("analysis_status_id")),
        Field::asked("ioc_links", Objects("ioc")).or(EmptyList).not_shown(),
        Field::always("alerts", EmptyList),
        Field::from("case_id", Case),
        Field::from("date_added", Created),
        Field::from("date_update", Updated),
        Field::from("user_id", User),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// A note.
pub static NOTE: ObjectKind = ObjectKind {
    name: "note",
    plural: "notes",
    table: "notes",
    title: "note_title",
    in_case: true,
    fields: &[
        Field::from("note_id", Id),
        Field::from("note_uuid", Uuid),
        Field::asked("note_title", Title).required(),
        Field::asked("note_content", Text).or(Words("")),
        Field::from("note_user", User),
        Field::from("note_creationdate", Created),
        Field::from("note_lastupdate", Updated),
        Field::from("note_case_id", Case),
        Field::asked("directory_id", Choice(&NOTE_DIRECTORIES)).required(),
        Field::from("directory", Chosen("directory_id")),
        Field::custom_attributes(),
        Field::history(),
        Field::from("comments", Comments),
    ],
};

/// An indicator of compromise.
pub static IOC: ObjectKind = ObjectKind {
    name: "ioc",
    plural: "iocs",
    table: "iocs",
    title: "ioc_value",
    in_case: true,
    fields: &[
        Field::from("ioc_id", Id),
        Field::from("ioc_uuid", Uuid),
        Field::asked("ioc_value", Title).required(),
        Field::asked("ioc_type_id", Choice(&IOC_TYPES)).required(),
        Field::from("ioc_type", Chosen("ioc_type_id")),
        Field::asked("ioc_description", Text),
        Field::asked("ioc_tags", Tags).or(Words("")),
        Field::asked("ioc_tlp_id", Choice(&TLP)).or(Integer(2)),
        Field::always("ioc_misp", Null),
        Field::always("ioc_enrichment", EmptyObject),
        Field::from("user_id", User),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// Something that happened, in the timeline of a case.
pub static EVENT: ObjectKind = ObjectKind {
    name: "event",
    plural: "events",
    table: "events",
    title: "event_title",
    in_case: true,
    fields: &[
        Field::from("event_id", Id),
        Field::from("event_uuid", Uuid),
        Field::always("parent_event_id", Null),
        Field::from("case_id", Case),
        Field::asked("event_title", Title).required(),
        Field::asked("event_source", Text),
        Field::asked("event_content", Text),
        Field::asked("event_raw", Text),
        Field::asked("event_date", Date).required(),
        Field::asked("event_tz", Offset).or(Words("+00:00")),
        Field::from("event_date_wtz", InUtc("event_date", "event_tz")),
        Field::from("event_added", Created),
        Field::asked("event_category_id", Choice(&EVENT_CATEGORIES)).or(Integer(1)),
        Field::asked("event_in_graph", Flag).or(Boolean(true)),
        Field::asked("event_in_summary", Flag).or(Boolean(false)),
        Field::asked("event_color", Text),
        Field::asked("event_tags", Tags).or(Words("")),
        Field::asked("event_is_flagged", Flag).or(Boolean(false)),
        Field::asked("event_assets", Objects("asset")).or(EmptyList).not_shown(),
        Field::asked("event_iocs", Objects("ioc")).or(EmptyList).not_shown(),
        Field::asked("event_sync_iocs_assets", Flag)
            .or(Boolean(false))
            .not_shown(),
        Field::always("children", EmptyList),
        Field::from("user_id", User),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// A file that proves something. Only its description is here.
pub static EVIDENCE: ObjectKind = ObjectKind {
    name: "evidence",
    plural: "evidences",
    table: "evidences",
    title: "filename",
    in_case: true,
    fields: &[
        Field::from("id", Id),
        Field::from("file_uuid", Uuid),
        Field::asked("filename", Title).required(),
        Field::from("date_added", Created),
        Field::asked("acquisition_date", Date),
        Field::asked("file_hash", Text),
        Field::asked("file_description", Text),
        Field::asked("file_size", Type::Integer).or(Integer(0)),
        Field::asked("start_date", Date),
        Field::asked("end_date", Date),
        Field::from("case", CaseReference),
        Field::from("case_id", Case),
        Field::from("user_id", User),
        Field::from("user", UserReference),
        Field::asked("type_id", Choice(&EVIDENCE_TYPES)),
        Field::from("type", Chosen("type_id")),
        Field::always("chain_of_custody", Null),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// Something to do in a case.
pub static TASK: ObjectKind = ObjectKind {
    name: "task",
    plural: "tasks",
    table: "tasks",
    title: "task_title",
    in_case: true,
    fields: &[
        Field::from("id", Id),
        Field::from("task_uuid", Uuid),
        Field::asked("task_title", Title).required(),
        Field::asked("task_description", Text),
        Field::asked("task_tags", Tags).or(Words("")),
        Field::asked("task_status_id", Choice(&TASK_STATUSES)).or(Integer(1)),
        Field::asked("task_assignees_id", Users).or(EmptyList).not_shown(),
        Field::from("task_open_date", Created),
        Field::always("task_close_date", Null),
        Field::from("task_last_update", Updated),
        Field::from("task_userid_open", User),
        Field::always("task_userid_close", Null),
        Field::from("task_userid_update", Updater),
        Field::from("task_case_id", Case),
        Field::custom_attributes(),
        Field::history(),
    ],
};

/// Something to do outside of all cases.
pub static GLOBAL_TASK: ObjectKind = ObjectKind {
    name: "global_task",
    plural: "global-tasks",
    table: "global_tasks",
    title: "task_title",
    in_case: false,
    fields: &[
        Field::from("task_id", Id),
        Field::from("task_uuid", Uuid),
        Field::asked("task_title", Title).required(),
        Field::asked("task_description", Text),
        Field::asked("task_tags", Tags).or(Words("")),
        Field::asked("task_status_id", Choice(&TASK_STATUSES)).or(Integer(1)),
        Field::asked("task_assignee_id", Type::Integer).required(),
        Field::from("task_open_date", Created),
        Field::always("task_close_date", Null),
        Field::from("task_last_update", Updated),
        Field::from("task_userid_open", User),
        Field::always("task_userid_close", Null),
        Field::from("task_userid_update", Updater),
        Field::history(),
    ],
};
