"""Erasing a contact: every row that is there because of it, and its part of the `self` journal.

What lives here: which rows those are. What may not: who is to be told, links and onions (node/).
Deleted content is overwritten (`secure_delete`, for the search index as well); `Database.reclaim`,
after the commit, removes the old pages from the write-ahead log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onionchat.protocol.journal.ids import account_journal, self_journal
from onionchat.store import contacts, journals, personas, settings
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import DeviceKey, JournalId, Millis

CHUNK: Final = 250
"""Texts that leave the search index in one transaction: less than a tenth of a second."""

# In this order: nothing may refer to a row that goes.
_OF_JOURNALS = (
    "DELETE FROM marks WHERE journal = ?",
    "DELETE FROM replies WHERE entry IN (SELECT id FROM entries WHERE journal = ?)",
    "DELETE FROM timers WHERE journal = ?",
    "DELETE FROM expiring WHERE journal = ?",
    "DELETE FROM cleared WHERE journal = ?",
    "DELETE FROM erased WHERE journal = ?",
    "DELETE FROM entries WHERE journal = ?",
    "DELETE FROM logs WHERE journal = ?",
    "DELETE FROM heads WHERE journal = ?",
    "DELETE FROM withdrawn WHERE journal = ?",
    "DELETE FROM forks WHERE journal = ?",
    "DELETE FROM bookmark_logs WHERE journal = ?",
    "DELETE FROM bookmarks WHERE journal = ?",
    "DELETE FROM arrivals WHERE journal = ?",
    "DELETE FROM delivered WHERE journal = ?",
    "DELETE FROM read_marks WHERE journal = ?",
    "DELETE FROM journals WHERE id = ?",
)
_OF_CONTACT = (
    "UPDATE invites SET used_by = NULL WHERE id IN (SELECT invite FROM requests WHERE contact = ?)",
    "DELETE FROM requests WHERE contact = ?",
    "DELETE FROM joins WHERE contact = ?",
    "DELETE FROM slots WHERE contact = ?",
    "DELETE FROM intake WHERE contact = ?",
    "DELETE FROM drafts WHERE contact = ?",
    "DELETE FROM sent_tags WHERE contact = ?",
    "DELETE FROM summaries WHERE contact = ?",
    "DELETE FROM contact_devices WHERE contact = ?",
    "DELETE FROM contacts WHERE id = ?",
)
_USES_OF_AUTHOR = (
    ("entries", "author"),
    ("logs", "author"),
    ("forks", "author"),
    ("bookmarks", "peer"),
    ("bookmark_logs", "author"),
    ("arrivals", "peer"),
    ("arrivals", "author"),
    ("delivered", "author"),
    ("read_marks", "author"),
    ("cleared", "author"),
)


def texts(tx: Transaction, number: ContactNo, after: int) -> int | None:
    """Take `CHUNK` texts of a contact out of the search index, those of entries beyond the row
    `after` (0 to begin with); returns the row to go on after, None at the end.

    The index overwrites what it forgets, a quarter of a millisecond each: too much at once.
    """
    tx.write_index()
    rows = [
        row[0]
        for row in tx.rows(
            "SELECT e.id FROM entries AS e JOIN journals AS j ON j.id = e.journal"
            " WHERE j.contact = ? AND e.shown = 1 AND e.id > ? ORDER BY e.id LIMIT ?",
            number,
            after,
            CHUNK,
        )
    ]
    if not rows:
        return None
    tx.execute_many("DELETE FROM search WHERE rowid = ?", [(row,) for row in rows])
    return int(rows[-1])


def contact(tx: Transaction, number: ContactNo) -> int:
    """Erase a contact with our persona for it and all messages; returns how many those were.

    Quick if `texts` has emptied the search index before; right in any case.
    Our keys towards it go with the rest, so no position of a log can ever be signed again.
    Raises UnknownContact.
    """
    tx.write_index()
    found = contacts.get(tx, number)
    persona = personas.get(tx, found.persona)
    devices = contacts.devices(tx, number)
    shown = 0
    authors: set[int] = set()
    for journal in journals.of_contact(tx, number):
        place = (journal.number,)
        row = tx.row("SELECT COUNT(*) FROM entries WHERE journal = ? AND shown = 1", *place)
        shown += 0 if row is None else row[0]
        # A log's authors: the index of entries begins with journal and author.
        authors |= {row[0] for row in tx.rows("SELECT author FROM logs WHERE journal = ?", *place)}
        tx.execute(
            "DELETE FROM search WHERE rowid IN (SELECT id FROM entries WHERE journal = ?)", *place
        )
        for statement in _OF_JOURNALS:
            tx.execute(statement, *place)
    for statement in _OF_CONTACT:
        tx.execute(statement, number)
    tx.execute("DELETE FROM personas WHERE id = ?", persona.number)
    keys = [persona.device.public, *(device.device_key for device in devices)]
    for key in keys:
        row = tx.row("SELECT id FROM authors WHERE device_key = ?", key)
        if row is not None:
            authors.add(row[0])
    for author in authors:
        _author(tx, author)
    return shown


def self_account(tx: Transaction) -> None:
    """Erase the self account with its keys and journals, of a profile without contacts and other
    devices: nothing else is known of it then, to anybody."""
    persona = personas.self_account(tx)
    if persona is None:
        return
    for journal_id in (account_journal(persona.account_id), self_journal(persona.account_id)):
        journal = journals.find(tx, journal_id)
        if journal is not None:
            for statement in _OF_JOURNALS:
                tx.execute(statement, journal.number)
    tx.execute("DELETE FROM unwritten")
    tx.execute("DELETE FROM personas WHERE id = ?", persona.number)
    author = journals.find_author(tx, DeviceKey(persona.device.public))
    if author is not None:
        _author(tx, author)


def _author(tx: Transaction, author: int) -> None:
    """An author that nothing refers to any more is forgotten; what it had of others, too."""
    own = tx.row(
        "SELECT 1 FROM personas AS p JOIN authors AS a ON a.device_key = p.device_key"
        " WHERE a.id = ?",
        author,
    )
    used = any(
        tx.row(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", author)  # noqa: S608 - constants
        for table, column in _USES_OF_AUTHOR
    )
    if own is None and not used:
        tx.execute("DELETE FROM authors WHERE id = ?", author)


def bodies(
    tx: Transaction, journal_id: JournalId, doomed: Callable[[bytes], bool], now: Millis
) -> int:
    """Erase the bodies in a journal of ours that are `doomed`; headers and order stay.

    Returns how many there were. O(entries of the journal).
    """
    journal = journals.find(tx, journal_id)
    if journal is None:
        return 0
    found = [
        (row[0], row[1])
        for row in tx.each(
            "SELECT id, entry_id, body FROM entries WHERE journal = ? AND body IS NOT NULL",
            journal.number,
        )
        if doomed(row[2])
    ]
    for row_id, entry_id in found:
        tx.execute(
            "INSERT INTO erased (journal, entry_id, at) VALUES (?, ?, ?)",
            journal.number,
            entry_id,
            now,
        )
        tx.execute("UPDATE entries SET body = NULL WHERE id = ?", row_id)
    return len(found)


def settings_of(tx: Transaction, number: ContactNo, prefixes: tuple[str, ...]) -> None:
    """Remove the settings below `prefixes` whose value is the contact's number."""
    value = str(number).encode()
    for prefix in prefixes:
        for key in settings.beginning(tx, prefix):
            if settings.get(tx, key) == value:
                settings.put(tx, key, None)
