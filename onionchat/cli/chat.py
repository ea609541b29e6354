"""`onionchat` without a command: a plain chat prompt, after the node was started if needed.

What lives here: the conversation at the terminal. What may not: the terminal's tricks (`terminal`),
the node's start (`start`).

What is typed goes to the current contact; lines that begin with / are commands (`chat_commands`).
"""

from __future__ import annotations

import select
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from onionchat.control import address, core_dumps, schema
from onionchat.control import passphrase as passphrases
from onionchat.displayable import displayable, displayable_line
from onionchat.errors import (
    ContactCompromised,
    KeyslotMissing,
    NodeNotRunning,
    OnionchatError,
    Refused,
    Stopping,
    WrongPassphrase,
)
from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    ContactView,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
    MessageView,
    NodeEvent,
    RequestReceived,
    StatusView,
    TorChanged,
    Warned,
)

from . import contacts, remarks, start
from .profile import NAME_QUESTION, read_passphrase
from .session import Session, caution, counted, local_time, warn
from .status import tor_summary
from .terminal import Terminal
from .unlock import ask_until_open

if TYPE_CHECKING:
    from .chat_commands import Commands

INTERRUPTED: Final = 130
MARKS: Final = {
    "queued": "… queued",
    "sent": "→ sent",
    "delivered": "✓✓ delivered",
    "read": "✓✓ read",
    "received": "",
}
"""What is known of a message, always also in words."""

BACKLOG: Final = 10
"""Messages shown when a conversation is entered."""

_ON_ITS_WAY: Final = ("queued", "sent")
_TRIES: Final = 3
_EXCERPT: Final = 40
_MAX_REMEMBERED: Final = 1000


def chat(session: Session) -> int:
    """Start what is not there yet, then talk. Returns the exit status."""
    # Messages stand in this process for hours, and the passphrase before that.
    core_dumps.forbid()
    status = _ensure_node(session)
    if status:
        return status
    session.call(schema.Subscribe())
    talk = Chat(session)
    talk.wait_for_tor()
    return talk.run()


def _ensure_node(session: Session) -> int:
    if not address.holds_profile(session.profile):
        missing = address.no_profile(session.profile)
        if isinstance(missing, KeyslotMissing):
            raise missing
        print(f"There is no profile in {session.profile} yet. This makes one.")
        name = input(NAME_QUESTION).strip()
        file = session.passphrase_file
        if file is None:
            print("The passphrase protects your messages if somebody gets hold of this computer.")
            secret = passphrases.ask_new("A passphrase: ", warn)
        else:
            secret = passphrases.from_file(file, caution)
        with passphrases.unseen():
            status = start.create_profile(session, name, secret)
        if status:
            return status
        with passphrases.unseen():
            start.start_node(session, secret)
        return 0
    try:
        session.client()
    except NodeNotRunning:
        _start_existing(session)
        return 0
    if session.call(schema.Status()).locked:
        print("The node is locked: its profile was not opened since it was started.")
        ask_until_open(session)
    if start.node_options(session):
        caution(
            "The node runs already: what you said of tor has no effect; `onionchat stop` ends it."
        )
    return 0


def _start_existing(session: Session) -> None:
    for _ in range(_TRIES):
        try:
            secret = read_passphrase(session, "Passphrase: ")
            with passphrases.unseen():
                start.start_node(session, secret)
        except WrongPassphrase as error:
            if session.passphrase_file is not None:
                raise
            warn(str(error))
        else:
            return
    raise Refused("The node was not started.")


