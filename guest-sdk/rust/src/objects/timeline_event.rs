//! Events of a case's timeline.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, JsonObject, Tags};

object! {
    /// An event of a case's timeline. (Called so because [`Event`](crate::Event) is a hook that happened.)
    pub struct TimelineEvent: "event", id "event_id" {
        /// What happened, in a line.
        event_title: String,
        /// When it happened, by the clock of event_tz: a date and time without time zone.
        event_date: String,
        /// The time zone of event_date, as an offset: `+02:00`.
        event_tz: String,
        /// Id of the event's category.
        event_category_id: i64,
        /// Where it was seen, such as the name of a log.
        event_source: String,
        /// What happened, in Markdown.
        event_content: String,
        /// The original record.
        event_raw: String,
        /// Tags, comma-separated.
        event_tags: Tags,
        /// The event's colour in the timeline: `#1572E899`.
        event_color: String,
        /// Whether the event is part of the case's summary.
        event_in_summary: bool,
        /// Whether the event is part of the case's graph.
        event_in_graph: bool,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Ids of the assets that the event happened to.
        event_assets: Vec<i64>,
        /// Ids of the IOCs that the event shows.
        event_iocs: Vec<i64>,
        /// Whether to link those IOCs and assets to each other as well.
        event_sync_iocs_assets: bool,
        /// Id of the event.
        event_id: i64,
        /// Its identity across servers.
        event_uuid: String,
        /// Id of the event's case.
        case_id: i64,
        /// Id of the event that this one belongs to.
        parent_event_id: i64,
        /// When it happened, with event_tz taken away.
        event_date_wtz: String,
        /// When the event was added.
        event_added: String,
        /// Whether a user marked the event.
        event_is_flagged: bool,
        /// The events that belong to this one.
        children: Vec<Value>,
        /// Id of the user who added the event.
        user_id: i64,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}
