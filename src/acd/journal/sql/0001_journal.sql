-- The first shape of a journal. A change of it is a new file beside this one, with the next number.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One line per input, in the order in which the core took them. Numbers are never used twice.
CREATE TABLE inputs (
    seq     INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,
    digest  TEXT NOT NULL
) STRICT;

-- The core's memory after input seq; 0 is before the first.
CREATE TABLE checkpoints (
    seq     INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state   TEXT NOT NULL
) STRICT;

-- One line per life of a core, so that no offer's number is ever given twice.
CREATE TABLE epochs (
    epoch      INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL
) STRICT;

INSERT INTO meta VALUES ('schema', '1');
