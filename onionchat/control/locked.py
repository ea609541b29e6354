"""What a node answers whose profile is closed: started without its passphrase, nobody came yet.

What lives here: the few requests that need no key, and opening. What may not: the key. It goes from
the slot to whoever opens the node, and nothing here keeps it.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from twisted.internet.interfaces import IReactorTime

from onionchat import __version__
from onionchat.errors import NodeLocked
from onionchat.node.custody import Custody
from onionchat.node.events import NodeEvent
from onionchat.protocol.wire.records import PROTOCOL_VERSION
from onionchat.views import StatusView, TorView

from . import passphrase, schema
from .methods import require_ours

SUMMARY: Final = "The node is locked: Tor is not running."

Open = Callable[[str], Awaitable[None]]
"""Opens the profile with a passphrase, and puts the open node in this one's place."""


class LockedNode:
    """Answers the requests of clients that showed the token, as `methods.Methods` does.

    `reason` is why it is locked although a passphrase was given, one sentence.
    """

    def __init__(
        self,
        clock: IReactorTime,
        custody: Custody,
        profile: Path,
        owner: str,
        open_: Open,
        reason: str | None = None,
    ) -> None:
        self._clock = clock
        self._custody = custody
        self._profile = profile
        self._owner = owner
        self._open = open_
        self._reason = reason
        self._began = clock.seconds()

    @property
    def wiped(self) -> bool:
        """Whether the profile was destroyed."""
        return self._custody.destroyed

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """Nothing happens in a locked node that could be told."""
        return lambda: None

    async def answer(self, request: schema.Request[schema.R_co]) -> schema.R_co:
        """Carry out `request`. Raises NodeLocked for all that needs the profile, and of `unlock`
        what opening a node raises, and TooManyTries."""
        reply: Any
        match request:
            case schema.Status():
                reply = self._status()
            case schema.Unlock():
                # As it comes in by every other door.
                await self._open(passphrase.checked(request.passphrase.encode()))
                reply = schema.Nothing()
            case schema.Wipe():
                require_ours(request, self._owner)
                await self._custody.destroy()
                reply = schema.StopReply(os.getpid())
            case _:
                raise NodeLocked
        answer: schema.R_co = reply
        return answer

    def _status(self) -> StatusView:
        return StatusView(
            online=False,
            tor=TorView(running=False, bootstrap=0, summary=SUMMARY),
            contacts=0,
            connected=0,
            queued=0,
            requests=0,
            account="",
            device="",
            name="",
            visibility="",
            version=__version__,
            protocol=PROTOCOL_VERSION,
            pid=os.getpid(),
            profile=str(self._profile),
            uptime=self._clock.seconds() - self._began,
            warnings=() if self._reason is None else (self._reason,),
            locked=True,
        )
