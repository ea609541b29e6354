"""One node from its start to its end, in its process: opened at once, or locked until somebody
opens it.

What lives here: signals, the order of start and end, who is told of it. What may not: arguments
(`daemon`), and decisions about messages, contacts or Tor (`node`).

Twisted and the node are imported only when a node is about to run: usage errors are quick.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from onionchat import log_output
from onionchat.control import address
from onionchat.errors import InternalError, OnionchatError, Stopping, WrongPassphrase
from onionchat.service_manager import ServiceManager

if TYPE_CHECKING:
    from concurrent.futures import Future

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from onionchat.control.locked import LockedNode
    from onionchat.control.methods import PaintQr
    from onionchat.control.server import ControlServer
    from onionchat.node.api import NodeApi
    from onionchat.node.events import NodeEvent
    from onionchat.protocol.crypto.rng import Rng
    from onionchat.store.keyslot import MasterKey
    from onionchat.views import CheckView

_LOCKED: Final = "Locked: `onionchat unlock` opens it."
_SIGNALS_OF_IMPATIENCE: Final = 3
"""Two can come at once, from a terminal and from a wrapper that passes signals on."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process of a node is made of; the tests' fake daemon has others."""

    create_profile: Callable[[Path, str, str, Rng], list[str]]
    check_profile: Callable[[Path, str], Sequence[CheckView]]
    remove_profile: Callable[[Path], Sequence[str]]
    """Destroys it; gives the names of what is not the profile's and was left."""
    open_node: Callable[..., Awaitable[NodeApi]]
    paint_qr: PaintQr
    unlock: Callable[[Path, str], MasterKey]
    """The profile's key, by its passphrase; takes a second."""


class Passphrase:
    """A passphrase on its way to the profile. It is taken once, and then no frame or object that
    lives as long as the node has it."""

    def __init__(self, text: str) -> None:
        self._text: str | None = text

    def look(self) -> str:
        """The passphrase, for whoever begins to derive the key already."""
        assert self._text is not None
        return self._text

    def take(self) -> str:
        """The passphrase, the last time."""
        text = self.look()
        self._text = None
        return text

    def __repr__(self) -> str:
        return "<Passphrase (secret)>"


def report(chosen: argparse.Namespace, line: str) -> None:
    """Tell whoever started the node in the background how it went, once."""
    descriptor = getattr(chosen, "ready_fd", None)
    if descriptor is not None:
        chosen.ready_fd = None
        try:
            with open(descriptor, "w", encoding="utf-8") as pipe:
                print(line, file=pipe)
        except OSError:
            log_output.say("Nobody waits any more for this node to start.")


def say_wiped(profile: Path, left: Sequence[str]) -> None:
    """Say that a profile is gone; `left` is what there was of something else."""
    if left:
        log_output.say(
            f"The profile was destroyed; in {profile} there are still files of something else."
        )
    else:
        log_output.say("The profile was destroyed.")


