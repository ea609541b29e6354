"""send, history, search, watch."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from onionchat.control import schema
from onionchat.displayable import displayable, displayable_line
from onionchat.errors import (
    ClientTooSlow,
    ContactCompromised,
    EmptyText,
    InvalidText,
    OnionchatError,
    Stopping,
    TextTooLong,
    TimedOut,
)
from onionchat.types import MAX_TEXT_BYTES
from onionchat.views import (
    Arrived,
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    ContactView,
    DeviceHasView,
    LinkingChanged,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
    MessageView,
    NodeEvent,
    RequestReceived,
    TorChanged,
    VersionView,
    Warned,
)

from . import remarks
from .contacts import advise, alarms, standing, warn_of
from .session import Session, local_time, print_json

NOTHING_FOUND = "Nothing found."

_SHORT_ID = 12
"""Digits of a message's id that tell it from others for a person who watches."""

_PATIENCE = 30.0
"""Seconds beyond the time that was asked for until the node counts as hanging."""


def send(session: Session) -> int | None:
    """Store a message; perhaps wait for its delivery."""
    text = typed_text(session.options.text)
    contact, anyway = session.options.contact, session.options.anyway
    try:
        message = session.call(schema.Send(contact=contact, text=text, anyway=anyway))
    except ContactCompromised as error:
        warn_of(session, contact)
        raise ContactCompromised(f"{error} --anyway sends it all the same.") from None
    if not session.json:
        print(message.id, flush=True)
    try:
        if session.options.wait is not None:
            message = _wait(session, message, session.options.wait)
    except OnionchatError:
        # A script needs the id all the same, and what is known now.
        if session.json:
            print_json(_as_it_is_now(session, message))
        raise
    if session.json:
        print_json(message)
    return None


def typed_text(given: str) -> str:
    """The text of an argument, - for what stdin says. Raises `TextTooLong`, `InvalidText`."""
    text = _stdin_text() if given == "-" else given
    _check_text(text)
    return text


def _wait(session: Session, message: MessageView, seconds: float) -> MessageView:
    request = schema.WaitDelivered(id=message.id, timeout=seconds)
    try:
        return session.call(request, timeout=seconds + _PATIENCE)
    except TimedOut:
        raise TimedOut(
            f"Not delivered within {seconds:g} s; the message stays queued and nothing is lost."
        ) from None
    except Stopping:
        raise Stopping(
            "The node ended; the message is stored and goes out when it runs again."
        ) from None


def _as_it_is_now(session: Session, message: MessageView) -> MessageView:
    try:
        page = session.call(schema.History(contact=message.contact, limit=schema.MAX_PAGE))
    except OnionchatError:
        # The node has gone; what it said last is all that is known.
        return message
    return next((found for found in page.messages if found.id == message.id), message)


def _stdin_text() -> str:
    # One byte more than fits shows that it is too much; the rest is not even read.
    data = sys.stdin.buffer.read(MAX_TEXT_BYTES + 2).removesuffix(b"\n")
    if len(data) > MAX_TEXT_BYTES:
        raise TextTooLong(_too_long())
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidText("The text is not valid UTF-8; nothing was sent.") from None


