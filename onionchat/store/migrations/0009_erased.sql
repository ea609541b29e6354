-- What was erased is told apart by conversation: what is said of an entry in one must never be seen
-- in another, or two contacts could find out by it that they talk to one person.
CREATE TABLE erased (
    journal INTEGER NOT NULL REFERENCES journals (id),
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    at INTEGER NOT NULL,
    PRIMARY KEY (journal, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO erased (journal, entry_id, at)
SELECT e.journal, d.entry_id, d.at FROM deleted AS d JOIN entries AS e ON e.entry_id = d.entry_id;
DROP TABLE deleted;
