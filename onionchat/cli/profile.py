"""init, node, stop, visibility, settings, bridges, passphrase, backup."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Final, NoReturn

from onionchat.control import address, core_dumps, launch, schema
from onionchat.control import passphrase as passphrases
from onionchat.control.process_end import EndOf
from onionchat.displayable import displayable, displayable_line
from onionchat.errors import InvalidInput, InvalidText, TimedOut
from onionchat.views import SettingView

from . import start
from .session import Session, caution, print_json, warn
from .tor import check_bridges

NAME_QUESTION: Final = "Your name, as contacts will see it (may be empty): "
NO_NAME: Final = "A name needs at least one visible character; leave --name out to have none."
VISIBLE: Final = {
    "online": "contacts and whoever has an invite link can reach this device.",
    "restricted": "only contacts can reach this device; invite links wait until you are online.",
    "hidden": "nobody can reach this device; it calls its contacts itself.",
}
VISIBLE_TO_ONE: Final = {
    "online": "this contact can reach this device.",
    "restricted": "this contact can reach this device.",
    "hidden": "this contact cannot reach this device, which calls it itself.",
}
"""Who can reach this device: all, and one contact."""

STOP_SECONDS: Final = 20.0
BRIDGES: Final = "bridges"
"""The setting that holds bridge lines, one a line."""

_MAX_BRIDGE_BYTES: Final = 64 * 1024


def init(session: Session) -> NoReturn:
    """Create a profile: the daemon's task, in this very process."""
    if session.json:
        if session.options.name is not None or hasattr(session.options, "passphrase_file"):
            raise InvalidInput("With --json, name and passphrase stand in the input.")
        _become(session, ["init", "--json"])
    name = session.options.name
    if name is not None and not name.strip():
        raise InvalidInput(NO_NAME)
    if name is None:
        name = ""
        asked = sys.stdin.isatty() and sys.stdout.isatty()
        if asked and not address.holds_profile(session.profile):
            name = input(NAME_QUESTION).strip()
    with launch.in_pipe(name) as typed:
        os.set_inheritable(typed, True)
        _become(session, ["init", f"--name-fd={typed}"])


def node(session: Session) -> NoReturn:
    """Run the node: the daemon's task, in this very process."""
    headless = ["--headless"] if session.options.headless else []
    _become(session, ["node", *headless, *start.node_options(session)])


def _become(session: Session, arguments: list[str]) -> NoReturn:
    command = start.daemon_command(session, arguments)
    sys.stdout.flush()
    # Until the daemon is ready for it: Python would show where it was in its own start.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.execve(command[0], command, launch.daemon_environment())  # noqa: S606 - our own program


def stop(session: Session) -> None:
    """Stop the node; return when its process has ended."""
    client = session.client()
    assert client.node is not None
    ended = EndOf(client.node.pid)
    client.call(schema.Stop())
    if not ended.wait(STOP_SECONDS):
        raise TimedOut(f"The node did not end within {STOP_SECONDS:.0f} s.")
    print("The node has stopped.")


def visibility(session: Session) -> int | None:
    """Say who can reach this device, after changing it if a word is given."""
    word, contact = session.options.visibility, session.options.contact
    if word is None and contact is not None:
        warn("Say online, restricted or hidden for this contact.")
        return 2
    if word is not None:
        session.call(schema.SetVisibility(visibility=word, contact=contact))
    if contact is None:
        word = session.call(schema.Status()).visibility
        print(f"{word}: {VISIBLE[word]}")
    else:
        print(f"{displayable_line(contact)}: {VISIBLE_TO_ONE[word]}")
    return None


def settings(session: Session) -> int | None:
    """Show all settings, or one, or change one."""
    options = session.options
    if options.value is not None:
        _show_settings(session, [session.call(schema.Set(name=options.name, value=options.value))])
        return None
    found = list(session.call(schema.Settings()))
    if options.name is not None:
        found = [setting for setting in found if setting.name == options.name]
        if not found:
            warn("There is no such setting.")
            return 1
    _show_settings(session, found)
    return None


def _show_settings(session: Session, found: list[SettingView]) -> None:
    if session.json:
        print_json(found)
        return
    for setting in found:
        value = displayable_line(setting.value) or "(empty)"
        changed = "" if setting.value == setting.default else "  (changed)"
        print(f"{setting.name} = {value}{changed}\n    {displayable_line(setting.sentence)}")


def bridges(session: Session) -> int | None:
    """Show or change the bridges, which are a setting of several lines."""
    action, line = session.options.action or "list", session.options.line
    if (action in ("add", "check")) != (line is not None):
        warn("Use `bridges add LINE`, `bridges check LINE`, `bridges list` or `bridges clear`.")
        return 2
    if action == "check":
        return check_bridges(session, _lines_of(_stdin()) if line == "-" else [line])
    if action == "clear":
        session.call(schema.Set(name=BRIDGES, value=""))
    lines = _bridge_lines(session)
    if action == "add":
        new = _lines_of(_stdin()) if line == "-" else [line.strip()]
        lines = list(dict.fromkeys([*lines, *(entry for entry in new if entry)]))
        lines = session.call(schema.Set(name=BRIDGES, value="\n".join(lines))).value.splitlines()
    if session.json:
        print_json(lines)
    else:
        for entry in lines:
            print(displayable(entry))
        if not lines:
            print("No bridges.")
    return None


def _stdin() -> bytes:
    return sys.stdin.buffer.read(_MAX_BRIDGE_BYTES)


def _lines_of(data: bytes) -> list[str]:
    try:
        return [line.strip() for line in data.decode().splitlines()]
    except UnicodeDecodeError:
        raise InvalidText("The bridge lines are not valid UTF-8; nothing was changed.") from None


def _bridge_lines(session: Session) -> list[str]:
    for setting in session.call(schema.Settings()):
        if setting.name == BRIDGES:
            return setting.value.splitlines()
    return []


def passphrase(session: Session) -> None:
    """Change the passphrase of a running node's profile."""
    session.client()
    old = read_passphrase(session, "The passphrase until now: ")
    file: Path | None = session.options.new_passphrase_file
    if file is None:
        new = passphrases.ask_new("The new passphrase: ", warn)
    else:
        new = passphrases.from_file(file, caution)
    session.call(schema.ChangePassphrase(old=old, new=new))
    warn("The passphrase was changed.")


def read_passphrase(session: Session, prompt: str) -> str:
    """From the file that was named, or from the person."""
    core_dumps.forbid()
    file = session.passphrase_file
    if file is not None:
        return passphrases.from_file(file, caution)
    return passphrases.ask(prompt)


def backup(session: Session) -> None:
    """Write an encrypted copy of the profile into a new folder."""
    session.call(schema.Backup(path=os.path.abspath(session.options.folder)), timeout=3600)
