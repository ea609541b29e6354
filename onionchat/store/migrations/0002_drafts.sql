-- What the person has written to a contact and not sent. It never leaves this device.
CREATE TABLE drafts (
    contact INTEGER PRIMARY KEY REFERENCES contacts (id),
    text TEXT NOT NULL CHECK (text <> ''),
    changed INTEGER NOT NULL
) STRICT;
