"""The arguments of every command: the one place from which `--help` and docs/cli.md are made.

What lives here: argparse. What may not: what the commands do; each names its function as
`module:function`, loaded when it is called.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn

from onionchat import __version__

LEAST_HOURS: Final = 0.1
"""Six minutes: an invite's onion is published in about one, and its end is told in minutes."""

EPILOG: Final = """\
Without a command, on a terminal: starts the node if needed and opens a chat prompt.
Exit status: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage, 130 interrupted.
Environment: ONIONCHAT_PROFILE and ONIONCHAT_PASSPHRASE_FILE do what the options do.
CONTACT is a contact's name (in any capitals), its id, or at least 8 digits of the id."""

CHECKED: Final = """\
Exit status with --check: 0 contacts can reach this device (or are not to: hidden),
1 no node answers, 3 they cannot, 4 the node is locked, 5 they can, but there are
warnings to be read."""

NODE_OPTIONS: Final = {
    "--torrc": ("FILE", "appended to the generated torrc"),
    "--tor": ("BINARY", "the tor program to start"),
    "--tor-control": ("ADDRESS", "join the tor that listens here"),
}
"""What a node is started with."""


_TEXT_COMMANDS: Final = ("send", "reply", "edit")
"""Commands whose last argument is a text."""

_VALUED: Final = ("--wait", "--profile", "--named", "--passphrase-file")
"""Their options that take a value."""


class _Parser(argparse.ArgumentParser):
    """With a hint behind what is wrong with the arguments."""

    hint = ""

    def error(self, message: str) -> NoReturn:
        super().error(message + self.hint)


class _Commands:
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._group = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(self, name: str, run: str, sentence: str, *, json: bool = True) -> _Command:
        """A command; `run` is the function that does it."""
        parser = self._group.add_parser(
            name,
            help=sentence,
            description=sentence[0].upper() + sentence[1:] + ".",
            parents=[_common()],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(run=run)
        if json:
            parser.add_argument("--json", action="store_true", help="print one JSON document")
        return _Command(parser)


class _Command:
    def __init__(self, parser: argparse._ActionsContainer) -> None:
        self._parser = parser

    def hint(self, hint: str) -> _Command:
        """Say this too when the arguments are wrong, and in the help."""
        if isinstance(self._parser, _Parser):
            self._parser.hint = f" ({hint})"
            self._parser.epilog = f"{hint[0].upper()}{hint[1:]}."
        return self

    def end(self, text: str) -> _Command:
        """What stands below the help, line by line."""
        if isinstance(self._parser, argparse.ArgumentParser):
            self._parser.epilog = text
        return self

    def one_of(self) -> _Command:
        """For arguments of which at most one can be given."""
        return _Command(self._parser.add_mutually_exclusive_group())

    def __call__(self, *names: str, **options: Any) -> _Command:  # noqa: ANN401 - argparse's own
        self._parser.add_argument(*names, **options)
        return self


def texts_apart(arguments: Sequence[str]) -> list[str]:
    """The arguments with a text that begins with one dash where argparse takes it for a text. What
    begins with two stays an option: a mistyped one must not become a message."""
    given = list(arguments)
    command = next((word for word in given if word in _TEXT_COMMANDS), None)
    if command is None or "--" in given:
        return given
    first = given.index(command) + 1
    options: list[str] = []
    words: list[str] = []
    rest = iter(given[first:])
    for word in rest:
        if word in _VALUED:
            options += [word, *islice(rest, 1)]
        elif word.startswith("--") or word == "-h":
            options.append(word)
        else:
            words.append(word)
    if not any(word.startswith("-") and word != "-" for word in words):
        return given
    return [*given[:first], *options, "--", *words]


def _common() -> argparse.ArgumentParser:
    # Without defaults: a command's parser must not undo what stood before the command.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    profile = common.add_mutually_exclusive_group()
    profile.add_argument(
        "--profile", metavar="DIR", type=Path, help="the profile's folder (ONIONCHAT_PROFILE)"
    )
    profile.add_argument(
        "--named", metavar="NAME", help="the profile of this name in the default place"
    )
    common.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=Path,
        help="its first line is the passphrase (ONIONCHAT_PASSPHRASE_FILE)",
    )
    return common


