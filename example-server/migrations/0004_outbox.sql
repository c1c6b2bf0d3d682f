-- What modules are told of a commit, written in its transaction: the table of `sclera::Outbox`.
CREATE TABLE sclera_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    ordered_by TEXT,
    body BLOB NOT NULL,
    trouble TEXT
);
