"""invite, invites, revoke, add, requests, accept, decline, block, contacts, rename, verify."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from onionchat.control import qr_reader, schema
from onionchat.displayable import displayable_line
from onionchat.errors import (
    ContactCompromised,
    InvalidInput,
    InvalidLink,
    NodeNotRunning,
    Refused,
    Stopping,
)
from onionchat.views import ContactView, InviteView, RemovedView

from .session import Session, counted, local_time, print_json, print_table, warn

REVOKED: Final = "The invite was withdrawn; its link does not work any more."
DECLINED: Final = "The request was declined."

STANDING: Final = {
    "outgoing": "your request is on its way",
    "requested": "has your request, no answer yet",
    "incoming": "wants to become your contact",
    "declined": "declined",
    "blocked": "blocked",
    "expired": "no answer in time",
}
"""How one stands with a contact that is not active."""

REMOVE_QUESTION: Final = "Remove {} and delete all messages with this contact? Type yes: "

COMPARE: Final = (
    "Compare them with your contact by voice or in person, not in a chat. If they are equal:"
)
WORDS_IN_A_LINE: Final = 4
ADVICE: Final = (
    "Nobody has checked yet that these are the keys of {0}: compare the safety words once, by voice"
    " or when you meet (verify)."
)
UNDO: Final = (
    "The words are right, but they would be, whoever has the keys now. Ask your contact what"
    " happened; --anyway takes it as validated all the same."
)

_COLOURS: Final = re.compile("\x1b\\[[0-9;]*m")
_MAX_LINK_BYTES: Final = 64 * 1024


def invite(session: Session) -> None:
    """Make an invite link."""
    options = session.options
    lifetime = options.expires * 3600 if options.expires is not None else None
    request = schema.Invite(standing=options.standing, lifetime=lifetime)
    if options.svg is None:
        _show_invite(session, session.call(request))
        return
    # First the file: an invite whose picture cannot be kept had better not be made.
    with _new_file(options.svg) as file:
        reply = session.call(request)
        _show_invite(session, reply)
        file.write(reply.svg)


def _show_invite(session: Session, reply: schema.InviteReply) -> None:
    if session.json:
        print_json(reply.invite)
    else:
        print_qr(reply.qr, ", or a file: --svg FILE")
        print(reply.invite.link)
        print(terms(reply.invite))


def print_qr(code: str, instead: str = "") -> None:
    """Print a QR code; into a pipe or file without its colours. `instead` says what helps where the
    terminal is too narrow."""
    if not sys.stdout.isatty():
        print(_COLOURS.sub("", code))
        return
    width = max(len(_COLOURS.sub("", line)) for line in code.splitlines())
    if width <= shutil.get_terminal_size().columns:
        print(code)
    else:
        print(f"(The QR code needs a terminal of {width} columns{instead}.)")


def terms(view: InviteView) -> str:
    """What whoever gets the link can do with it."""
    times = "Can be used many times" if view.standing else "Can be used once"
    until = "" if view.expires is None else f", until {local_time(view.expires)}"
    said = f"{times}{until}. Give it only to whom you want to talk with."
    return f"{said}\n{displayable_line(view.note)}" if view.note else said


@contextmanager
def _new_file(name: str) -> Iterator[TextIO]:
    """A file that was not there; removed again when what fills it fails."""
    try:
        # An invite is a secret until it is used.
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a file name"
        raise Refused(f"The file of --svg cannot be made ({why}); no invite was made.") from None
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        os.unlink(name)
        raise


def invites(session: Session) -> None:
    """List the invites that can still be used."""
    found = session.call(schema.Invites())
    if session.json:
        print_json(found)
        return
    if not found:
        print("No invites are outstanding.")
    for view in found:
        kind = "standing" if view.standing else "one-time"
        until = "for ever" if view.expires is None else f"until {local_time(view.expires)}"
        print(f"{view.id}  {kind}  {until}  {view.link}")


def revoke(session: Session) -> None:
    """Withdraw an invite."""
    session.call(schema.RevokeInvite(id=session.options.id))
    print(REVOKED)


def add(session: Session) -> int | None:
    """Ask the maker of a link to become a contact."""
    options = session.options
    if (options.link is None) == (options.qr is None):
        warn("Give either a LINK or --qr IMAGE.")
        return 2
    link = _text_in_image(options.qr) if options.qr is not None else options.link
    if link == "-":
        data = sys.stdin.buffer.read(_MAX_LINK_BYTES)
        link = data.decode("utf-8", errors="replace")
    contact = session.call(
        schema.Add(link=link.strip(), name=options.name, greeting=options.greeting)
    )
    _show(session, contact)
    return None


def _text_in_image(image: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the path is one argument
            qr_reader.command(image),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=qr_reader.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidLink("Reading the picture took too long; it was given up.") from None
    return qr_reader.text_of(done.returncode, done.stdout, done.stderr)


def requests(session: Session) -> None:
    """List the requests that wait."""
    found = session.call(schema.Requests())
    if session.json:
        print_json(found)
        return
    if not found:
        print("No requests wait.")
    for view in found:
        print(f"{view.id}  {local_time(view.received)}  {displayable_line(view.name)}", end="")
        print(f": {displayable_line(view.greeting)}" if view.greeting else "")
        if view.lookalike:
            print(
                f"    Careful: the name looks like your contact {displayable_line(view.lookalike)}."
            )


def accept(session: Session) -> None:
    """Accept a request."""
    _show(session, session.call(schema.Accept(id=session.options.id, name=session.options.name)))


def decline(session: Session) -> None:
    """Decline a request."""
    session.call(schema.Decline(id=session.options.id))
    print(DECLINED)


def block(session: Session) -> None:
    """Block a contact."""
    _show(session, session.call(schema.Block(contact=session.options.contact)))


def unblock(session: Session) -> None:
    """Undo block."""
    _show(session, session.call(schema.Unblock(contact=session.options.contact)))


def cancel(session: Session) -> None:
    """Take back a request of one's own."""
    gone = session.call(schema.Cancel(contact=session.options.contact))
    if session.json:
        print_json(gone)
    else:
        print(cancelled(gone))


