CREATE TABLE IF NOT EXISTS sclera_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    ordered_by TEXT,
    body BLOB NOT NULL,
    trouble TEXT
);
