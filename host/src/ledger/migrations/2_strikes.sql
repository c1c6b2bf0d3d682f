-- How often a delivery was about to run alone.
CREATE TABLE sclera_strikes (
    delivery      TEXT PRIMARY KEY NOT NULL,
    strikes       BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

-- What is written to find out whether anything can be.
CREATE TABLE sclera_pulse (
    id            BIGINT PRIMARY KEY NOT NULL,
    beaten_at_ms  BIGINT NOT NULL,
    room          TEXT NOT NULL
);

INSERT INTO sclera_pulse (id, beaten_at_ms, room) VALUES (1, 0, '');
