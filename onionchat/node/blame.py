"""What is logged of peers who break the protocol: each kind once a peer, or one could fill the log.

What lives here: that memory. What may not: what else follows (links end, dials become rare).
"""

from __future__ import annotations

from typing import Final

from twisted.logger import Logger

from onionchat.errors import OnionchatError
from onionchat.store.transaction import ContactNo

log = Logger()

STRANGER: Final = None
"""Whoever has an invite link of ours: not to be told apart."""


class Blame:
    """Since the node's start."""

    def __init__(self) -> None:
        self._said: set[tuple[ContactNo | None, int]] = set()

    def offended(self, peer: ContactNo | None, error: OnionchatError, *, own: bool = False) -> None:
        """A device of a contact, an `own` one, or somebody at an invite (`STRANGER`) broke a
        rule, and what it sent was refused."""
        if (peer, error.code) in self._said:
            return
        self._said.add((peer, error.code))
        whose = "one of our own devices" if own else f"a device of contact {peer}"
        log.warn(
            "refused what {whose} sent: {sentence} (error {code}; further ones like this are not"
            " logged)",
            whose="somebody with an invite link of ours" if peer is STRANGER else whose,
            sentence=type(error).sentence,
            code=error.code,
        )

    def forget(self, peer: ContactNo) -> None:
        """A contact is gone."""
        self._said = {said for said in self._said if said[0] != peer}
