-- What modules keep between deliveries. It can be run again: what is there stays.

-- A module's space, and how full it is. The triggers below keep the sums, so that a write need not count.
CREATE TABLE IF NOT EXISTS keyvalue_spaces (
    id INTEGER PRIMARY KEY,
    module TEXT NOT NULL UNIQUE,
    keys INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    -- The number of the next new key.
    next INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Keys are bytes, because the length of a text ends at its first NUL. Their numbers are counted in each space by itself:
-- a module sees them as cursors, and must not learn from them how busy the others are.
CREATE TABLE IF NOT EXISTS keyvalue_entries (
    space INTEGER NOT NULL REFERENCES keyvalue_spaces (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (space, key),
    UNIQUE (space, number)
) STRICT;

CREATE TRIGGER IF NOT EXISTS keyvalue_inserted AFTER INSERT ON keyvalue_entries
BEGIN
    UPDATE keyvalue_spaces
    SET keys = keys + 1, bytes = bytes + length(NEW.key) + length(NEW.value), next = next + 1
    WHERE id = NEW.space;
END;

CREATE TRIGGER IF NOT EXISTS keyvalue_updated AFTER UPDATE OF value ON keyvalue_entries
BEGIN
    UPDATE keyvalue_spaces SET bytes = bytes + length(NEW.value) - length(OLD.value) WHERE id = NEW.space;
END;

CREATE TRIGGER IF NOT EXISTS keyvalue_deleted AFTER DELETE ON keyvalue_entries
BEGIN
    UPDATE keyvalue_spaces
    SET keys = keys - 1, bytes = bytes - length(OLD.key) - length(OLD.value)
    WHERE id = OLD.space;
END;
