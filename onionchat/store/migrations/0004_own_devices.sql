-- One's own other devices are one row of `contacts`, in the state 'own' (docs/devices.md).
CREATE UNIQUE INDEX contacts_own ON contacts (state) WHERE state = 'own';

-- What waits to be written into the `self` journal until it is known how far its log goes.
CREATE TABLE unwritten (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body BLOB NOT NULL,
    time INTEGER NOT NULL
) STRICT;
