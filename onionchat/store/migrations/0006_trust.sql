-- What became of a contact's devices, and when this device heard of it: the place by seniority from
-- 0, when it was added (0: known from the beginning) and when it ended (0: before the beginning).
ALTER TABLE contact_devices ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact_devices ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact_devices ADD COLUMN ended INTEGER;
UPDATE contact_devices SET
    rank = (SELECT COUNT(*) FROM contact_devices AS o
            WHERE o.contact = contact_devices.contact AND o.id < contact_devices.id),
    ended = CASE active WHEN 1 THEN NULL ELSE 0 END;

-- What a proof shows: two entries for one place, or a junior device that revokes a senior one (then
-- header and signature are those of the entry itself).
ALTER TABLE forks ADD COLUMN kind TEXT NOT NULL DEFAULT 'fork';

-- When to ask the person to compare safety words: 1 we have written, 2 the contact has, 3 both (it
-- is time), 4 done.
ALTER TABLE contacts ADD COLUMN advised INTEGER NOT NULL DEFAULT 0;

-- Up to where a device has a log of ours, and when it said so: the newest steps of each log, at 0
-- where nobody knows.
CREATE TABLE arrivals (
    peer INTEGER NOT NULL REFERENCES authors (id),
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (peer, journal, author, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO arrivals (peer, journal, author, seq, at)
    SELECT b.peer, b.journal, b.author, b.theirs, 0 FROM bookmark_logs AS b
    JOIN authors AS a ON a.id = b.author WHERE a.mine = 1 AND b.theirs > 0;
