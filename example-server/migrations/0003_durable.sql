-- The actions that are in this database, by their keys: `<delivery>/<index>`. The keys of a delivery are written in the
-- transaction that applies its actions, so that one which comes again changes nothing.
CREATE TABLE applied_actions (
    key        TEXT PRIMARY KEY,
    applied_at TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO applied_actions (key, applied_at) SELECT delivery_id || '/0', applied_at FROM applied_deliveries;
DROP TABLE applied_deliveries;

-- The host's ledger has them.
DROP TABLE deliveries;
