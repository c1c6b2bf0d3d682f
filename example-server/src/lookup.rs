//! The lists that a field chooses from: IOC types, TLP levels, customers… An object carries the id of its choice, and
//! once it is committed also the choice itself.
//!
//! The ids of IOC types and of TLP levels are those of IRIS, which modules rely on; the rest is this server's own.

use serde_json::{Map, Value};

/// A list to choose from.
#[derive(Debug)]
pub struct Lookup {
    /// What one of its rows is, for error messages: `IOC type`.
    pub name: &'static str,
    /// The name of the row's id in a committed object.
    id: &'static str,
    /// The name of the row's label in a committed object.
    label: &'static str,
    /// What a committed object has besides, and this server knows nothing of.
    unknown: &'static [&'static str],
    /// The choices.
    rows: &'static [(i64, &'static str)],
}

impl Lookup {
    /// The label of the row with this id.
    pub fn label(&self, id: i64) -> Option<&'static str> {
        self.rows.iter().find(|row| row.0 == id).map(|row| row.1)
    }

    /// The row with this id as a committed object carries it.
    pub fn row(&self, id: i64) -> Option<Value> {
        let mut row = Map::new();
        row.insert(self.id.to_owned(), id.into());
        row.insert(self.label.to_owned(), self.label(id)?.into());
        row.extend(self.unknown.iter().map(|name| ((*name).to_owned(), Value::Null)));
        Some(row.into())
    }

    /// All rows: id and label.
    pub fn rows(&self) -> &'static [(i64, &'static str)] {
        self.rows
    }
}

const fn lookup(name: &'static str, rows: &'static [(i64, &'static str)]) -> Lookup {
    Lookup {
        name,
        id: "id",
        label: "name",
        unknown: &[],
        rows,
    }
}

/// The types of an IOC.
pub static IOC_TYPES: Lookup = Lookup {
    name: "IOC type",
    id: "type_id",
    label: "type_name",
    unknown: &[
        "type_description",
        "type_taxonomy",
        "type_validation_regex",
        "type_validation_expect",
    ],
    rows: &[
        (20, "domain"),
        (22, "email"),
        (25, "email-dst"),
        (31, "email-src"),
        (37, "filename"),
        (69, "hostname"),
        (76, "ip-any"),
        (77, "ip-dst"),
        (79, "ip-src"),
        (90, "md5"),
        (96, "other"),
        (111, "sha1"),
        (112, "sha224"),
        (113, "sha256"),
        (118, "sha384"),
        (119, "sha512"),
        (141, "url"),
    ],
};

/// The levels of the Traffic Light Protocol, by the names that go into a trigger's metadata.
pub static TLP: Lookup = lookup(
    "TLP level",
    &[
        (1, "red"),
        (2, "amber"),
        (3, "green"),
        (4, "clear"),
        (5, "amber+strict"),
    ],
);

/// The customers whom a case may concern.
pub static CUSTOMERS: Lookup = Lookup {
    name: "customer",
    id: "customer_id",
    label: "customer_name",
    unknown: &[],
    rows: &[(1, "Example Bank"), (2, "Example Hospital"), (3, "Example University")],
};

/// The classifications of an incident.
pub static CLASSIFICATIONS: Lookup = lookup(
    "classification",
    &[
        (1, "malicious-code:ransomware"),
        (2, "fraud:phishing"),
        (3, "other:other"),
    ],
);

/// The templates of a case.
pub static CASE_TEMPLATES: Lookup = lookup("case template", &[(1, "Empty")]);

/// The states of a case.
pub static CASE_STATES: Lookup = Lookup {
    name: "case state",
    id: "state_id",
    label: "state_name",
    unknown: &[],
    rows: &[(1, "Open"), (2, "In progress"), (3, "Closed")],
};

/// The outcomes of a case.
pub static CASE_OUTCOMES: Lookup = lookup(
    "case outcome",
    &[(0, "Unknown"), (1, "False positive"), (2, "True positive with impact")],
);

/// The severities of a case.
pub static SEVERITIES: Lookup = Lookup {
    name: "severity",
    id: "severity_id",
    label: "severity_name",
    unknown: &[],
    rows: &[
        (1, "Medium"),
        (2, "Unspecified"),
        (3, "Informational"),
        (4, "Low"),
        (5, "High"),
        (6, "Critical"),
    ],
};

/// The directories of a case's notes: every case has the same one.
pub static NOTE_DIRECTORIES: Lookup = Lookup {
    name: "note directory",
    id: "id",
    label: "name",
    unknown: &["parent_id"],
    rows: &[(1, "Notes")],
};

/// The types of an asset.
pub static ASSET_TYPES: Lookup = Lookup {
    name: "asset type",
    id: "asset_id",
    label: "asset_name",
    unknown: &["asset_description"],
    rows: &[
        (1, "Account"),
        (2, "Firewall"),
        (3, "Linux - Server"),
        (4, "Linux - Computer"),
        (9, "Windows - Computer"),
        (10, "Windows - Server"),
        (11, "Windows - DC"),
    ],
};

/// How far the analysis of an asset has come.
pub static ANALYSIS_STATUSES: Lookup = lookup(
    "analysis status",
    &[
        (1, "Unspecified"),
        (2, "To be done"),
        (3, "Started"),
        (4, "Pending"),
        (5, "Done"),
    ],
);

/// Whether an asset is compromised.
pub static COMPROMISE_STATUSES: Lookup = lookup(
    "compromise status",
    &[(0, "To be determined"), (1, "Compromised"), (2, "Not compromised")],
);

/// The categories of an event.
pub static EVENT_CATEGORIES: Lookup = lookup(
    "event category",
    &[
        (1, "Unspecified"),
        (2, "Legitimate"),
        (3, "Remediation"),
        (4, "Initial Access"),
        (5, "Execution"),
    ],
);

/// The types of evidence.
pub static EVIDENCE_TYPES: Lookup = lookup(
    "evidence type",
    &[
        (1, "Unspecified"),
        (2, "Disk image"),
        (3, "Memory image"),
        (4, "Log files"),
    ],
);

/// The statuses of a task.
pub static TASK_STATUSES: Lookup = lookup(
    "task status",
    &[
        (1, "To do"),
        (2, "In progress"),
        (3, "On hold"),
        (4, "Done"),
        (5, "Canceled"),
    ],
);

/// The templates of a report; see `report.rs`.
pub static REPORT_TEMPLATES: Lookup = lookup("report template", &[(1, "Markdown"), (2, "HTML")]);
