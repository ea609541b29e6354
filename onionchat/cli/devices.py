"""device: link, join, confirm, cancel, list, rename, revoke."""

from __future__ import annotations

import getpass
import sys
from typing import Final

from onionchat.control import core_dumps, schema
from onionchat.displayable import displayable_line
from onionchat.errors import InvalidInput, Refused, Stopping
from onionchat.views import LinkingChanged, RevokedView

from .contacts import print_qr
from .session import Session, counted, local_time, print_json, print_table

CONFIRM_TIMEOUT: Final = 150.0
"""Seconds that a confirmation may take: the node gives up before."""

HOW_TO_JOIN: Final = (
    "On the new device: onionchat device join LINK. It shows a code; type that here: "
    "onionchat device confirm CODE"
)
REVOKE_TIMEOUT: Final = 300.0
"""Seconds that putting a device out may take, with thousands of contacts."""

MAX_PHRASE: Final = 1024

REVOKE_QUESTION: Final = (
    "Put {} out of your account for good? It keeps what it has, and gets nothing more. (yes/no) "
)
STANDING: Final = (
    "It keeps what it has. Standing invite links that it made cannot be taken back from here: tell"
    " whoever has one."
)
LEFT: Final = (
    "This device keeps what it has and can say nothing any more. Leave it running until your other"
    " devices have heard; `onionchat wipe` destroys what is here."
)
WARNING: Final = (
    "Whoever has this link can ask to be a device of yours. Nobody comes in without the code."
)
VOID: Final = (
    "The recovery words that were shown for this profile are void: those of the account count."
)


def device(session: Session) -> None:
    """Do what was asked about the person's devices."""
    action, given = session.options.action, session.options.what
    match action, given:
        case "link", []:
            _link(session)
        case "join", [link]:
            _join(session, link)
        case "confirm", [*digits] if digits:
            _confirm(session, " ".join(digits))
        case "cancel", []:
            session.call(schema.CancelDeviceLink())
            _say(session, "The link was taken back.")
        case "list", []:
            _list(session)
        case "rename", [name, new]:
            view = session.call(schema.RenameDevice(device=name, name=new))
            if session.json:
                print_json(view)
        case "revoke", [name]:
            _revoke(session, name)
        case _:
            raise InvalidInput(_USAGE[action])


_USAGE: Final = {
    "link": "`device link` takes nothing more.",
    "join": "`device join LINK` takes one link.",
    "confirm": "`device confirm CODE` takes the code that the new device shows.",
    "cancel": "`device cancel` takes nothing more.",
    "list": "`device list` takes nothing more.",
    "revoke": "`device revoke DEVICE` takes one device.",
    "rename": "`device rename DEVICE NAME` takes a device and its new name.",
}


def _link(session: Session) -> None:
    reply = session.call(schema.LinkDevice())
    if session.json:
        print_json({"link": reply.link, "expires": reply.expires})
        return
    print_qr(reply.qr)
    print(reply.link)
    print(f"{WARNING} It can be used until {local_time(reply.expires)}.")
    print(HOW_TO_JOIN)


def _confirm(session: Session, code: str) -> None:
    linked = session.call(schema.ConfirmDevice(code=code), timeout=CONFIRM_TIMEOUT)
    if session.json:
        print_json(linked)
        return
    print(f"{displayable_line(linked.name)} is a device of yours now. Both devices show:")
    print("  " + " ".join(linked.words))


def _join(session: Session, link: str) -> None:
    if link == "-":
        link = sys.stdin.read(64 * 1024)
    # First the ear: the code may come at once.
    session.call(schema.Subscribe(events=("linking",)))
    session.call(
        schema.JoinDevice(link=link, name=session.options.name, history=session.options.history)
    )
    code = None
    for event in session.client().events():
        if isinstance(event, schema.Closing):
            raise Stopping(event.sentence)
        if not isinstance(event, LinkingChanged) or event.side != "new":
            continue
        match event.stage:
            case "calling":
                _progress(session, event.sentence or "Calling the other device …")
            case "code" if event.code != code:
                code = event.code
                if session.json:
                    print_json({"code": event.code, "words": event.words})
                    sys.stdout.flush()
                else:
                    print(f"Type this code on the other device: {event.code}", flush=True)
            case "confirmed":
                _progress(session, "The code is right; taking over the account …")
            case "linked":
                _linked(session, event)
                return
            case "failed":
                raise Refused(event.sentence)
    raise Stopping("The node ended without a word.")


def _linked(session: Session, event: LinkingChanged) -> None:
    if session.json:
        print_json({"linked": True, "words": event.words})
        return
    print("Linked. Both devices show:")
    print("  " + " ".join(event.words))
    print(VOID)


def _list(session: Session) -> None:
    found = session.call(schema.Devices())
    if session.json:
        print_json(found)
        return
    rows: list[tuple[str, ...]] = []
    for view in found:
        state = "this device" if view.this else "connected" if view.connected else "not connected"
        if view.state != "active":
            since = "" if view.ended is None else f" since {local_time(view.ended)}"
            state = f"{view.state}{since}"
        rows.append((displayable_line(view.name), state, view.id[:16]))
    print_table(rows)
    print(counted(sum(view.state == "active" for view in found), "device"))


def _revoke(session: Session, name: str) -> None:
    if not session.options.yes:
        _ask(REVOKE_QUESTION.format(displayable_line(name)))
    phrase = _read_phrase() if session.options.recovery else None
    gone = session.call(schema.RevokeDevice(device=name, recovery=phrase), timeout=REVOKE_TIMEOUT)
    if session.json:
        print_json(gone)
        return
    for line in revoked(gone):
        print(line)


def revoked(gone: RevokedView) -> list[str]:
    """What became of a device that was put out, a sentence each."""
    said = [f"{displayable_line(gone.device.name)} is none of your devices any more."]
    if gone.contacts:
        said.append(f"It is out with {counted(gone.contacts, 'contact')}.")
    if gone.waiting:
        said.append(
            f"With {counted(gone.waiting, 'contact')} it will be, as soon as this device or another"
            " one of yours may say so there."
        )
    if gone.senior:
        said.append(
            f"With {counted(gone.senior, 'contact')} it is the senior device, so that only your"
            " recovery words put it out there: the same again with --recovery."
        )
    return [*said, LEFT if gone.device.this else STANDING]


def _ask(question: str) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InvalidInput("Nothing was done: without a terminal, say --yes.")
    print(question, end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise Refused("Nothing was done.")


def _read_phrase() -> str:
    """From the terminal, where it is not shown, or from the standard input."""
    core_dumps.forbid()
    if sys.stdin.isatty():
        return getpass.getpass("Your 24 recovery words (not shown): ")
    return sys.stdin.read(MAX_PHRASE)


def _progress(session: Session, sentence: str) -> None:
    if not session.json:
        print(displayable_line(sentence), flush=True)


def _say(session: Session, sentence: str) -> None:
    if not session.json:
        print(sentence)
