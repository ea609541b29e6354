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
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec
from msgspec import Struct

from onionchat import __version__, log_output
from onionchat.control import address, core_dumps, first_run, passphrase, profiles
from onionchat.errors import (
    InternalError,
    InvalidInput,
    OnionchatError,
    ProfileExists,
    ProfileInUse,
)
from onionchat.node_process import NodeProcess, Parts, Passphrase, report, say_wiped
from onionchat.service_manager import ServiceManager

if TYPE_CHECKING:
    from concurrent.futures import Future

    from onionchat.store.keyslot import MasterKey

_INTERRUPTED: Final = 130
_WORDS_A_LINE: Final = 6
_CREDENTIAL: Final = "passphrase"
"""The name of the credential by which a service manager hands the passphrase over."""


def real_parts() -> Parts:
    """The node itself."""
    from onionchat.node.check import check_profile
    from onionchat.node.node import create_profile, open_node
    from onionchat.protocol.contacts.qr import paint
    from onionchat.store.keyslot import unlock
    from onionchat.store.wipe import remove

    return Parts(create_profile, check_profile, remove, open_node, paint, unlock)


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
        report(chosen, f"error {error.code} {error}")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a defect of ours; its text may hold anything
        log_output.say(f"This is a defect of onionchat: {log_output.without_contents(error)}.")
        report(chosen, f"error {InternalError.code} {InternalError.sentence}")
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
    node.add_argument(
        "--headless",
        action="store_true",
        help="ask nobody: without a passphrase that fits, wait locked for `onionchat unlock`",
    )
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


def _headless_passphrase(chosen: argparse.Namespace) -> tuple[Passphrase | None, str | None]:
    """What a node that asks nobody was given: named in some way, or as a credential of its service;
    with the reason, if what was given can be none."""
    try:
        given = _given_passphrase(chosen)
        folder = os.environ.pop("CREDENTIALS_DIRECTORY", None)
        if given is None and folder is not None:
            file = Path(folder) / _CREDENTIAL
            if not _is_missing(file):
                # Its mode is the manager's business: an access list can look like rights of others.
                given = passphrase.from_file(file, lambda _: None)
    except InvalidInput as error:
        return None, f"The passphrase that this node was started with cannot be used. {error}"
    return (None if given is None else Passphrase(given)), None


def _is_missing(file: Path) -> bool:
    try:
        file.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        # It cannot be told; reading it will say why.
        return False
    return False


def _passphrase(chosen: argparse.Namespace) -> Passphrase:
    """The passphrase as it was given, or as the person types it now."""
    given = _given_passphrase(chosen)
    return Passphrase(passphrase.ask("Passphrase: ") if given is None else given)


def _caution(sentence: str) -> None:
    """Warn of something; what was asked is done all the same."""
    log_output.say(f"warning: {sentence}")


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
    say_wiped(profile, wiping.destroy(profile))
    return 0


# --- node ----------------------------------------------------------------------------------------


def _node(chosen: argparse.Namespace, parts: Callable[[], Parts]) -> int:
    profile = _profile(chosen)
    if not address.holds_profile(profile):
        raise address.no_profile(profile)
    if profiles.runs(profile, os.environ):
        # Also one that is locked, and so has nothing open that the other would stumble on.
        raise ProfileInUse
    manager = ServiceManager(os.environ)
    secret: Passphrase | None
    if chosen.headless:
        secret, refused = _headless_passphrase(chosen)
    else:
        secret, refused = _passphrase(chosen), None
    # What is imported stays: looking for garbage in it would cost a tenth of the start, and later
    # pauses.
    gc.disable()
    unlocked = None if secret is None else _begin_unlocking(profile, secret)
    log_output.start()
    # Selected and installed by this import, hence last.
    from twisted.internet import reactor

    from onionchat.node.reactors import make_steady

    make_steady(reactor)
    process = NodeProcess(reactor, chosen, profile, parts(), manager)
    gc.freeze()
    gc.enable()
    process.run(secret, unlocked, refused)
    return process.status


def _begin_unlocking(profile: Path, secret: Passphrase) -> Future[MasterKey]:
    """Derive the profile's key on a thread: it takes as long as importing all the rest."""
    from concurrent.futures import ThreadPoolExecutor

    from onionchat.store import keyslot

    thread = ThreadPoolExecutor(1)
    unlocked = thread.submit(keyslot.unlock, profile, secret.look())
    thread.shutdown(wait=False)
    return unlocked


def _program() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    _program()
