"""Bringing a database to this version's schema.

What lives here: reading `migrations/*.sql`, applying what is missing in one transaction. What may
not: any knowledge of tables.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import apsw

from onionchat.errors import ProfileDamaged, ProfileTooNew

APPLICATION_ID: Final = 0x6F6E6331
"""`onc1`: tells our database from another one."""


@cache
def migrations() -> tuple[str, ...]:
    """The SQL of every version, oldest first; version n is `migrations()[n - 1]`."""
    folder = resources.files("onionchat.store.migrations")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


def version(connection: apsw.Connection) -> int:
    """The schema version of an open database; 0 for an empty one."""
    found = connection.pragma("user_version")
    assert isinstance(found, int)
    return found


def make(connection: apsw.Connection, upto: int | None = None) -> None:
    """Give an empty database the schema (`upto`: of an older version, for tests of upgrading)."""
    _apply(connection, 0, len(migrations()) if upto is None else upto)


def upgrade(connection: apsw.Connection) -> int:
    """Apply what is missing; returns the version found before.

    Raises:
        ProfileTooNew: the schema is from a newer version; nothing was changed.
        ProfileDamaged: a database, but not one of ours.
    """
    found = version(connection)
    if connection.pragma("application_id") != APPLICATION_ID or found < 1:
        raise ProfileDamaged
    if found > len(migrations()):
        raise ProfileTooNew
    if found < len(migrations()):
        _apply(connection, found, len(migrations()))
    return found


def _apply(connection: apsw.Connection, present: int, wanted: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for sql in migrations()[present:wanted]:
            connection.execute(sql)
        # Both pragmas live in the file's header page and are part of the transaction.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {wanted}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
