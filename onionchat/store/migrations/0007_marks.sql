-- What entries of a conversation say of its messages (docs/deleting.md). Edits and reactions of an
-- erased message are gone from here; requests to delete it stay.
CREATE TABLE marks (
    target BLOB NOT NULL CHECK (length(target) = 32),
    journal INTEGER NOT NULL REFERENCES journals (id),
    -- Whether our account said it, or the contact's.
    mine INTEGER NOT NULL CHECK (mine IN (0, 1)),
    kind INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    entry INTEGER NOT NULL REFERENCES entries (id),
    -- Of a reaction.
    emoji TEXT NOT NULL,
    -- Of a deletion of ours: a device of the contact has it.
    arrived INTEGER NOT NULL DEFAULT 0 CHECK (arrived IN (0, 1)),
    PRIMARY KEY (target, journal, mine, kind, effective, depth, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_journal ON marks (journal, entry);
CREATE INDEX marks_asked ON marks (journal) WHERE kind = 19 AND mine = 1 AND arrived = 0;

-- Which message a text answers.
CREATE TABLE replies (
    entry INTEGER PRIMARY KEY REFERENCES entries (id),
    target BLOB NOT NULL CHECK (length(target) = 32)
) STRICT;

-- Disappearing messages: what was set, in the order of the conversation (0: they stay).
CREATE TABLE timers (
    journal INTEGER NOT NULL REFERENCES journals (id),
    effective INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    entry INTEGER NOT NULL REFERENCES entries (id),
    seconds INTEGER NOT NULL,
    PRIMARY KEY (journal, effective, depth, entry_id)
) STRICT, WITHOUT ROWID;

-- Messages that disappear: so long after they were seen, and when that is, once they were.
CREATE TABLE expiring (
    entry INTEGER PRIMARY KEY REFERENCES entries (id),
    journal INTEGER NOT NULL REFERENCES journals (id),
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    due INTEGER
) STRICT;
CREATE INDEX expiring_due ON expiring (due) WHERE due IS NOT NULL;
CREATE INDEX expiring_unseen ON expiring (journal) WHERE due IS NULL;

-- Up to where the person had each log of a conversation erased, and up to where that is done.
CREATE TABLE cleared (
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (journal, author)
) STRICT, WITHOUT ROWID;
