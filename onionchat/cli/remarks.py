"""reply, edit, react, disappear, delete: what is said of messages, and how they go."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Final

from onionchat.control import schema
from onionchat.control.client import CALL_TIMEOUT
from onionchat.displayable import displayable, displayable_line
from onionchat.errors import InvalidInput, Refused
from onionchat.views import DeletedView, MessageView, VersionView

from .contacts import on_terminal
from .session import Session, counted, local_time, print_json

LONG_TIMEOUT: Final = 600.0
"""Seconds that the deletion of a long conversation may take."""


def reply(session: Session) -> None:
    """Store a message that answers another one."""
    from .messages import typed_text

    text = typed_text(session.options.text)
    request = schema.Send(contact=session.options.contact, text=text, reply_to=session.options.id)
    _show(session, session.call(request))


def edit(session: Session) -> None:
    """Have a text say something else."""
    from .messages import typed_text

    text = typed_text(session.options.text)
    request = schema.Edit(contact=session.options.contact, id=session.options.id, text=text)
    _show(session, session.call(request))


def react(session: Session) -> None:
    """React to a message, or take it back."""
    options = session.options
    if options.remove == bool(options.emoji):
        raise InvalidInput("Give either an emoji or --remove.")
    request = schema.React(contact=options.contact, id=options.id, emoji=options.emoji or "")
    _show(session, session.call(request))


def _show(session: Session, message: MessageView) -> None:
    if session.json:
        print_json(message)
    else:
        print(message.id)


def disappear(session: Session) -> None:
    """Have messages disappear from now on, or say whether they do."""
    options = session.options
    if options.seconds is None:
        contact = next(
            (
                one
                for one in session.call(schema.Contacts())
                if options.contact.casefold() in (one.name.casefold(), one.id)
            ),
            None,
        )
        if contact is None:
            raise InvalidInput("Give the whole name or id of a contact.")
    else:
        contact = session.call(schema.SetTimer(contact=options.contact, seconds=options.seconds))
    if session.json:
        print_json(contact)
    elif contact.disappear:
        print(f"What is written now disappears {contact.disappear} seconds after it was seen.")
    else:
        print("What is written now stays.")


def delete(session: Session) -> None:
    """Delete messages, a part of a conversation, or all of it."""
    options = session.options
    if options.ids:
        request = schema.Delete(
            contact=options.contact, ids=tuple(options.ids), for_everyone=options.for_everyone
        )
        deleted = session.call(request, timeout=CALL_TIMEOUT)
    elif options.all or options.before:
        before = None if options.all else _time(options.before)
        what = "the whole conversation" if before is None else "what is older than that"
        _confirm(session, f"Delete {what} with {displayable_line(options.contact)} for good?")
        clear = schema.Clear(
            contact=options.contact, before=before, for_everyone=options.for_everyone
        )
        deleted = session.call(clear, timeout=LONG_TIMEOUT)
    else:
        raise InvalidInput("Give the ids of messages, --before or --all.")
    if session.json:
        print_json(deleted)
    else:
        print(_told(deleted))


def _time(typed: str) -> float:
    try:
        return datetime.fromisoformat(typed).timestamp()
    except (ValueError, OverflowError, OSError):
        raise InvalidInput(
            "A date looks like 2026-11-30, or with a time 2026-11-30T18:00."
        ) from None


def _confirm(session: Session, question: str) -> None:
    if session.options.yes:
        return
    if not on_terminal():
        raise InvalidInput("Nothing was deleted: without a terminal, say --yes.")
    print(f"{question} Type yes: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise Refused("Nothing was deleted.")


def _told(deleted: DeletedView) -> str:
    told = f"{counted(deleted.messages, 'message')} deleted here"
    if deleted.asked:
        told += f"; the contact is asked to delete {counted(deleted.asked, 'message')}"
    return told + "."


# --- how it is shown ------------------------------------------------------------------------------


def before_text(message: MessageView) -> str:
    """What stands before the text of a message: what it answers."""
    if message.reply is None:
        return ""
    quoted = message.reply.note or message.reply.text
    line = displayable_line(quoted)
    line = line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
    who = f"{displayable_line(message.reply.author)}: " if message.reply.author else ""
    return f"[> {who}{line}] "


def behind_text(message: MessageView) -> str:
    """What stands behind it: edited, reactions, when it disappears."""
    parts = ["edited"] if message.edited is not None else []
    parts += [
        f"{displayable_line(reaction.author)} {displayable_line(reaction.emoji)}"
        for reaction in message.reactions
    ]
    if message.disappears is not None:
        parts.append(f"disappears {local_time(message.disappears)}")
    elif message.lifetime:
        parts.append(f"disappears {message.lifetime} s after it was seen")
    return "".join(f"  <{part}>" for part in parts)


def version_lines(versions: tuple[VersionView, ...]) -> str:
    """What a text said before what it says now."""
    return "\n".join(
        f"    {local_time(version.time)} before: {_indented(version.text)}"
        for version in versions[:-1]
    )


def _indented(text: str) -> str:
    return displayable(text).replace("\n", "\n    ")


_QUOTED: Final = 60
"""Characters of a quoted text in a line."""