class Chat:
    """The prompt, the contacts, and what is known of the messages sent here."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.contacts: dict[str, ContactView] = {}
        self.current: str | None = None
        self.stopped = False
        self._sent: dict[str, MessageView] = {}
        self._online: bool | None = None
        self._early: deque[NodeEvent | schema.Closing] = deque()
        self._ended: OnionchatError | None = None
        self._question = ""
        self.terminal = Terminal(session.client().fileno(), self.take_events)
        self.terminal.complete(self._completions)

    # --- Before the first prompt

    def wait_for_tor(self) -> None:
        """Show tor's progress until it is connected; Ctrl-C goes on without."""
        status = self.session.call(schema.Status())
        tor = status.tor
        try:
            while tor.bootstrap < 100:  # noqa: PLR2004 - per cent
                line = f"Tor {tor.bootstrap:3} %  {displayable_line(tor.summary)}"
                self._progress(f"{line[:60]}  (Ctrl-C: go on)")
                for event in self._wait_events():
                    if isinstance(event, TorChanged):
                        tor = event.tor
                    else:
                        self._early.append(event)
        except KeyboardInterrupt:
            print()
        else:
            self._progress("")
        self._greet(status)

    def _progress(self, line: str) -> None:
        end = "\n" if self.terminal.plain and line else ""
        begin = "" if self.terminal.plain else "\r\x1b[K"
        print(f"{begin}{line}", end=end, flush=True)

    def _wait_events(self) -> list[NodeEvent | schema.Closing]:
        client = self.session.client()
        select.select([client], [], [], 1.0)
        return list(client.pending_events())

    def _greet(self, status: StatusView) -> None:
        self._online = status.online
        self.read_contacts()
        who = displayable_line(status.name) or "you"
        print(f"This is {self.terminal.bold(who)}. /help says what can be typed here.")
        if status.requests:
            waits = "waits" if status.requests == 1 else "wait"
            print(f"{counted(status.requests, 'contact request')} {waits}: /requests")
        if not self.contacts:
            print("No contacts yet: /invite makes a link for somebody, /add LINK takes one.")
        else:
            self.show_contacts()
        if len(self.contacts) == 1:
            self.enter(next(iter(self.contacts)))

    # --- The prompt

    def run(self) -> int:
        """Read and do until the person leaves or the node ends."""
        from .chat_commands import Commands

        commands = Commands(self)
        interrupted = False
        while True:
            try:
                self.take_events()
                if self._ended is not None:
                    warn(str(self._ended))
                    return 1
                line = self.terminal.read(self._prompt())
                interrupted = False
                if self._gone():
                    if line.strip():
                        warn(f"The node has ended; not sent: {line}")
                    continue
                if not self._do(line, commands):
                    break
            except EOFError:
                print()
                break
            except KeyboardInterrupt:
                print()
                if interrupted:
                    return INTERRUPTED
                interrupted = True
                print("Once more, or /quit, leaves.")
        if not self.stopped:
            print("The node keeps running and receives; `onionchat stop` ends it.")
        return 0

    def _do(self, line: str, commands: Commands) -> bool:
        """Carry out a line; false when it says to leave."""
        try:
            if line.startswith("/") and not line.startswith("//"):
                return commands.do(line[1:])
            if line.strip():
                self.say(line.removeprefix("/"))
        except (Stopping, NodeNotRunning) as error:
            self._ended = error
            warn(f"The node ended and did not confirm: {line}")
        except OnionchatError as error:
            warn(str(error))
        return True

    def ask(self, question: str) -> str:
        """What the person answers; the empty text at the end of the input."""
        self._question = question
        try:
            return self.terminal.read(question)
        except EOFError:
            print()
            return ""
        finally:
            self._question = ""

    def _prompt(self) -> str:
        if self._question:
            return self._question
        elsewhere = sum(c.unread for c in self.contacts.values() if c.id != self.current)
        unread = f" ({elsewhere} unread)" if elsewhere else ""
        waiting = sum(1 for m in self._sent.values() if m.contact == self.current)
        queued = f" [{waiting} not delivered yet]" if waiting else ""
        name = self.contacts[self.current].name if self.current in self.contacts else "onionchat"
        return f"{displayable_line(name)}{unread}{queued}> "

    def _completions(self, line: str) -> list[str]:
        from .chat_commands import NAMES

        command, space, name = line.partition(" ")
        if space and command in ("/to", "/block", "/unblock", "/cancel", "/remove"):
            known = [displayable_line(contact.name) for contact in self.contacts.values()]
            found = [known_ for known_ in known if known_.casefold() == name.casefold()]
            found += [
                known_
                for known_ in known
                if known_.casefold().startswith(name.casefold()) and known_ not in found
            ]
            return [f"{command} {known_}" for known_ in found]
        return [f"/{name} " for name in NAMES if line and f"/{name}".startswith(line)]

    # --- What the person does

    def read_contacts(self) -> None:
        """Ask for all contacts anew."""
        found = self.session.call(schema.Contacts())
        self.contacts = {contact.id: contact for contact in found}

    def show_contacts(self) -> None:
        """List the contacts, with what waits."""
        for contact in self.contacts.values():
            marks = [contacts.presence(contact)]
            marks += [f"{contact.unread} unread"] if contact.unread else []
            marks += [f"{contact.queued} queued"] if contact.queued else []
            marks += [contact.trust] if contact.trust == "validated" else []
            marks += ["COMPROMISED"] if contact.trust == "compromised" else []
            name = self.terminal.bold(displayable_line(contact.name))
            print(f"  {name}  {', '.join(marks)}".rstrip())
            for line in contacts.alarms(contact):
                print(self.terminal.bold(f"  {line}"))

    def enter(self, contact_id: str) -> None:
        """Make a contact the current one; show the latest messages and take them as read."""
        self.current = contact_id
        self.show_history(BACKLOG)
        for line in contacts.alarms(self.contacts[contact_id]):
            print(self.terminal.bold(line))
        self._advise(self.contacts[contact_id])
        self._mark_read()

    def _advise(self, contact: ContactView) -> None:
        advice = contacts.advise(self.session, contact)
        if advice is not None:
            self.contacts[contact.id] = replace(contact, suggest_verify=False)
            self.terminal.show(f"* {advice}")

    def show_history(self, limit: int) -> None:
        """Print the newest messages of the current conversation."""
        from .messages import read_history

        for message in read_history(self.session, self.need_current(), limit):
            print(self.message_lines(message))
            self._remember(message)

    def need_current(self) -> str:
        """The current contact's id. Raises `Refused` without one."""
        if self.current is None:
            raise Refused("Whom do you mean? /contacts lists them, /to NAME chooses one.")
        return self.current

    def say(self, text: str) -> None:
        """Send a text to the current contact."""
        contact = self.need_current()
        try:
            message = self.session.call(schema.Send(contact=contact, text=text))
        except ContactCompromised as error:
            warn(str(error))
            if self.ask("Send it all the same? Type yes: ").strip().lower() != "yes":
                return
            message = self.session.call(schema.Send(contact=contact, text=text, anyway=True))
        self._remember(message)
        print(self.terminal.dim(f"  {MARKS['queued']}"))

    def _remember(self, message: MessageView) -> None:
        """Tell later what becomes of a message of ours that is shown here."""
        if message.mine and message.state in _ON_ITS_WAY and len(self._sent) < _MAX_REMEMBERED:
            self._sent[message.id] = message

    def message_lines(self, message: MessageView) -> str:
        """A message as it is shown, with its state."""
        when = local_time(message.time, date=time.time() - message.time > 20 * 3600)
        who = "me" if message.mine else displayable_line(message.author)
        if message.contact != self.current and message.contact in self.contacts and message.mine:
            who += f" to {displayable_line(self.contacts[message.contact].name)}"
        text = displayable(message.text).replace("\n", "\n    ")
        note = f" ({displayable_line(message.note)})" if message.note else ""
        mark = f"  {MARKS.get(message.state, message.state)}" if message.mine else ""
        text = remarks.before_text(message) + text + remarks.behind_text(message)
        return f"{self.terminal.dim(when)} {self.terminal.bold(who)}: {text}{note}" + (
            self.terminal.dim(mark)
        )

    # --- What happens

    def _gone(self) -> bool:
        """Whether the node has ended, also if that was not shown yet."""
        self.take_events()
        return self._ended is not None

    def take_events(self) -> None:
        """Show what happened; called between lines, and by a signal while the person types."""
        try:
            self._early.extend(self.session.client().pending_events())
            while self._early:
                event = self._early.popleft()
                if isinstance(event, schema.Closing):
                    self._end(Stopping(event.sentence))
                else:
                    self._event(event)
            self.terminal.change_prompt(self._prompt())
        except OnionchatError as error:
            # Nothing may leave from here: a signal's handler would break off what is being typed.
            self._end(error)

    def _end(self, error: OnionchatError) -> None:
        if self._ended is None:
            self._ended = error
            self.terminal.show("The node has ended. Press Enter.")

    def _event(self, event: NodeEvent) -> None:
        match event:
            case MessageAdded(message=message):
                if message.id not in self._sent:
                    self.terminal.show(self.message_lines(message))
                    # Another program's, if it is ours: its delivery is told here as well.
                    self._remember(message)
                if message.contact == self.current and not message.mine:
                    self._mark_read()
            case MessageChanged(message=message):
                self._changed(message)
            case MessagesDeleted(contact=contact, ids=ids):
                self._deleted(contact, ids)
            case MessageStateChanged(ids=ids, state=state):
                self._state(ids, state)
            case ContactChanged(contact=contact):
                self._contact(contact)
            case ContactRemoved(contact=gone, name=name):
                self._removed(gone, name)
            case RequestReceived(request=request):
                name = displayable_line(request.name)
                greeting = displayable_line(request.greeting)
                self.terminal.show(f"* {name} wants to become your contact: {greeting}")
                if request.lookalike:
                    known = displayable_line(request.lookalike)
                    self.terminal.show(f"  Careful: the name looks like your contact {known}.")
                self.terminal.show(f"  /accept {request.id}  or  /decline {request.id}")
            case ConnectionChanged(name=name, connected=connected):
                word = "online" if connected else "offline"
                self.terminal.show(self.terminal.dim(f"* {displayable_line(name)} is {word}"))
            case TorChanged(tor=tor, online=online):
                if online != self._online:
                    self._online = online
                    word = (
                        "online"
                        if online
                        else f"offline: {displayable_line(tor_summary(tor, online))}"
                    )
                    self.terminal.show(self.terminal.dim(f"* you are {word}"))
            case Warned(sentence=sentence, contact=contact):
                whose = ""
                if contact is not None and contact in self.contacts:
                    whose = f"{self.contacts[contact].name}: "
                self.terminal.show(self.terminal.bold(f"! {displayable_line(whose + sentence)}"))

    def _changed(self, message: MessageView) -> None:
        told = message.edited or message.reactions or message.asked
        if message.contact == self.current and told:
            self.terminal.show(f"{self.terminal.dim('~')} {self.message_lines(message)}")

    def _deleted(self, contact: str, ids: tuple[str, ...]) -> None:
        for id_ in ids:
            self._sent.pop(id_, None)
        if contact == self.current:
            what = counted(len(ids), "message")
            self.terminal.show(self.terminal.dim(f"* {what} deleted or disappeared"))

    def _state(self, ids: tuple[str, ...], state: str) -> None:
        if state not in ("delivered", "read"):
            return
        for message_id in ids:
            message = self._sent.pop(message_id, None)
            if message is not None:
                text = displayable_line(message.text)
                text = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
                self.terminal.show(self.terminal.dim(f"  {MARKS[state]}: {text}"))

    def _contact(self, contact: ContactView) -> None:
        before = self.contacts.get(contact.id)
        self.contacts[contact.id] = contact
        name = displayable_line(contact.name)
        if before is not None and before.state != contact.state:
            self.terminal.show(f"* {name}: {contacts.standing(contact.state)}")
        if before is None and contact.state == "active":
            said = f": {displayable_line(contact.greeting)}" if contact.greeting else ""
            self.terminal.show(f"* {name} is your contact now{said}")
        if contact.against and (before is None or before.against != contact.against):
            self.terminal.show(self.terminal.bold(contacts.alarms(contact)[0]))
        if contact.id == self.current:
            self._advise(contact)

    def _removed(self, contact: str, name: str) -> None:
        self.contacts.pop(contact, None)
        self._sent = {id_: m for id_, m in self._sent.items() if m.contact != contact}
        if self.current == contact:
            self.current = None
            self.terminal.show(f"* {displayable_line(name)} is gone; /to NAME to talk with another")

    def _mark_read(self) -> None:
        if self.current is not None:
            self.session.call(schema.MarkRead(contact=self.current))