class NodeProcess:
    """One node from start to end, on the global reactor."""

    def __init__(
        self,
        reactor: Any,  # noqa: ANN401 - the module-like object that Twisted installs
        chosen: argparse.Namespace,
        profile: Path,
        parts: Parts,
        manager: ServiceManager,
    ) -> None:
        from twisted.internet.defer import Deferred
        from twisted.logger import Logger

        self.status = 0
        self._reactor = reactor
        self._chosen = chosen
        self._profile = profile
        self._parts = parts
        self._manager = manager
        # Named, because this module can also be `__main__`.
        self._log = Logger("onionchat.daemon")
        self._asked_to_stop: Deferred[None] = Deferred()
        self._ended: Deferred[None] = Deferred()
        """An open node has ended by itself; fails with its error."""
        self._signals = 0
        self._node: NodeApi | None = None
        self._opening: Deferred[NodeApi] | None = None
        self._server: ControlServer | None = None

    def run(
        self,
        secret: Passphrase | None,
        unlocked: Future[MasterKey] | None,
        refused: str | None,
    ) -> None:
        """Run the reactor until the node has ended. Without a passphrase it begins locked;
        `refused` is why the one that was given is none."""
        self._reactor.callWhenRunning(self._begin, secret, unlocked, refused)
        self._reactor.run()

    def _begin(
        self,
        secret: Passphrase | None,
        unlocked: Future[MasterKey] | None,
        refused: str | None,
    ) -> None:
        from twisted.internet.defer import Deferred

        # After Twisted has put its own, which would stop the reactor under the node's feet.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._keep_alive()
        self._life = Deferred.fromCoroutine(self._live(secret, unlocked, refused))
        self._life.addErrback(self._failed)
        self._life.addCallback(lambda _: self._reactor.stop())

    def _keep_alive(self) -> None:
        """Tell the service manager, again and again, that this thread does its work."""
        if self._manager.watchdog_seconds is not None:
            self._manager.tell(WATCHDOG="1")
            self._reactor.callLater(self._manager.watchdog_seconds / 3, self._keep_alive)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals >= _SIGNALS_OF_IMPATIENCE:
            # The person has no patience; everything acknowledged is on disk.
            os._exit(1)
        self._reactor.callFromThread(self._stop)

    def _stop(self) -> None:
        if not self._asked_to_stop.called:
            self._manager.tell(STOPPING="1", STATUS="Stopping.")
            self._asked_to_stop.callback(None)
            # While the node opens: let it undo what it has done so far.
            if self._opening is not None:
                self._opening.cancel()

    async def _live(
        self,
        secret: Passphrase | None,
        unlocked: Future[MasterKey] | None,
        refused: str | None,
    ) -> None:
        from twisted.internet.defer import DeferredList

        folder = address.create(self._profile, os.environ)
        if secret is not None and unlocked is not None:
            try:
                self._node = await self._opened(secret, unlocked.result, folder)
            except WrongPassphrase as error:
                if not self._chosen.headless:
                    raise
                refused = f"The passphrase that this node was started with is not right. {error}"
        # tor is at work by now.
        from onionchat.control.methods import Methods
        from onionchat.control.server import ControlServer
        from onionchat.protocol.crypto.rng import SystemRng

        self._server = server = ControlServer(
            self._reactor,
            self._locked(folder, refused)
            if self._node is None
            else Methods(self._node, self._parts.paint_qr, folder.owner),
            folder,
            rng=SystemRng(),
            on_stop=self._stop,
        )
        try:
            try:
                await server.start()
                if self._node is None:
                    self._tell_locked(refused)
                else:
                    await self._watch(self._node)
                await DeferredList(
                    [self._asked_to_stop, self._ended],
                    fireOnOneCallback=True,
                    fireOnOneErrback=True,
                    consumeErrors=True,
                )
            finally:
                await server.close()
        finally:
            try:
                await self._close_node()
            finally:
                address.discard(self._profile, folder)
                if server.behind.wiped:
                    say_wiped(self._profile, self._parts.remove_profile(self._profile))
        self._log.info("The node has ended.")

    # --- Opening, at once or later

    async def _opened(
        self, secret: Passphrase, unlock: Callable[[], MasterKey], folder: address.RunFolder
    ) -> NodeApi:
        from twisted.internet.defer import Deferred

        if self._asked_to_stop.called:
            raise Stopping
        opening: Deferred[NodeApi] = Deferred.fromCoroutine(self._open(secret, unlock, folder))
        self._opening = opening
        try:
            return await opening
        finally:
            self._opening = None

    async def _open(
        self, secret: Passphrase, unlock: Callable[[], MasterKey], folder: address.RunFolder
    ) -> NodeApi:
        return await self._parts.open_node(
            self._reactor,
            profile=self._profile,
            passphrase=secret.take(),
            runtime_dir=folder.tor,
            torrc=self._chosen.torrc,
            tor=self._chosen.tor,
            tor_control=self._chosen.tor_control,
            unlock=unlock,
        )

    def _locked(self, folder: address.RunFolder, refused: str | None) -> LockedNode:
        from twisted.internet.defer import DeferredLock
        from twisted.internet.threads import deferToThreadPool

        from onionchat.control.locked import LockedNode
        from onionchat.control.methods import Methods
        from onionchat.node.custody import Custody
        from onionchat.protocol.crypto.rng import SystemRng

        custody = Custody(
            self._reactor,
            self._profile,
            SystemRng(),
            lambda work: deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work),
            lambda: None,
            self._parts.unlock,
        )

        turn = DeferredLock()

        async def open_(given: str) -> None:
            async with turn:
                secret = Passphrase(given)
                key = await custody.unlock(secret.look())
                if self._node is not None:
                    # Somebody else had the turn before.
                    return
                node = await self._opened(secret, lambda: key, folder)
                self._node = node
                assert self._server is not None
                self._server.put_behind(Methods(node, self._parts.paint_qr, folder.owner))
                await self._watch(node)

        return LockedNode(self._reactor, custody, self._profile, folder.owner, open_, refused)

    def _tell_locked(self, refused: str | None) -> None:
        if refused is not None:
            self._log.warn("{sentence}", sentence=refused)
        self._log.info("The node is locked.")
        report(self._chosen, "ready")
        self._manager.tell(READY="1", STATUS=_LOCKED)

    async def _watch(self, node: NodeApi) -> None:
        """Note when an open node ends, and tell the service manager how it is until then."""
        from twisted.internet.defer import Deferred

        from onionchat.views import TorChanged

        def end(result: Any) -> None:  # noqa: ANN401 - None or a failure
            if not self._ended.called:
                self._ended.callback(result)

        def tell(event: NodeEvent) -> None:
            if isinstance(event, TorChanged):
                self._manager.tell(STATUS=event.tor.summary)

        Deferred.fromCoroutine(node.until_ended()).addBoth(end)
        node.subscribe(tell)
        report(self._chosen, "ready")
        self._log.info("The node runs.")
        self._manager.tell(READY="1", STATUS=(await node.status()).tor.summary)

    async def _close_node(self) -> None:
        if self._opening is not None:
            # It was told to undo what it has done: the process must not end before.
            from twisted.internet.defer import DeferredList

            await DeferredList([self._opening], consumeErrors=True)
        if self._node is not None:
            await self._node.stop()

    def _failed(self, failure: Failure) -> None:
        from twisted.internet.defer import CancelledError, FirstError

        error: BaseException | None = failure.value
        if isinstance(error, FirstError):
            error = error.subFailure.value
        if isinstance(error, CancelledError | Stopping) and self._signals:
            return
        self.status = 1
        if isinstance(error, OSError):
            # A disk that has no room for the files of the sockets, say.
            from onionchat.store.profile import from_os

            error = from_os(error)
        if not isinstance(error, OnionchatError):
            self._log.error("The node failed: {what}", what=log_output.without_contents(error))
            error = InternalError()
        log_output.say(str(error))
        report(self._chosen, f"error {error.code} {error}")
