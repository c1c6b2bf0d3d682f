//! What is shown of the hits.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sclera_sdk::html::escape;

use crate::config::Config;
use crate::search::Hit;

/// What the tab says of an IOC that was in MISP, and is not any more.
pub(crate) const NOTHING: &str = "<p>Not in MISP.</p>";

/// How many characters of an event's title are shown.
const TITLE: usize = 200;

/// What MISP knows of one value.
pub(crate) struct Report<'hits> {
    value: &'hits str,
    config: &'hits Config,
    /// The newest first.
    events: Vec<Event<'hits>>,
}

/// An event of MISP, and what the value is in it.
struct Event<'hits> {
    id: &'hits str,
    info: &'hits str,
    organisation: &'hits str,
    date: &'hits str,
    kinds: BTreeSet<&'hits str>,
}

impl<'hits> Report<'hits> {
    pub(crate) fn of(value: &'hits str, hits: &'hits [Hit], config: &'hits Config) -> Self {
        let mut events: Vec<Event<'hits>> = Vec::new();
        for hit in hits.iter().filter(|hit| hit.is_about(value)) {
            match events.iter_mut().find(|event| event.id == hit.event_id) {
                Some(event) => {
                    event.kinds.insert(&hit.kind);
                }
                None => events.push(Event {
                    id: &hit.event_id,
                    info: &hit.info,
                    organisation: &hit.organisation,
                    date: &hit.date,
                    kinds: BTreeSet::from([hit.kind.as_str()]),
                }),
            }
        }
        // Days in this form, and numbers of the same length, compare as texts.
        events.sort_by_key(|event| std::cmp::Reverse((event.date, event.id.len(), event.id)));
        Self { value, config, events }
    }

    pub(crate) fn is_hit(&self) -> bool {
        !self.events.is_empty()
    }

    /// In a line of plain text.
    pub(crate) fn line(&self) -> String {
        let newest = self.events.first();
        match (self.events.len(), newest) {
            (1, Some(event)) => format!("{}: in 1 event of MISP: {}", self.value, event.line()),
            (many, Some(event)) => format!("{}: in {many} events of MISP; the newest: {}", self.value, event.line()),
            (_, None) => format!("{}: not in MISP", self.value),
        }
    }

    /// As a table. It says nothing that changes while MISP knows the same: what is written again fires a hook.
    pub(crate) fn html(&self) -> String {
        let mut html = String::from(
            "<table class=\"table\"><thead><tr><th>Event</th><th>Organisation</th><th>Date</th><th>As</th></tr></thead><tbody>",
        );
        for event in self.events.iter().take(self.config.shown_events) {
            let kinds: Vec<_> = event.kinds.iter().copied().collect();
            // Writing to a string does not fail.
            let _ = write!(
                html,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                event.link(self.config),
                escape(event.organisation),
                escape(event.date),
                escape(&kinds.join(", "))
            );
        }
        html.push_str("</tbody></table>");
        let more = self.events.len().saturating_sub(self.config.shown_events);
        if more > 0 {
            let _ = write!(html, "<p>And {more} more.</p>");
        }
        html
    }
}

impl Event<'_> {
    fn title(&self) -> String {
        let mut title: String = self.info.chars().take(TITLE).collect();
        if self.info.chars().nth(TITLE).is_some() {
            title.push('…');
        }
        if title.is_empty() {
            title = format!("event {}", self.id);
        }
        title
    }

    fn line(&self) -> String {
        let by = [self.organisation, self.date]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        format!("{} ({by})", self.title().replace(char::is_control, " "))
    }

    /// The title, with a link to the event if its id is one.
    fn link(&self, config: &Config) -> String {
        let title = escape(&self.title());
        if self.id.is_empty() || !self.id.bytes().all(|byte| byte.is_ascii_digit()) {
            return title;
        }
        let page = escape(&config.page(&format!("events/view/{}", self.id)));
        format!("<a href=\"{page}\" target=\"_blank\" rel=\"noopener noreferrer\">{title}</a>")
    }
}
