-- The deliveries whose actions are in this database. A row is written in the transaction that applies the actions,
-- so that a delivery which comes again changes nothing.
CREATE TABLE applied_deliveries (
    delivery_id TEXT PRIMARY KEY,
    applied_at  TEXT NOT NULL
) WITHOUT ROWID;

-- What the host reported, for people to read.
CREATE TABLE deliveries (
    delivery_id TEXT PRIMARY KEY, -- sorts by time
    hook        TEXT NOT NULL,
    module      TEXT NOT NULL,
    record      TEXT NOT NULL CHECK (json_valid(record))
) WITHOUT ROWID;
