-- What the `self` journal says: of each key what counts, and the entry that said it last.
CREATE TABLE self_state (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB,
    effective INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32)
) STRICT;
-- It was kept there before.
DELETE FROM settings WHERE key >= 'self/' AND key < 'self0';

-- Whether this device's keys stand in the persona's roster. Those of a persona that another device
-- made do so only once one of its devices has added them; nothing may be signed before.
ALTER TABLE personas ADD COLUMN admitted INTEGER NOT NULL DEFAULT 1 CHECK (admitted IN (0, 1));