def _hours(text: str) -> float:
    hours = float(text)
    if not LEAST_HOURS <= hours <= 10 * 365 * 24:
        raise argparse.ArgumentTypeError(
            "an invite lives for 0.1 hours at least, ten years at most"
        )
    return hours


_hours.__name__ = "number of hours"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 365 * 24 * 3600:
        raise ValueError
    return seconds


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


_whole.__name__ = _seconds.__name__ = "number of seconds"


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


_count.__name__ = "number (1 or more)"


def build() -> argparse.ArgumentParser:
    """The parser of the whole program."""
    parser = _Parser(
        prog="onionchat",
        description="Chat from device to device over Tor, without servers.",
        epilog=EPILOG,
        parents=[_common()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"onionchat {__version__}")
    # For the node that the prompt starts; without defaults, as in `_common`.
    node = _Command(parser.add_argument_group("without a command, for the node that is started"))
    for name, (metavar, sentence) in NODE_OPTIONS.items():
        node(name, metavar=metavar, default=argparse.SUPPRESS, help=sentence)
    commands = _Commands(parser)
    _add_profile(commands)
    _add_contacts(commands)
    _add_messages(commands)
    return parser


def _add_profile(commands: _Commands) -> None:
    commands.add(
        "init", "profile:init", "create a profile and show its recovery phrase once", json=False
    )("--name", metavar="NAME", help="what contacts will see as your name; else it is asked for")(
        "--json",
        action="store_true",
        help='read {"name": …, "passphrase": …} from stdin; print {"profile": …, "words": […]}',
    )
    commands.add("profiles", "profiles:profiles", "list the profiles in the default place")
    node = commands.add(
        "node", "profile:node", "run the node in the foreground until SIGTERM", json=False
    )
    node(
        "--headless",
        action="store_true",
        help="ask nobody: without a passphrase that fits, wait locked for `onionchat unlock`",
    )
    for name, (metavar, sentence) in NODE_OPTIONS.items():
        node(name, metavar=metavar, default=argparse.SUPPRESS, help=sentence)
    service = commands.add(
        "service",
        "service:service",
        "make a systemd service of yours that runs the node",
        json=False,
    )("action", metavar="install|remove", choices=["install", "remove"])(
        "--print", action="store_true", help="show the unit, write nothing"
    )("--replace", action="store_true", help="overwrite a unit that differs")(
        "--unconfined", action="store_true", help="without the lines that need a user namespace"
    )
    for name, (metavar, sentence) in NODE_OPTIONS.items():
        service(name, metavar=metavar, default=argparse.SUPPRESS, help=sentence)
    commands.add("unlock", "unlock:unlock", "open the profile of a locked node", json=False)
    commands.add("status", "status:status", "say how the node is doing")(
        "--check", action="store_true", help="for monitoring, with an exit status of its own"
    ).end(CHECKED)
    commands.add("doctor", "doctor:doctor", "check what commonly goes wrong; also without a node")
    commands.add("stop", "profile:stop", "stop the node and wait until it has ended", json=False)
    commands.add(
        "visibility", "profile:visibility", "show or change who can reach this device", json=False
    )("visibility", nargs="?", choices=["online", "restricted", "hidden"])(
        "--contact", metavar="CONTACT", help="for this contact alone"
    )
    commands.add("settings", "profile:settings", "show or change settings")(
        "name", metavar="NAME", nargs="?"
    )("value", metavar="VALUE", nargs="?", help="the empty text for the default")
    commands.add("tor", "tor:tor", "say in more detail what Tor is doing")
    commands.add("bridges", "profile:bridges", "show, check or change the bridges to Tor")(
        "action",
        metavar="add|check|list|clear",
        nargs="?",
        choices=["add", "check", "list", "clear"],
    )("line", metavar="LINE", nargs="?", help="a bridge line; - reads lines from stdin")
    commands.add("passphrase", "profile:passphrase", "change the passphrase", json=False)(
        "--new-passphrase-file", metavar="FILE", type=Path, help="its first line is the new one"
    )
    commands.add("backup", "profile:backup", "write an encrypted copy of the profile", json=False)(
        "folder", metavar="DIR", help="must not exist yet"
    )
    commands.add("device", "devices:device", "link, list, name or put out your own devices")(
        "action",
        metavar="link|join|confirm|cancel|list|rename|revoke",
        choices=["link", "join", "confirm", "cancel", "list", "rename", "revoke"],
    )(
        "what",
        metavar="ARGUMENT",
        nargs="*",
        help="join: the link (- reads it); confirm: the code; rename: the device, its new name; "
        "revoke: the device that is to go",
    )("--name", metavar="NAME", default="New device", help="join: what this device is called")(
        "--history",
        metavar="all|none|DAY",
        default="all",
        help="join: which messages it keeps; DAY is like 2026-01-31",
    )("--yes", action="store_true", help="revoke: do not ask first")(
        "--recovery",
        action="store_true",
        help="revoke: by the 24 recovery words, which are asked for or read from the standard "
        "input; puts out a senior device as well",
    )
    commands.add(
        "wipe",
        "wipe:wipe",
        "destroy the profile for good: its key at once, then all its files",
        json=False,
    )("--yes", action="store_true", help="do not ask first")


def _add_contacts(commands: _Commands) -> None:
    commands.add("invite", "contacts:invite", "make an invite link, as text and as a QR code")(
        "--standing", action="store_true", help="can be used many times; requests then wait"
    )(
        "--expires",
        metavar="HOURS",
        type=_hours,
        help="0.1 or more, instead of 7 days (standing: never)",
    )("--svg", metavar="FILE", help="also write the QR code into a new file")
    commands.add("invites", "contacts:invites", "list the invites that can still be used")
    commands.add("revoke", "contacts:revoke", "withdraw an invite", json=False)("id", metavar="ID")
    commands.add("add", "contacts:add", "ask the maker of an invite link to become a contact")(
        "link", metavar="LINK", nargs="?", help="the link; - reads it from stdin"
    )("--qr", metavar="IMAGE", help="read the link from a picture of its QR code")(
        "--name", metavar="PETNAME", help="your name for the contact"
    )("--greeting", metavar="TEXT", default="", help="what the other person sees with it")
    commands.add("requests", "contacts:requests", "list the contact requests that wait for you")
    commands.add("accept", "contacts:accept", "accept a contact request")("id", metavar="ID")(
        "--name", metavar="PETNAME", help="your name for the contact"
    )
    commands.add("decline", "contacts:decline", "decline a contact request", json=False)(
        "id", metavar="ID"
    )
    commands.add("block", "contacts:block", "block a contact")("contact", metavar="CONTACT")
    commands.add("unblock", "contacts:unblock", "undo block")("contact", metavar="CONTACT")
    commands.add("cancel", "contacts:cancel", "take back a request of yours")(
        "contact", metavar="CONTACT", help="whom you asked: name or id, as `contacts` shows it"
    )
    commands.add("remove", "contacts:remove", "forget a contact and delete all messages with it")(
        "contact", metavar="CONTACT"
    )("--yes", action="store_true", help="do not ask first")
    commands.add("contacts", "contacts:contacts", "list the contacts")
    commands.add("rename", "contacts:rename", "give a contact another name")(
        "contact", metavar="CONTACT"
    )("name", metavar="NAME")
    verify = commands.add("verify", "contacts:verify", "compare safety words with a contact")(
        "contact", metavar="CONTACT"
    )("--anyway", action="store_true", help="also if the contact is compromised")
    given = verify.one_of()
    given("--words", metavar="WORDS", help="the words that the contact read out to you")
    given("--qr", metavar="IMAGE", help="or a picture of the code that the contact's device shows")
    given("--compromised", action="store_true", help="you heard that somebody else has its keys")
    commands.add("own-onion", "contacts:own_onion", "give a contact an onion address of its own")(
        "contact", metavar="CONTACT"
    )


def _add_messages(commands: _Commands) -> None:
    commands.add("send", "messages:send", "store a message for a contact and print its id")(
        "contact", metavar="CONTACT"
    )("text", metavar="TEXT", help="the text; - reads it from stdin")(
        "--wait", metavar="SECONDS", type=_seconds, help="also wait until it is delivered"
    )("--anyway", action="store_true", help="also if the contact is compromised").hint(
        "a text that begins with -- goes behind a --: send CONTACT -- TEXT"
    )
    commands.add("reply", "remarks:reply", "store a message that answers another one")(
        "contact", metavar="CONTACT"
    )("id", metavar="ID", help="the message that it answers; `history --ids` shows ids")(
        "text", metavar="TEXT", help="the text; - reads it from stdin"
    ).hint("a text that begins with -- goes behind a --: reply CONTACT ID -- TEXT")
    commands.add("edit", "remarks:edit", "have a text of yours say something else")(
        "contact", metavar="CONTACT"
    )("id", metavar="ID")("text", metavar="TEXT", help="the text; - reads it from stdin").hint(
        "a text that begins with -- goes behind a --: edit CONTACT ID -- TEXT"
    )
    commands.add("react", "remarks:react", "react to a message with an emoji")(
        "contact", metavar="CONTACT"
    )("id", metavar="ID")("emoji", metavar="EMOJI", nargs="?", default="")(
        "--remove", action="store_true", help="take your reaction back"
    )
    commands.add(
        "disappear", "remarks:disappear", "have what is written from now on disappear once seen"
    )("contact", metavar="CONTACT")(
        "seconds",
        metavar="SECONDS",
        type=_whole,
        nargs="?",
        help="300 to 2419200 (5 minutes to 4 weeks), 0: it stays; without it: say what is set",
    )
    delete = commands.add("delete", "remarks:delete", "delete messages for good")(
        "contact", metavar="CONTACT"
    )("ids", metavar="ID", nargs="*", help="the messages; `history --ids` shows ids")(
        "--for-everyone", action="store_true", help="also ask the contact to delete those of yours"
    )("--yes", action="store_true", help="do not ask first")
    delete.one_of()(
        "--before", metavar="DATE", help="all that is older, such as 2026-11-30 or 2026-11-30T18:00"
    )("--all", action="store_true", help="the whole conversation")
    history = commands.add("history", "messages:history", "show a conversation, oldest first")(
        "contact", metavar="CONTACT"
    )("--limit", metavar="N", type=_count, default=50, help="the newest N (50)")(
        "--mark-read", action="store_true", help="and take it as read"
    )("--where", action="store_true", help="and say at which devices each message is, and why not")(
        "--edits", action="store_true", help="also show what edited texts said before"
    )("--ids", action="store_true", help="show the beginnings of the messages' ids")
    history.one_of()("--before", metavar="ID", help="the newest N that are older than a message")(
        "--after", metavar="ID", help="the oldest N that are newer than a message"
    )("--around", metavar="ID", help="a message and its neighbours, N in all (at most 200)")
    commands.add("search", "messages:search", "find messages that hold all words, newest first")(
        "words", metavar="WORDS", nargs="+"
    )("--contact", metavar="CONTACT", help="only in this conversation")(
        "--limit", metavar="N", type=_count, default=50, help="at most N (50)"
    )
    commands.add("watch", "messages:watch", "follow what happens; --json: an object a line")
