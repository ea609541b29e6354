-- Which message a program's tag of `send` stands for, so that asking again makes no second one.
CREATE TABLE sent_tags (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contacts (id),
    tag TEXT NOT NULL CHECK (length(tag) BETWEEN 1 AND 64),
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    at INTEGER NOT NULL,
    UNIQUE (contact, tag)
) STRICT;
CREATE INDEX sent_tags_at ON sent_tags (at);