def _check_text(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        # Bytes of an argument that are not UTF-8 come as lone surrogates.
        raise InvalidText("The text is not valid UTF-8; nothing was sent.") from None
    if size > MAX_TEXT_BYTES:
        raise TextTooLong(_too_long())


def _too_long() -> str:
    return f"The text is too long for one message: {MAX_TEXT_BYTES} bytes of UTF-8 fit into one."


def history(session: Session) -> None:
    """Show the newest messages of a conversation, or those at some place in it."""
    options = session.options
    contact, limit = options.contact, options.limit
    warn_of(session, contact)
    if options.around is not None:
        size = min(limit, schema.MAX_PAGE)
        request = schema.History(contact=contact, limit=size, around=options.around)
        messages = list(session.call(request).messages)
    elif options.after is not None:
        messages = _read_on(session, contact, limit, options.after)
    else:
        messages = read_history(session, contact, limit, options.before)
    if session.options.mark_read and messages:
        session.call(schema.MarkRead(contact=contact, id=messages[-1].id))
    versions = _versions(session, contact, messages) if options.edits else {}
    if options.where:
        _print_where(session, messages)
    elif session.json:
        if options.edits:
            print_json([_with_versions(one, versions.get(one.id, ())) for one in messages])
        else:
            print_json(messages)
    else:
        for message in messages:
            begin = f"{message.id[:_SHORT_ID]} " if options.ids else ""
            print(begin + message_lines(message))
            if message.id in versions:
                print(remarks.version_lines(versions[message.id]))
    if not messages and not session.json:
        print("No messages yet.")


def _print_where(session: Session, messages: Sequence[MessageView]) -> None:
    infos = [session.call(schema.MessageInfo(id=message.id)) for message in messages]
    if session.json:
        print_json(infos)
        return
    for info in infos:
        print(message_lines(info.message))
        for device in info.devices:
            print(f"    {where_line(device)}")


def where_line(device: DeviceHasView) -> str:
    """Where a message is: at one device, safe to print."""
    since = "" if device.since is None else f" since {local_time(device.since)}"
    match device.state:
        case "wrote":
            said = f"written there{since.replace(' since', ',', 1)}"
        case "has":
            said = f"there{since}"
        case "sent":
            said = "on its way"
        case "waiting":
            said = f"not there. {displayable_line(device.why or '')}".rstrip()
        case _:
            said = "nobody can tell"
    gone = "" if device.active else " (removed)"
    return f"{displayable_line(device.name)}{gone}: {said}"


def _versions(
    session: Session, contact: str, messages: Sequence[MessageView]
) -> dict[str, tuple[VersionView, ...]]:
    """What edited texts said."""
    return {
        message.id: session.call(schema.Versions(contact=contact, id=message.id))
        for message in messages
        if message.edited is not None
    }


def _with_versions(message: MessageView, versions: tuple[VersionView, ...]) -> dict[str, Any]:
    """A message as an object that also has its versions."""
    plain: dict[str, Any] = msgspec.to_builtins(message)
    return plain | {"versions": msgspec.to_builtins(versions)}


def read_history(
    session: Session, contact: str, limit: int, before: str | None = None
) -> list[MessageView]:
    """The newest `limit` messages (older than `before`), oldest first, page by page."""
    messages: list[MessageView] = []
    while len(messages) < limit:
        size = min(limit - len(messages), schema.MAX_PAGE)
        page = session.call(schema.History(contact=contact, limit=size, before=before))
        messages[:0] = page.messages
        if not page.more or not page.messages:
            break
        before = page.messages[0].id
    return messages


def _read_on(session: Session, contact: str, limit: int, after: str) -> list[MessageView]:
    """The `limit` messages that follow one, page by page."""
    messages: list[MessageView] = []
    newer = True
    while newer and len(messages) < limit:
        size = min(limit - len(messages), schema.MAX_PAGE)
        page = session.call(schema.History(contact=contact, limit=size, after=after))
        messages += page.messages
        newer = page.newer and bool(page.messages)
        after = messages[-1].id if messages else after
    return messages


def search(session: Session) -> None:
    """Find messages by their words."""
    options = session.options
    request = schema.Search(
        words=checked_words(" ".join(options.words)),
        contact=options.contact,
        limit=min(options.limit, schema.MAX_PAGE),
    )
    page = session.call(request)
    if session.json:
        print_json(page.messages)
    else:
        names = {contact.id: contact.name for contact in session.call(schema.Contacts())}
        for message in page.messages:
            with_ = names.get(message.contact, message.contact)
            print(message_lines(message, conversation=with_))
        if not page.messages:
            print(NOTHING_FOUND)


def checked_words(words: str) -> str:
    """Words that can be searched for. Raises `EmptyText`, `TextTooLong`."""
    if not words.strip():
        raise EmptyText("There are no words to search for.")
    if len(words) > schema.MAX_SEARCH:
        raise TextTooLong(
            f"That is too much to search for: {schema.MAX_SEARCH} characters are allowed."
        )
    return words


def message_lines(message: MessageView, conversation: str = "") -> str:
    """A message for a person, safe to print; further lines of its text are indented."""
    who = displayable_line(message.author)
    if conversation and message.mine:
        who += f" to {displayable_line(conversation)}"
    text = displayable(message.text).replace("\n", "\n    ")
    state = f"  [{message.state}]" if message.mine else ""
    note = f"  ({displayable_line(message.note)})" if message.note else ""
    before, behind = remarks.before_text(message), remarks.behind_text(message)
    return f"{local_time(message.time)} {who}: {before}{text}{behind}{state}{note}"


def watch(session: Session) -> int | None:
    """Follow what happens until the node stops."""
    session.call(schema.Subscribe())
    if session.json:
        for event in _watched(session):
            print_json(event)
        return None
    names = {}
    for contact in session.call(schema.Contacts()):
        names[contact.id] = contact.name
        _say_of(session, contact)
    for event in _watched(session):
        if isinstance(event, ContactChanged):
            names[event.contact.id] = event.contact.name
        print(event_lines(event, names), flush=True)
        if isinstance(event, ContactChanged) and event.contact.suggest_verify:
            _advise(session, event.contact)
    return None


def _say_of(session: Session, contact: ContactView) -> None:
    """What stands against a contact's keys before anything happens."""
    for line in alarms(contact):
        print(line, flush=True)
    _advise(session, contact)


def _advise(session: Session, contact: ContactView) -> None:
    advice = advise(session, contact)
    if advice is not None:
        print(f"advice: {advice}", flush=True)


def _watched(session: Session) -> Iterator[NodeEvent]:
    closing = None
    for event in session.client().events():
        if isinstance(event, schema.Closing):
            closing = event
        else:
            yield event
    if closing is None:
        raise Stopping("The node ended without a word.")
    if closing.reason == "slow":
        raise ClientTooSlow(closing.sentence)


def event_lines(event: NodeEvent, names: Mapping[str, str]) -> str:
    """An event for a person, safe to print; `names` are the contacts' by their ids."""
    match event:
        case MessageAdded(message=message):
            line = message_lines(message, names.get(message.contact, message.contact))
            return f"{message.id[:_SHORT_ID]} {line}"
        case MessageChanged(message=message):
            line = message_lines(message, names.get(message.contact, message.contact))
            return f"{message.id[:_SHORT_ID]} changed: {line}"
        case MessagesDeleted(ids=ids):
            return f"deleted: {', '.join(id_[:_SHORT_ID] for id_ in ids)}"
        case Arrived():
            return "a message arrived"
        case MessageStateChanged(ids=ids, state=state):
            return f"{state}: {', '.join(id_[:_SHORT_ID] for id_ in ids)}"
        case ContactChanged(contact=contact):
            said = f"contact {displayable_line(contact.name)}: {standing(contact.state)}"
            new = contact.greeting and contact.last_time is None
            return f"{said}: {displayable_line(contact.greeting)}" if new else said
        case ContactRemoved(name=name):
            return f"contact {displayable_line(name)}: removed"
        case RequestReceived(request=request):
            name, greeting = displayable_line(request.name), displayable_line(request.greeting)
            return f"request {request.id} from {name}: {greeting}"
        case ConnectionChanged(name=name, connected=connected):
            return f"{displayable_line(name)} is {'online' if connected else 'offline'}"
        case TorChanged(tor=tor):
            return f"tor: {tor.bootstrap} %, {displayable_line(tor.summary)}"
        case LinkingChanged(stage=stage, name=name, sentence=said):
            what = displayable_line(" ".join(filter(None, (name, said))))
            return f"linking a device: {stage}{': ' if what else ''}{what}"
        case Warned(sentence=sentence, contact=contact):
            whose = "" if contact is None or contact not in names else f"{names[contact]}: "
            return f"warning: {displayable_line(whose + sentence)}"