def remove(session: Session) -> None:
    """Forget a contact, after a question."""
    contact = session.options.contact
    if not session.options.yes:
        if not on_terminal():
            raise InvalidInput("Nothing was removed: without a terminal, say --yes.")
        print(REMOVE_QUESTION.format(displayable_line(contact)), end="", file=sys.stderr)
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            raise Refused("Nothing was removed.")
    gone = session.call(schema.Remove(contact=contact))
    if session.json:
        print_json(gone)
    else:
        print(removed(gone))


def on_terminal() -> bool:
    """Whether there is somebody who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def cancelled(gone: RemovedView) -> str:
    """What became of a request that was taken back."""
    return f"{displayable_line(gone.name)}: your request was taken back."


def removed(gone: RemovedView) -> str:
    """What became of a contact that was removed."""
    said = f"{displayable_line(gone.name)} was removed, with {counted(gone.messages, 'message')}."
    return f"{said}\n{displayable_line(gone.note)}" if gone.note else said


def rename(session: Session) -> None:
    """Give a contact another name."""
    request = schema.Rename(contact=session.options.contact, name=session.options.name)
    _show(session, session.call(request))


def own_onion(session: Session) -> None:
    """Give a contact an onion of its own."""
    _show(session, session.call(schema.OwnOnion(contact=session.options.contact)))


def contacts(session: Session) -> None:
    """List the contacts."""
    found = session.call(schema.Contacts())
    if session.json:
        print_json(found)
        return
    if not found:
        print("No contacts yet.")
    print_table([_row(contact) for contact in found])
    for contact in found:
        for line in remarks(contact):
            print(line)


def _row(contact: ContactView) -> tuple[str, ...]:
    return (
        contact.name,
        presence(contact),
        f"{contact.unread} unread" if contact.unread else "",
        f"{contact.queued} queued" if contact.queued else "",
        contact.trust,
        contact.id,
    )


def presence(contact: ContactView) -> str:
    """Whether a contact can be talked with now, in plain words."""
    if contact.state == "active":
        return "online" if contact.connected else "offline"
    return standing(contact.state)


def standing(state: str) -> str:
    """How one stands with a contact in `state`, in plain words."""
    return STANDING.get(state, state)


def remarks(contact: ContactView) -> list[str]:
    """What the person should know of a contact, a sentence each, safe to print."""
    name = displayable_line(contact.name)
    lines = alarms(contact)
    if contact.visibility == "hidden" and contact.state == "active":
        lines.append(f"You are hidden from {name}: only this device begins connections.")
    if contact.lookalike:
        lines.append(f"Careful: {name} looks like {displayable_line(contact.lookalike)}.")
    if contact.problem:
        lines.append(f"{name}: {displayable_line(contact.problem)}")
    return lines


def alarms(contact: ContactView) -> list[str]:
    """What has to be said of a contact's keys wherever it is shown, safe to print."""
    name = displayable_line(contact.name)
    lines = []
    if contact.against:
        lines.append(f"!!! {name} IS COMPROMISED. {displayable_line(contact.against)}")
    lines += [
        f"! {name} {displayable_line(news.kind)} a device (number {news.device}) on"
        f" {local_time(news.time)}."
        for news in contact.news
    ]
    return lines


