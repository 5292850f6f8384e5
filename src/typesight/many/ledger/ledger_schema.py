"""The tables of a ledger, as SQL: what was asked, what it cost, and what came of each document."""

from __future__ import annotations

__all__ = ["APPLICATION_ID", "ATTEMPTS_OF_RESULT", "TABLES", "VERSION"]

APPLICATION_ID = 0x74795367  # "tySg": tells a ledger from other SQLite files
VERSION = 1

_USAGE = "input, output, cache_read, cache_write, image, reasoning"
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in _USAGE.split(", "))

TABLES = f"""
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT, model TEXT NOT NULL, schema TEXT NOT NULL,
    question TEXT NOT NULL, asked TEXT NOT NULL
);
-- One row for each document of a run; of a document that is in several runs, the last one's alone.
CREATE TABLE documents (
    run INTEGER NOT NULL REFERENCES runs, position INTEGER NOT NULL, source NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;
CREATE INDEX documents_by_source ON documents (source);
-- What came of each picture, under the digest of its bytes, the schema, the model, the prompt and the settings.
CREATE TABLE results (
    key TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, source NOT NULL, status TEXT NOT NULL,
    model TEXT NOT NULL, record TEXT, answer TEXT, repairs TEXT, error TEXT, message TEXT, errors TEXT, partial TEXT,
    evidence TEXT, turns TEXT, input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER, image INTEGER,
    reasoning INTEGER, cost REAL, finished TEXT NOT NULL
) WITHOUT ROWID;
-- Every reply, also of documents that were read again.
CREATE TABLE attempts (
    run INTEGER NOT NULL REFERENCES runs, key TEXT NOT NULL, number INTEGER NOT NULL, model TEXT, mode TEXT, asked TEXT,
    errors TEXT, error TEXT, reply TEXT, input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER,
    image INTEGER, reasoning INTEGER, cost REAL, seconds REAL, http_requests INTEGER, request_id TEXT, cached INTEGER,
    finished TEXT NOT NULL
);
CREATE INDEX attempts_by_key ON attempts (key, run, number);
-- The files that were written from this ledger, so that no other file is replaced.
CREATE TABLE outputs (name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (name, sha256)) WITHOUT ROWID;
CREATE VIEW costs AS
    SELECT run, count(*) AS attempts, {_SUMS}, sum(cost) AS cost, sum(http_requests) AS http_requests
    FROM attempts GROUP BY run;
"""

ATTEMPTS_OF_RESULT = "SELECT * FROM attempts WHERE key = ? AND run = ? AND finished = ? ORDER BY number"
"""The attempts of a result, by its key, run and time: a run reads the same content again if it failed at first."""
