CREATE TABLE messages (
    -- The order in which they were put. No number is ever used again.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    -- Of one lane and key, one at a time can be taken.
    key TEXT,
    -- The number of the next attempt.
    attempt INTEGER NOT NULL,
    -- 0: can be taken. 1: taken, by `owner`. 2: waits for `due_at`. 3: is behind another one of its key.
    state INTEGER NOT NULL,
    -- When it was put, or put back: milliseconds since 1970.
    since INTEGER NOT NULL,
    due_at INTEGER NOT NULL DEFAULT 0,
    owner INTEGER,
    redelivered INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX messages_ready ON messages (lane, seq, since) WHERE state = 0;
CREATE INDEX messages_taken ON messages (owner) WHERE state = 1;
CREATE INDEX messages_due ON messages (due_at) WHERE state = 2;
CREATE INDEX messages_delayed ON messages (since) WHERE state = 2;
CREATE INDEX messages_of_key ON messages (lane, key, seq) WHERE key IS NOT NULL;

-- How many messages there are: counting them takes longer the more there are, and each `put` asks.
CREATE TABLE held (messages INTEGER NOT NULL) STRICT;
INSERT INTO held VALUES (0);
CREATE TRIGGER messages_put AFTER INSERT ON messages BEGIN UPDATE held SET messages = messages + 1; END;
CREATE TRIGGER messages_gone AFTER DELETE ON messages BEGIN UPDATE held SET messages = messages - 1; END;

-- Who takes messages. Each holds a lock on the file of that name for as long as it lives.
CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The lanes that each of them asks for.
CREATE TABLE served (
    owner INTEGER NOT NULL,
    lane TEXT NOT NULL,
    PRIMARY KEY (owner, lane)
) STRICT, WITHOUT ROWID;

-- What nobody can make anything of, for a person to look at. Of any type: it may be what cannot be read.
CREATE TABLE aside (
    seq INTEGER PRIMARY KEY,
    id ANY,
    lane ANY,
    key ANY,
    attempt ANY,
    body ANY,
    set_aside_at INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
