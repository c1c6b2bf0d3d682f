-- What a version that runs beside the live one did.
CREATE TABLE sclera_shadows (
    -- of the live version
    run           TEXT PRIMARY KEY NOT NULL,
    delivery      TEXT NOT NULL,
    module        TEXT NOT NULL,
    hook          TEXT NOT NULL,
    at_ms         BIGINT NOT NULL,
    -- JSON
    comparison    TEXT NOT NULL
);

CREATE INDEX sclera_shadows_by_time ON sclera_shadows (at_ms);
