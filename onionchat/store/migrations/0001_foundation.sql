-- The foundation: one file for everything a node keeps. docs/store.md explains each table.
-- Never edited once merged: a change is a new file with the next number.

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE guards (
    fingerprint BLOB NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 20),
    added INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who we are: one persona per contact, and the self account.

CREATE TABLE personas (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BLOB NOT NULL UNIQUE CHECK (length(account_id) = 32),
    is_self INTEGER NOT NULL CHECK (is_self IN (0, 1)),
    device_key BLOB NOT NULL UNIQUE CHECK (length(device_key) = 32),
    device_seed BLOB NOT NULL CHECK (length(device_seed) = 32),
    link_key BLOB NOT NULL UNIQUE CHECK (length(link_key) = 32),
    link_seed BLOB NOT NULL CHECK (length(link_seed) = 32),
    recovery_box BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX personas_one_self ON personas (is_self) WHERE is_self = 1;

-- Who the others are.

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id BLOB NOT NULL UNIQUE,
    persona INTEGER NOT NULL UNIQUE REFERENCES personas (id),
    account_id BLOB UNIQUE CHECK (length(account_id) = 32),
    state TEXT NOT NULL,
    petname TEXT NOT NULL,
    petname_key TEXT NOT NULL UNIQUE,
    suggested_name TEXT NOT NULL,
    trust TEXT NOT NULL,
    visibility TEXT NOT NULL,
    greeting TEXT NOT NULL,
    created INTEGER NOT NULL,
    verified INTEGER,
    -- When there was a link, and the statement in our log that says where the contact finds us now,
    -- until it has that (0: it has).
    linked INTEGER NOT NULL DEFAULT 0,
    moved INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Unique for each contact only: whatever a contact states of its own devices, nothing may depend on
-- what others are known to have (goal P4).
CREATE TABLE contact_devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id),
    device_key BLOB NOT NULL CHECK (length(device_key) = 32),
    link_key BLOB NOT NULL CHECK (length(link_key) = 32),
    onion_key BLOB CHECK (length(onion_key) = 32),
    access_secret BLOB CHECK (length(access_secret) = 32),
    port INTEGER NOT NULL,
    capabilities INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    UNIQUE (contact, device_key)
) STRICT;
CREATE INDEX contact_devices_contact ON contact_devices (contact);

-- The line of the chat list, kept with every insert so that the list never looks at entries.
CREATE TABLE summaries (
    contact INTEGER PRIMARY KEY REFERENCES contacts (id),
    last_effective INTEGER NOT NULL,
    last_depth INTEGER NOT NULL,
    last_entry_id BLOB NOT NULL,
    last_time INTEGER NOT NULL,
    last_text TEXT NOT NULL,
    last_mine INTEGER NOT NULL,
    unread INTEGER NOT NULL CHECK (unread >= 0),
    queued INTEGER NOT NULL CHECK (queued >= 0)
) STRICT;

-- How contacts come about.

CREATE TABLE invites (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    onion_key BLOB NOT NULL UNIQUE CHECK (length(onion_key) = 32),
    onion_seed BLOB NOT NULL CHECK (length(onion_seed) IN (0, 32)),
    agreement_seed BLOB NOT NULL CHECK (length(agreement_seed) IN (0, 32)),
    token BLOB NOT NULL CHECK (length(token) IN (0, 16)),
    flags INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    created INTEGER NOT NULL,
    state TEXT NOT NULL,
    used_by BLOB CHECK (length(used_by) = 32)
) STRICT;
CREATE INDEX invites_state ON invites (state);

-- Requests that came by our invites.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_key BLOB NOT NULL CHECK (length(device_key) = 32),
    account_id BLOB NOT NULL CHECK (length(account_id) = 32),
    link_key BLOB NOT NULL CHECK (length(link_key) = 32),
    invite INTEGER NOT NULL REFERENCES invites (id),
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    greeting TEXT NOT NULL,
    message BLOB NOT NULL,
    received INTEGER NOT NULL,
    decided INTEGER,
    contact INTEGER REFERENCES contacts (id),
    -- Not by device alone: whoever asks by two invites must not learn that both are one person's.
    UNIQUE (invite, device_key)
) STRICT;
CREATE INDEX requests_state ON requests (state, received);
CREATE INDEX requests_contact ON requests (contact) WHERE contact IS NOT NULL;

-- Invites of others that we follow; gone once the exchange is over.
CREATE TABLE joins (
    contact INTEGER PRIMARY KEY REFERENCES contacts (id),
    onion_key BLOB NOT NULL UNIQUE CHECK (length(onion_key) = 32),
    link BLOB NOT NULL,
    message BLOB NOT NULL
) STRICT;

