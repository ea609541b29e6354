"""The node's process: arguments, passphrase, signals, exit status.

What lives here: what belongs to a process and to nothing smaller; the only file that names the
global reactor. What may not: decisions about messages, contacts or Tor (`node`), and requests
(`control`).

Twisted and the node are imported only when a node is about to run: usage errors are quick.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec
from msgspec import Struct

from onionchat import __version__, log_output
from onionchat.control import address, core_dumps, first_run, passphrase
from onionchat.errors import (
    InternalError,
    InvalidInput,
    OnionchatError,
    ProfileExists,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from twisted.python.failure import Failure

    from onionchat.control.methods import PaintQr
    from onionchat.node.api import NodeApi
    from onionchat.protocol.crypto.rng import Rng
    from onionchat.store.keyslot import MasterKey
    from onionchat.views import CheckView

_INTERRUPTED: Final = 130
_WORDS_A_LINE: Final = 6
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


def real_parts() -> Parts:
    """The node itself."""
    from onionchat.node.check import check_profile
    from onionchat.node.node import create_profile, open_node
    from onionchat.protocol.contacts.qr import paint
    from onionchat.store.wipe import remove

    return Parts(create_profile, check_profile, remove, open_node, paint)


def main(arguments: Sequence[str] | None = None, parts: Callable[[], Parts] = real_parts) -> int:
    """The program `onionchatd`, also `python -m onionchat.daemon`. Returns the exit status."""
    refusal = address.refusal()
    if refusal is not None:
        log_output.say(refusal)
        return 1
    try:
        # `onionchat` holds Ctrl-C back while it becomes this program: here it is no traceback.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        chosen = _parser().parse_args(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    os.umask(0o077)
    core_dumps.forbid()
    try:
        if chosen.command == "init":
            return _init(chosen, parts())
        if chosen.command == "check":
            return _check(chosen, parts())
        if chosen.command == "wipe":
            return _wipe(chosen)
        return _node(chosen, parts)
    except OnionchatError as error:
        log_output.say(str(error))
        _report(chosen, f"error {error.code} {error}")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a defect of ours; its text may hold anything
        log_output.say(f"This is a defect of onionchat: {log_output.without_contents(error)}.")
        _report(chosen, f"error {InternalError.code} {InternalError.sentence}")
        return 1


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--profile", metavar="DIR", type=Path, help="the profile's folder")
    source = common.add_mutually_exclusive_group()
    source.add_argument(
        "--passphrase-file", metavar="FILE", type=Path, help="its first line is the passphrase"
    )
    source.add_argument(
        "--passphrase-fd", metavar="N", type=int, help="an inherited pipe that holds the passphrase"
    )
    parser = argparse.ArgumentParser(
        prog="onionchatd",
        description="The node of onionchat: what runs in the background.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"onionchat {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="init|node|check|wipe")
    init = commands.add_parser("init", parents=[common], help="create a profile")
    init.add_argument(
        "--name-fd", metavar="N", type=int, help="an inherited pipe that holds your name"
    )
    init.add_argument(
        "--json", action="store_true", help="read name and passphrase as JSON, print the words so"
    )
    commands.add_parser("check", parents=[common], help="look into the database of a profile")
    commands.add_parser("wipe", parents=[common], help="destroy a profile, without a question")
    node = commands.add_parser("node", parents=[common], help="run until SIGTERM")
    node.add_argument("--torrc", metavar="FILE", type=Path, help="appended to the generated torrc")
    node.add_argument("--tor", metavar="BINARY", help="the tor program to start")
    node.add_argument("--tor-control", metavar="ADDRESS", help="join the tor that listens here")
    node.add_argument("--ready-fd", metavar="N", type=int, help=argparse.SUPPRESS)
    return parser


def _profile(chosen: argparse.Namespace) -> Path:
    given = getattr(chosen, "profile", None) or os.environ.get("ONIONCHAT_PROFILE")
    return Path(given).absolute() if given else address.default_profile(os.environ)


def _given_passphrase(chosen: argparse.Namespace) -> str | None:
    descriptor = getattr(chosen, "passphrase_fd", None)
    if descriptor is not None:
        return passphrase.from_descriptor(descriptor)
    file = getattr(chosen, "passphrase_file", None) or os.environ.get("ONIONCHAT_PASSPHRASE_FILE")
    return passphrase.from_file(Path(file), _caution) if file else None


class _Passphrase:
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


def _passphrase(chosen: argparse.Namespace) -> _Passphrase:
    """The passphrase as it was given, or as the person types it now."""
    given = _given_passphrase(chosen)
    return _Passphrase(passphrase.ask("Passphrase: ") if given is None else given)


def _caution(sentence: str) -> None:
    """Warn of something; what was asked is done all the same."""
    log_output.say(f"warning: {sentence}")


def _report(chosen: argparse.Namespace, line: str) -> None:
    """Tell whoever started the node in the background how it went, once."""
    descriptor = getattr(chosen, "ready_fd", None)
    if descriptor is not None:
        chosen.ready_fd = None
        try:
            with open(descriptor, "w", encoding="utf-8") as pipe:
                print(line, file=pipe)
        except OSError:
            log_output.say("Nobody waits any more for this node to start.")


# --- init ----------------------------------------------------------------------------------------


def _init(chosen: argparse.Namespace, parts: Parts) -> int:
    if not chosen.json:
        return _made(chosen, parts)
    try:
        return _made(chosen, parts)
    except OnionchatError as error:
        # Once more, for the program that started this one.
        _print_json(first_run.failed(error))
        raise


def _print_json(document: Struct) -> None:
    # In ASCII, and whatever bytes the path of the profile has.
    print(json.dumps(msgspec.to_builtins(document)), flush=True)


def _made(chosen: argparse.Namespace, parts: Parts) -> int:
    profile = _profile(chosen)
    if address.holds_profile(profile):
        raise ProfileExists
    try:
        signal.signal(signal.SIGINT, _interrupt_once)
        words = _create(chosen, profile, parts)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        if address.holds_profile(profile):
            log_output.say(
                "Interrupted: the profile was created, but its recovery phrase was not shown. "
                "Remove the profile and begin again."
            )
        else:
            log_output.say("Interrupted: no profile was made.")
        return _INTERRUPTED
    try:
        if chosen.json:
            _print_json(first_run.MadeProfile(str(profile), tuple(words)))
        else:
            print(_phrase(words), flush=True)
    except OSError as error:
        # What cannot be shown again was not shown: the person must know.
        log_output.say(
            f"The profile was created, but its recovery phrase could not be shown: "
            f"{error.strerror}. Remove the profile and begin again."
        )
        # Python would try once more at exit and complain in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    log_output.say(f"The profile was created in {profile}.")
    return 0


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Ctrl-C ends it; a second one must not disturb the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _create(chosen: argparse.Namespace, profile: Path, parts: Parts) -> list[str]:
    from onionchat.protocol.crypto.rng import SystemRng

    name = "" if chosen.name_fd is None else _name(chosen.name_fd)
    secret = None if chosen.json else _given_passphrase(chosen)
    if chosen.json:
        asked = first_run.parse(sys.stdin.buffer.read(first_run.MAX_BYTES + 1))
        name, secret = asked.name, passphrase.checked(asked.passphrase.encode())
        passphrase.check_new(secret)
    elif secret is None:
        secret = passphrase.ask_new("A passphrase for the new profile: ", log_output.say)
    elif len(secret) < passphrase.MIN_LENGTH:
        _caution("This passphrase is short: the profile is easy to open for who has the disk.")
    return parts.create_profile(profile, secret, name, SystemRng())


def _name(descriptor: int) -> str:
    try:
        with open(descriptor, "rb") as pipe:
            return pipe.read().decode(errors="surrogateescape")
    except OSError as error:
        raise InvalidInput(f"The name cannot be read: {error.strerror}.") from None


def _phrase(words: Sequence[str]) -> str:
    numbered = [f"{number:2} {word:<9}" for number, word in enumerate(words, 1)]
    rows = [
        " ".join(numbered[begin : begin + _WORDS_A_LINE]).rstrip()
        for begin in range(0, len(numbered), _WORDS_A_LINE)
    ]
    return "\n".join(
        [
            "The recovery phrase of this account. Write it down on paper: it is shown only now,",
            "and who has it can take the account over.",
            "",
            *rows,
            "",
            " ".join(words),
        ]
    )


# --- check ---------------------------------------------------------------------------------------


def _check(chosen: argparse.Namespace, parts: Parts) -> int:
    """Print what was found, as JSON; for `doctor` without a running node."""
    profile = _profile(chosen)
    if not address.holds_profile(profile):
        raise address.no_profile(profile)
    found = parts.check_profile(profile, _passphrase(chosen).take())
    print(msgspec.json.encode(found).decode(), flush=True)
    return 0


# --- wipe ----------------------------------------------------------------------------------------


def _wipe(chosen: argparse.Namespace) -> int:
    """Destroy a profile, together with the node that has it open, if that answers."""
    # Nothing of the node, which would take a second to load.
    from onionchat.control import wiping

    profile = _profile(chosen)
    if not address.holds_traces(profile):
        raise address.no_profile(profile)
    _wiped(profile, wiping.destroy(profile))
    return 0


def _wiped(profile: Path, left: Sequence[str]) -> None:
    if left:
        log_output.say(
            f"The profile was destroyed; in {profile} there are still files of something else."
        )
    else:
        log_output.say("The profile was destroyed.")


# --- node ----------------------------------------------------------------------------------------


def _node(chosen: argparse.Namespace, parts: Callable[[], Parts]) -> int:
    profile = _profile(chosen)
    if not address.holds_profile(profile):
        raise address.no_profile(profile)
    secret = _passphrase(chosen)
    # What is imported stays: looking for garbage in it would cost a tenth of the start, and later
    # pauses.
    gc.disable()
    unlocked = _begin_unlocking(profile, secret)
    log_output.start()
    # Selected and installed by this import, hence last.
    from twisted.internet import reactor

    from onionchat.node.reactors import make_steady

    make_steady(reactor)
    process = _NodeProcess(reactor, chosen, profile, parts())
    gc.freeze()
    gc.enable()
    process.run(secret, unlocked)
    return process.status


def _begin_unlocking(profile: Path, secret: _Passphrase) -> Future[MasterKey]:
    """Derive the profile's key on a thread: it takes as long as importing all the rest."""
    from concurrent.futures import ThreadPoolExecutor

    from onionchat.store import keyslot

    thread = ThreadPoolExecutor(1)
    unlocked = thread.submit(keyslot.unlock, profile, secret.look())
    thread.shutdown(wait=False)
    return unlocked