def warn_of(session: Session, contact: str) -> ContactView:
    """Say on stderr what has to be said of a contact's keys, also to scripts' owners."""
    view = session.call(schema.Contact(contact=contact))
    for line in alarms(view):
        warn(line)
    return view


def advise(session: Session, contact: ContactView) -> str | None:
    """The advice to compare safety words, where it is time: given once, by whoever is first."""
    if not contact.suggest_verify:
        return None
    with suppress(Stopping, NodeNotRunning):
        # Told once more by whoever comes next.
        session.call(schema.SuggestionShown(contact=contact.id))
    return ADVICE.format(displayable_line(contact.name))


def _show(session: Session, contact: ContactView) -> None:
    if session.json:
        print_json(contact)
        return
    print(f"{displayable_line(contact.name)}: {standing(contact.state)}")
    for line in remarks(contact):
        print(line)


def verify(session: Session) -> None:
    """Show the safety words with their code, or check those of the contact."""
    options = session.options
    if options.compromised:
        _show(session, session.call(schema.Distrust(contact=options.contact)))
        return
    if options.words is None and options.qr is None:
        warn_of(session, options.contact)
        if session.json:
            print_json({"words": session.call(schema.VerifyWords(contact=options.contact))})
            return
        show_words(session, options.contact)
        print(COMPARE)
        name = displayable_line(options.contact)
        print(f'onionchat verify {name} --words "WORDS OF YOUR CONTACT"')
        print(f"onionchat verify {name} --qr PICTURE-OF-THE-CONTACTS-CODE")
        return
    words = _words_in_image(options.qr) if options.words is None else tuple(options.words.split())
    if not words:
        raise InvalidInput("No words were given.")
    request = schema.Validate(contact=options.contact, words=words, anyway=options.anyway)
    try:
        validated = session.call(request)
    except ContactCompromised as error:
        raise ContactCompromised(f"{error} {UNDO}") from None
    if session.json:
        print_json(validated)
    else:
        print(right(validated))


def show_words(session: Session, contact: str) -> None:
    """Print the safety words of a contact, and their code."""
    found = session.call(schema.VerifyQr(contact=contact))
    for first in range(0, len(found.words), WORDS_IN_A_LINE):
        print(" ".join(found.words[first : first + WORDS_IN_A_LINE]))
    print_qr(found.qr)


def right(validated: ContactView) -> str:
    """That the words were the contact's."""
    return f"The words are right: {displayable_line(validated.name)} is validated."


def _words_in_image(image: str) -> tuple[str, ...]:
    text = _text_in_image(image).strip()
    if not text.upper().startswith(schema.VERIFY_PREFIX):
        raise InvalidInput("The code in this picture is not one of safety words.")
    return tuple(text.split())
