-- Entries of conversations that came without their bodies, which nobody here had erased: somebody
-- else may still have them (docs/spec/07-sync.md, "Hollow entries").
CREATE TABLE hollow (
    entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    journal INTEGER NOT NULL REFERENCES journals (id)
) STRICT;
CREATE INDEX hollow_journal ON hollow (journal);