class _NodeProcess:
    """One node from start to end, on the global reactor."""

    def __init__(
        self,
        reactor: Any,  # noqa: ANN401 - the module-like object that Twisted installs
        chosen: argparse.Namespace,
        profile: Path,
        parts: Parts,
    ) -> None:
        from twisted.internet.defer import Deferred
        from twisted.logger import Logger

        self.status = 0
        self._reactor = reactor
        self._chosen = chosen
        self._profile = profile
        self._parts = parts
        # Named, because this module can also be `__main__`.
        self._log = Logger("onionchat.daemon")
        self._asked_to_stop: Deferred[None] = Deferred()
        self._signals = 0

    def run(self, secret: _Passphrase, unlocked: Future[MasterKey]) -> None:
        """Run the reactor until the node has ended."""
        self._reactor.callWhenRunning(self._begin, secret, unlocked)
        self._reactor.run()

    def _begin(self, secret: _Passphrase, unlocked: Future[MasterKey]) -> None:
        from twisted.internet.defer import Deferred

        # After Twisted has put its own, which would stop the reactor under the node's feet.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._life = Deferred.fromCoroutine(self._live(secret, unlocked))
        self._life.addErrback(self._failed)
        self._life.addCallback(lambda _: self._reactor.stop())

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals >= _SIGNALS_OF_IMPATIENCE:
            # The person has no patience; everything acknowledged is on disk.
            os._exit(1)
        self._reactor.callFromThread(self._stop)

    def _stop(self) -> None:
        if not self._asked_to_stop.called:
            self._asked_to_stop.callback(None)

    async def _live(self, secret: _Passphrase, unlocked: Future[MasterKey]) -> None:
        from twisted.internet.defer import Deferred, DeferredList

        folder = address.create(self._profile, os.environ)
        opening = Deferred.fromCoroutine(self._open(secret, unlocked, folder))
        # A signal while the node opens: let it undo what it has done so far.
        self._asked_to_stop.addCallback(lambda _: opening.cancel())
        node = await opening
        # tor is at work by now.
        from onionchat.control.server import ControlServer
        from onionchat.protocol.crypto.rng import SystemRng

        try:
            server = ControlServer(
                self._reactor,
                node,
                folder,
                rng=SystemRng(),
                paint_qr=self._parts.paint_qr,
                on_stop=self._stop,
            )
            try:
                await server.start()
                _report(self._chosen, "ready")
                self._log.info("The node runs.")
                ended = Deferred.fromCoroutine(node.until_ended())
                await DeferredList(
                    [self._asked_to_stop, ended],
                    fireOnOneCallback=True,
                    fireOnOneErrback=True,
                    consumeErrors=True,
                )
            finally:
                await server.close()
        finally:
            try:
                await node.stop()
            finally:
                address.discard(self._profile, folder)
                if node.wiped:
                    _wiped(self._profile, self._parts.remove_profile(self._profile))
        self._log.info("The node has ended.")

    async def _open(
        self, secret: _Passphrase, unlocked: Future[MasterKey], folder: address.RunFolder
    ) -> NodeApi:
        return await self._parts.open_node(
            self._reactor,
            profile=self._profile,
            passphrase=secret.take(),
            runtime_dir=folder.tor,
            torrc=self._chosen.torrc,
            tor=self._chosen.tor,
            tor_control=self._chosen.tor_control,
            unlock=unlocked.result,
        )

    def _failed(self, failure: Failure) -> None:
        from twisted.internet.defer import CancelledError, FirstError

        error: BaseException | None = failure.value
        if isinstance(error, FirstError):
            error = error.subFailure.value
        if isinstance(error, CancelledError) and self._signals:
            return
        self.status = 1
        if not isinstance(error, OnionchatError):
            self._log.error("The node failed: {what}", what=log_output.without_contents(error))
            error = InternalError()
        log_output.say(str(error))
        _report(self._chosen, f"error {error.code} {error}")


def _program() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    _program()