-- Where we can be dialled.

CREATE TABLE onions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 7),
    public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
    seed BLOB NOT NULL CHECK (length(seed) IN (0, 32)),
    exclusive INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    created INTEGER NOT NULL,
    retired INTEGER
) STRICT;
CREATE UNIQUE INDEX onions_in_use ON onions (number) WHERE retired IS NULL;

CREATE TABLE slots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    onion INTEGER NOT NULL REFERENCES onions (id),
    position INTEGER NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    contact INTEGER UNIQUE REFERENCES contacts (id),
    UNIQUE (onion, position)
) STRICT;

-- Journals.

CREATE TABLE journals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    journal_id BLOB NOT NULL UNIQUE CHECK (length(journal_id) = 32),
    kind TEXT NOT NULL,
    contact INTEGER REFERENCES contacts (id)
) STRICT;
CREATE INDEX journals_contact ON journals (contact, kind);

-- Dictionary of every device key that occurs, ours and theirs.
CREATE TABLE authors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_key BLOB NOT NULL UNIQUE CHECK (length(device_key) = 32),
    mine INTEGER NOT NULL CHECK (mine IN (0, 1))
) STRICT;

CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    kind INTEGER NOT NULL,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
    time INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    received INTEGER NOT NULL,
    entry_id BLOB NOT NULL UNIQUE CHECK (length(entry_id) = 32),
    header BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    body BLOB
) STRICT;
CREATE UNIQUE INDEX entries_log ON entries (journal, author, seq);
CREATE INDEX entries_order ON entries (journal, shown, effective, depth, entry_id);

CREATE TABLE logs (
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (journal, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE heads (
    journal INTEGER NOT NULL REFERENCES journals (id),
    entry_id BLOB NOT NULL,
    PRIMARY KEY (journal, entry_id)
) STRICT, WITHOUT ROWID;

-- Bodies that the person erased: they are not taken again from anybody.
CREATE TABLE deleted (
    entry_id BLOB NOT NULL PRIMARY KEY CHECK (length(entry_id) = 32),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages of ours whose entries were taken back, until they are written again.
CREATE TABLE withdrawn (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    journal INTEGER NOT NULL REFERENCES journals (id),
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    kind INTEGER NOT NULL,
    time INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- The other half of a fork; the first half is in `entries`. One proof a log is enough.
CREATE TABLE forks (
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    header BLOB NOT NULL,
    signature BLOB NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (journal, author)
) STRICT;

-- Text that the person can search. `scope` holds one word, the journal's, so that a search within
-- one conversation meets two short lists instead of filtering everybody's messages.
CREATE VIRTUAL TABLE search USING fts5(
    scope, text, detail = 'column', tokenize = 'unicode61 remove_diacritics 2'
);
-- An erased text must leave the index at once, not at some later merge.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Bytes of entries that contacts had us store: on the newest day (since 1970, UTC), and in all.
CREATE TABLE intake (
    contact INTEGER PRIMARY KEY REFERENCES contacts (id),
    day INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    total INTEGER NOT NULL
) STRICT;

-- What others have.

-- There was a link to that device that agreed on that journal.
CREATE TABLE bookmarks (
    peer INTEGER NOT NULL REFERENCES authors (id),
    journal INTEGER NOT NULL REFERENCES journals (id),
    PRIMARY KEY (peer, journal)
) STRICT, WITHOUT ROWID;

-- What it agreed on: up to where the device knows that entries are here (told), and up to where
-- they are there (theirs), each with the beginning of that entry's id.
CREATE TABLE bookmark_logs (
    peer INTEGER NOT NULL,
    journal INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES authors (id),
    told INTEGER NOT NULL,
    told_tag BLOB NOT NULL,
    theirs INTEGER NOT NULL,
    theirs_tag BLOB NOT NULL,
    PRIMARY KEY (peer, journal, author),
    FOREIGN KEY (peer, journal) REFERENCES bookmarks (peer, journal)
) STRICT, WITHOUT ROWID;

-- Highest of our entries that any device of the contact acknowledged.
CREATE TABLE delivered (
    contact INTEGER NOT NULL REFERENCES contacts (id),
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (contact, journal, author)
) STRICT, WITHOUT ROWID;

-- How far somebody read a log: reader 0 is the person here, others are contacts.
CREATE TABLE read_marks (
    reader INTEGER NOT NULL,
    journal INTEGER NOT NULL REFERENCES journals (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (reader, journal, author)
) STRICT, WITHOUT ROWID;
