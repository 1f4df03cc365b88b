"""The tables of contacts in the desktop's file."""

from cti.desk_file import Part

_FIRST = """
CREATE TABLE contacts (
    call TEXT NOT NULL,
    agent TEXT NOT NULL,
    lane TEXT NOT NULL,
    line TEXT NOT NULL,
    at INTEGER NOT NULL,
    ended_at INTEGER,
    talked INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL,
    customer TEXT NOT NULL,
    by_number TEXT NOT NULL,
    direction TEXT NOT NULL,
    outside INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open',
    disposition TEXT NOT NULL DEFAULT '',
    branch TEXT NOT NULL DEFAULT '',
    solved INTEGER,
    follow_up INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (call, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_time ON contacts (at);
CREATE INDEX contacts_of_number ON contacts (number, at);
CREATE INDEX contacts_of_customer ON contacts (customer, at);
CREATE INDEX contacts_of_a_number_s_customer ON contacts (by_number, at);
CREATE INDEX contacts_open ON contacts (agent) WHERE state = 'open';
CREATE TABLE talks (
    call TEXT NOT NULL,
    agent TEXT NOT NULL,
    at INTEGER NOT NULL,
    talked INTEGER,
    PRIMARY KEY (call, agent, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
    call TEXT NOT NULL,
    agent TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    disposition TEXT NOT NULL,
    solved INTEGER,
    note TEXT NOT NULL,
    follow_up INTEGER NOT NULL,
    PRIMARY KEY (call, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_time ON drafts (changed_at);
CREATE TABLE notes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    call TEXT NOT NULL,
    agent TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (call, agent)
) STRICT;
CREATE TABLE contacts_heard (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at INTEGER NOT NULL
) STRICT
"""

CONTACTS = Part("contacts", (_FIRST,))
