-- SQLite and PostgreSQL both read this: texts and whole numbers, and nothing else.

CREATE TABLE sclera_deliveries (
    id            TEXT PRIMARY KEY NOT NULL,
    hook          TEXT NOT NULL,
    module        TEXT NOT NULL,
    -- waiting, redriving, done, failed, dead
    state         TEXT NOT NULL,
    remark        TEXT,
    not_kept      TEXT,
    -- JSON, without the payload
    envelope      TEXT NOT NULL,
    happened_at_ms BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- of the attempt that made the state
    result        TEXT,
    fault         TEXT,
    fuel          BIGINT,
    duration_ns   BIGINT,
    peak_memory   BIGINT
);

CREATE INDEX sclera_deliveries_by_time ON sclera_deliveries (happened_at_ms);
CREATE INDEX sclera_deliveries_by_state ON sclera_deliveries (state, changed_at_ms);

CREATE TABLE sclera_attempts (
    -- of this very run: to write it twice changes nothing
    run           TEXT PRIMARY KEY NOT NULL,
    delivery      TEXT NOT NULL,
    -- 1 for the one that ended first
    place         BIGINT NOT NULL,
    -- JSON, without what is in sclera_contents
    attempt       TEXT NOT NULL
);

CREATE INDEX sclera_attempts_by_delivery ON sclera_attempts (delivery);

-- What retention takes away first.
CREATE TABLE sclera_contents (
    -- a delivery: its payload; a run: the payload that it answered with, and its transcript
    id            TEXT PRIMARY KEY NOT NULL,
    delivery      TEXT NOT NULL,
    bytes         BIGINT NOT NULL,
    content       TEXT NOT NULL
);

CREATE INDEX sclera_contents_by_delivery ON sclera_contents (delivery, bytes);
