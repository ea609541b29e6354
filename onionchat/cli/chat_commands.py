"""What a line that begins with / does at the chat prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.errors import ContactCompromised, InvalidInput, UnknownContact
from onionchat.views import ContactView

from . import contacts, messages, profile, status
from .session import warn

if TYPE_CHECKING:
    from .chat import Chat

HELP: Final = """\
What you type goes to the current contact. A line that begins with / is a command:
  /contacts            list the contacts        /to NAME          talk with this one
  /history [N]         show the last messages   /search WORDS     find messages
  /invite [standing]   make a link and QR code  /add LINK [NAME]  use somebody's link
  /requests            list waiting requests    /accept ID [NAME]  /decline ID
  /verify [WORDS]      compare safety words     /rename NAME      rename the contact
  /invites             list unused invites      /revoke ID        withdraw an invite
  /block NAME          block this contact       /unblock NAME     undo it
  /cancel NAME         take your request back   /remove NAME      forget a contact
  /status              how the node is doing    /stop             stop the node and leave
  /quit                leave; the node runs on
Visibility, settings, bridges, backup and more: `onionchat --help` in another terminal.
To send a text that begins with /, type // instead.
Your messages: … queued (here on disk), → sent (on its way), ✓✓ delivered, ✓✓ read."""


class Commands:
    """The commands of one chat."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._session = chat.session

    def do(self, line: str) -> bool:
        """Carry out a command; false when it leaves the prompt. Raises named errors."""
        name, _, rest = line.partition(" ")
        found = [known for known in NAMES if known.startswith(name)] if name else ["help"]
        if name in NAMES:
            found = [name]
        if len(found) != 1:
            warn("There is no such command; /help lists them.")
            return True
        if found[0] in _ALONE and rest.strip():
            raise InvalidInput(f"/{found[0]} takes nothing behind it; nothing was done.")
        function: Callable[[str], bool | None] = getattr(self, f"_{found[0]}")
        return function(rest.strip()) is not False

    def _help(self, rest: str) -> None:
        print(HELP)

    def _contacts(self, rest: str) -> None:
        self._chat.read_contacts()
        self._chat.show_contacts()

    def _to(self, rest: str) -> None:
        self._chat.read_contacts()
        self._chat.enter(self._find(rest).id)

    def _find(self, name: str) -> ContactView:
        known = list(self._chat.contacts.values())
        for matches in (
            [c for c in known if name in (c.name, c.id)],
            # Before the beginnings: "alice" means Alice, even beside "Alice 2".
            [c for c in known if name and c.name.casefold() == name.casefold()],
            [c for c in known if name and c.name.casefold().startswith(name.casefold())],
        ):
            if len(matches) == 1:
                return matches[0]
        raise UnknownContact("No contact, or more than one, has a name that begins like this.")

    def _history(self, rest: str) -> None:
        if rest and not rest.isdecimal():
            raise InvalidInput("Type /history and a number.")
        self._chat.show_history(max(1, int(rest or 20)))

    def _search(self, rest: str) -> None:
        if not rest:
            raise InvalidInput("Type /search and the words.")
        page = self._session.call(schema.Search(words=messages.checked_words(rest)))
        for message in reversed(page.messages):
            contact = self._chat.contacts.get(message.contact)
            print(messages.message_lines(message, contact.name if contact else message.contact))
        if not page.messages:
            print(messages.NOTHING_FOUND)

    def _invite(self, rest: str) -> None:
        if rest not in ("", "standing"):
            raise InvalidInput("Type /invite or /invite standing.")
        reply = self._session.call(schema.Invite(standing=bool(rest)))
        contacts.print_qr(reply.qr)
        print(reply.invite.link)
        print(contacts.terms(reply.invite))

    def _invites(self, rest: str) -> None:
        contacts.invites(self._session)

    def _revoke(self, rest: str) -> None:
        if not rest:
            raise InvalidInput("Type /revoke and the id; /invites lists them.")
        self._session.call(schema.RevokeInvite(id=rest))
        print(contacts.REVOKED)

    def _add(self, rest: str) -> None:
        link, _, name = rest.partition(" ")
        if not link:
            raise InvalidInput("Type /add and the link.")
        contact = self._session.call(schema.Add(link=link, name=name.strip() or None))
        self._chat.take_events()
        print(f"{displayable_line(contact.name)}: {contacts.standing(contact.state)}")
        self._chat.current = self._chat.current or contact.id

    def _requests(self, rest: str) -> None:
        contacts.requests(self._session)

    def _accept(self, rest: str) -> None:
        id_, _, name = rest.partition(" ")
        contact = self._session.call(schema.Accept(id=self._request_id(id_), name=name or None))
        self._chat.take_events()
        print(f"{displayable_line(contact.name)}: {contacts.standing(contact.state)}")
        self._chat.current = self._chat.current or contact.id

    def _decline(self, rest: str) -> None:
        self._session.call(schema.Decline(id=self._request_id(rest)))
        print(contacts.DECLINED)

    def _request_id(self, given: str) -> str:
        if given:
            return given
        waiting = self._session.call(schema.Requests())
        if len(waiting) == 1:
            return waiting[0].id
        raise InvalidInput("Which request? /requests lists them.")

    def _verify(self, rest: str) -> None:
        contact = self._chat.need_current()
        if rest:
            words = tuple(rest.split())
            try:
                view = self._session.call(schema.Validate(contact=contact, words=words))
            except ContactCompromised as error:
                warn(str(error))
                print("The words are right, but they would be, whoever has the keys now.")
                question = "Take it as validated all the same? Type yes: "
                if self._chat.ask(question).strip().lower() != "yes":
                    print("Nothing was changed.")
                    return
                request = schema.Validate(contact=contact, words=words, anyway=True)
                view = self._session.call(request)
            print(contacts.right(view))
        else:
            contacts.warn_of(self._session, contact)
            contacts.show_words(self._session, contact)
            print(f"{contacts.COMPARE} /verify WORDS")

    def _rename(self, rest: str) -> None:
        self._session.call(schema.Rename(contact=self._chat.need_current(), name=rest))
        self._chat.read_contacts()

    def _block(self, rest: str) -> None:
        # Never the current contact by default: this is too easily meant for another.
        contact = self._named(rest, "block")
        name = displayable_line(contact.name)
        if self._chat.ask(f"Block {name}? Type yes: ").strip().lower() != "yes":
            print("Nothing was changed.")
            return
        self._state(self._session.call(schema.Block(contact=contact.id)))

    def _unblock(self, rest: str) -> None:
        contact = self._named(rest, "unblock")
        self._state(self._session.call(schema.Unblock(contact=contact.id)))

    def _cancel(self, rest: str) -> None:
        contact = self._named(rest, "cancel")
        print(contacts.cancelled(self._session.call(schema.Cancel(contact=contact.id))))
        self._chat.take_events()

    def _remove(self, rest: str) -> None:
        contact = self._named(rest, "remove")
        question = contacts.REMOVE_QUESTION.format(displayable_line(contact.name))
        if self._chat.ask(question).strip().lower() != "yes":
            print("Nothing was changed.")
            return
        print(contacts.removed(self._session.call(schema.Remove(contact=contact.id))))
        self._chat.take_events()

    def _named(self, name: str, command: str) -> ContactView:
        if not name:
            raise InvalidInput(f"Type /{command} and the contact's name.")
        self._chat.read_contacts()
        known = self._chat.contacts.values()
        matches = [c for c in known if name in (c.name, c.id)]
        matches = matches or [c for c in known if c.name.casefold() == name.casefold()]
        if len(matches) != 1:
            raise UnknownContact("There is no contact with exactly that name; nothing was changed.")
        return matches[0]

    def _state(self, contact: ContactView) -> None:
        print(f"{displayable_line(contact.name)}: {contacts.standing(contact.state)}")
        for line in contacts.remarks(contact):
            print(line)

    def _status(self, rest: str) -> None:
        status.show(self._session)

    def _quit(self, rest: str) -> bool:
        return False

    def _stop(self, rest: str) -> bool:
        profile.stop(self._session)
        self._chat.stopped = True
        return False


_ALONE: Final = ("help", "contacts", "invites", "requests", "status", "quit", "stop")
"""Commands with nothing behind them: `/stop now` may mean anything."""

_HELPERS: Final = ("_find", "_named", "_request_id", "_state")
NAMES: Final = tuple(
    name.removeprefix("_")
    for name, value in vars(Commands).items()
    if name.startswith("_") and not name.startswith("__") and name not in _HELPERS
    if callable(value)
)
"""All commands, in the order of their methods."""
