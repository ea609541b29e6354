"""One tor from start to end: an own one launched, or a running one joined, with its control
connection. When to start another is decided elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint

from onionchat.errors import InvalidInput, TorFailed
from onionchat.net.transports.tor import guards
from onionchat.net.transports.tor.bridges import BridgeSettings, torrc_lines
from onionchat.net.transports.tor.control import Control, connect_control
from onionchat.net.transports.tor.join import (
    EndpointReactor,
    Place,
    TcpPlace,
    UnixPlace,
    endpoint,
    find_socks,
)
from onionchat.net.transports.tor.network_watch import WatchReactor
from onionchat.net.transports.tor.process import (
    ProcessReactor,
    TorFolders,
    TorProcess,
    check_version,
    find_tor,
    parse_version,
    tor_version,
    write_torrc,
)

START_SECONDS: Final = 30.0
"""From the start of tor to its control socket; a second is usual, an unclean disk takes longer."""

ORPHAN_SECONDS: Final = 20.0
"""Longest wait for a tor that a killed node left; it ends at once, if it was not suspended."""

_POLL_SECONDS: Final = 0.05


class TorReactor(ProcessReactor, EndpointReactor, WatchReactor):
    """What the Tor transport needs of a reactor."""


@dataclass(frozen=True)
class TorSettings:
    """How to get at Tor. `join` names the control port of a running tor; None starts an own one.

    `onion_listen` is where services listen if the joined tor cannot reach our Unix sockets: the
    first of a row of TCP ports. `load_guards` and `save_guards` keep the layer-2 guards.
    """

    data_directory: Path
    runtime_directory: Path
    program: str | None = None
    extra_torrc: Path | None = None
    bridges: BridgeSettings = field(default_factory=BridgeSettings)
    join: Place | None = None
    join_socks: Place | None = None
    join_password: str | None = field(default=None, repr=False)
    onion_listen: TcpPlace | None = None
    load_guards: guards.LoadGuards = tuple
    save_guards: guards.SaveGuards = lambda _: None
    force_guards: bool = False

    @property
    def folders(self) -> TorFolders:
        """The folders of the own tor, and of the services' sockets in any case."""
        return TorFolders(self.data_directory, self.runtime_directory)


class TorRun:
    """A tor that is controlled. `on_lost` is called once if that ends other than by `end`."""

    def __init__(
        self, control: Control, socks: IStreamClientEndpoint, process: TorProcess | None
    ) -> None:
        self.control = control
        self.socks = socks
        self.process = process
        self.on_lost: Callable[[], None] | None = None
        self.authorised: dict[bytes, bytes] = {}
        """The access secrets that this tor was given, by onion key."""
        control.on_lost = self._lost

    async def end(self) -> None:
        """Close the control connection; an own tor ends by that, and is ended if it does not."""
        self.on_lost = None
        self.control.close()
        if self.process is not None:
            await self.process.stop()

    def kill(self) -> None:
        """End it without ceremony: it does not answer."""
        self.on_lost = None
        self.control.close()
        if self.process is not None:
            self.process.kill()

    def _lost(self) -> None:
        on_lost, self.on_lost = self.on_lost, None
        if on_lost is not None:
            on_lost()


def sleep(clock: IReactorTime, seconds: float) -> Deferred[None]:
    """Fires after `seconds`."""
    timer = None

    def cancel(_: Deferred[None]) -> None:
        if timer is not None and timer.active():
            timer.cancel()

    deferred: Deferred[None] = Deferred(cancel)
    timer = clock.callLater(seconds, deferred.callback, None)
    return deferred


async def launch(reactor: TorReactor, settings: TorSettings, *, wall: float) -> TorRun:
    """Start an own tor and take ownership of it.

    Raises:
        TorNotFound, TorTooOld, TorFailed (with what tor complained about), PluginMissing,
        InvalidInput, UnsafePermissions.
    """
    program = find_tor(settings.program)
    await tor_version(reactor, program)
    folders = settings.folders
    folders.prepare()
    lines = list(torrc_lines(settings.bridges))
    pinned = [guard for guard in settings.load_guards() if guard.until > wall]
    if pinned:
        # From the very first circuit on, not only after the consensus was read again.
        lines.append(guards.torrc_line(tuple(pinned)))
    if not settings.bridges.bridges:
        # tor must not start other programs unless bridges need one.
        lines.append("NoExec 1")
    await _until_unlocked(reactor, folders)
    torrc, defaults = write_torrc(folders, lines=lines, extra=settings.extra_torrc)
    ended: Deferred[None] = Deferred()

    def on_end() -> None:
        if not ended.called:
            ended.callback(None)

    process = TorProcess.spawn(reactor, program, torrc, defaults, on_end)
    try:
        control = await _control_of(reactor, folders, process)
        await control.command("TAKEOWNERSHIP")
    except BaseException:
        process.kill()
        raise
    return TorRun(control, UNIXClientEndpoint(reactor, folders.socks), process)


async def _until_unlocked(reactor: TorReactor, folders: TorFolders) -> None:
    """Wait for the end of the tor before this one; two on one data folder get in each other's way.

    If it does not end, tor itself says so.
    """
    deadline = reactor.seconds() + ORPHAN_SECONDS
    while folders.locked() and reactor.seconds() < deadline:
        await sleep(reactor, _POLL_SECONDS)


async def _control_of(reactor: TorReactor, folders: TorFolders, process: TorProcess) -> Control:
    place = UNIXClientEndpoint(reactor, folders.control)
    deadline = reactor.seconds() + START_SECONDS
    while not process.ended and reactor.seconds() < deadline:
        try:
            return await connect_control(place, reactor)
        except ConnectError:
            await sleep(reactor, _POLL_SECONDS)
    complaint = process.complaint()
    raise TorFailed(f"Tor did not start: {complaint}" if complaint else "Tor did not start.")


async def join(reactor: TorReactor, settings: TorSettings) -> TorRun:
    """Join the tor that `settings.join` names.

    Raises:
        TorFailed: nobody listens there, authentication failed, or it has no SOCKS port.
        TorTooOld: below 0.4.7.
    """
    assert settings.join is not None
    settings.folders.prepare()
    try:
        control = await connect_control(
            endpoint(reactor, settings.join), reactor, password=settings.join_password
        )
    except ConnectError:
        raise TorFailed("No Tor listens at the control address given.") from None
    try:
        check_version(parse_version(f"Tor version {control.version}".encode()))
        socks = await find_socks(control, settings.join, settings.join_socks)
    except BaseException:
        control.close()
        raise
    return TorRun(control, endpoint(reactor, socks), None)


def service_place(settings: TorSettings) -> TcpPlace | None:
    """Where services listen: a TCP place (port 0: any), or None for Unix sockets.

    A joined tor of another user cannot enter our runtime folder, one on another machine has no
    access to our files at all.

    Raises:
        InvalidInput: tor runs on another machine and `onion_listen` was not given.
    """
    if settings.join is None:
        return None
    if settings.onion_listen is not None:
        return settings.onion_listen
    if isinstance(settings.join, UnixPlace):
        try:
            ours = os.stat(settings.join.path).st_uid == os.geteuid()
        except OSError:
            ours = False
        return None if ours else TcpPlace("127.0.0.1", 0)
    if not settings.join.host.startswith("127."):
        raise InvalidInput(
            "Tor runs on another machine: name the address where it can reach this one"
            " (setting onion-listen)."
        )
    return TcpPlace("127.0.0.1", 0)
