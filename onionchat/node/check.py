"""Looking into a profile while no node runs on it: what `doctor` says of the database then.

What lives here: opening it as a node does, reading all of it, and counting. What may not: repairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onionchat.errors import KeyslotDamaged, OnionchatError, WrongPassphrase
from onionchat.node import health
from onionchat.store import contacts, keyslot
from onionchat.store.database import Database
from onionchat.views import CheckView


def check_profile(profile: Path, passphrase: str) -> Sequence[CheckView]:
    """Open the profile, read every page of its database, and say what was found. Raises nothing
    that is named: each failure is a line."""
    try:
        key = keyslot.unlock(profile, passphrase)
    except KeyslotDamaged as error:
        return [CheckView("key file", False, str(error))]
    except WrongPassphrase as error:
        return [CheckView("passphrase", False, str(error))]
    except OnionchatError as error:
        return [CheckView("key file", False, str(error))]
    opens = CheckView("key file", True, "The passphrase opens it.")
    try:
        database = Database.open(profile, key)
    except OnionchatError as error:
        return [opens, CheckView("database", False, str(error))]
    try:
        found = health.database(database.check())
        if not found.ok:
            return [opens, found]
        known, queued = database.run(lambda tx: (len(contacts.everyone(tx)), contacts.queued(tx)))
    except OnionchatError as error:
        return [opens, CheckView("database", False, str(error))]
    finally:
        database.close()
    people = "1 contact" if known == 1 else f"{known} contacts"
    messages = "1 message" if queued == 1 else f"{queued} messages"
    counts = CheckView("contents", True, f"{people}, {messages} not delivered yet.")
    return [opens, found, counts]
