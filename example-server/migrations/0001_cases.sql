-- Everything that has an id of its own has a table of its own, and all of these tables look the same: what the
-- server decides is in columns, what a client sends is in `fields`, a JSON object by the names of the committed
-- object. src/kinds.rs says which names there are.

CREATE TABLE users (
    id    INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE
);

-- The server itself: it owns what a module creates in the background.
INSERT INTO users (id, login) VALUES (1, 'example-server');

CREATE TABLE cases (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER CHECK (case_id IS NULL), -- a case is in no case; the column is here to be like the others
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);

CREATE TABLE assets (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX assets_of_case ON assets (case_id);

CREATE TABLE notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX notes_of_case ON notes (case_id);

CREATE TABLE iocs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX iocs_of_case ON iocs (case_id);

CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX events_of_case ON events (case_id);

CREATE TABLE evidences (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX evidences_of_case ON evidences (case_id);

CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);
CREATE INDEX tasks_of_case ON tasks (case_id);

CREATE TABLE global_tasks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT    NOT NULL UNIQUE,
    case_id    INTEGER CHECK (case_id IS NULL), -- in no case either
    user_id    INTEGER NOT NULL REFERENCES users (id),
    updated_by INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    fields     TEXT    NOT NULL CHECK (json_valid(fields)),
    history    TEXT    NOT NULL CHECK (json_valid(history))
);

-- A comment on an object of any kind; `object` is the kind's name. Ids are never given out twice, so the comments of a
-- deleted object cannot turn up at another.
CREATE TABLE comments (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    object     TEXT    NOT NULL,
    object_id  INTEGER NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    text       TEXT    NOT NULL
);
CREATE INDEX comments_of_object ON comments (object, object_id);

-- What happened in a case, for the activities report.
CREATE TABLE activities (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    at      TEXT    NOT NULL,
    text    TEXT    NOT NULL
);
CREATE INDEX activities_of_case ON activities (case_id);

CREATE TABLE reports (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT    NOT NULL,
    file_path  TEXT    NOT NULL
);
