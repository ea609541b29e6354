"""Everything that a page may use: the view models, navigation, notices.

What lives here: who is there and which page is open. What may not: a page's own model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.views import Warned
from onionchat_gui.node import Node, Starter

from . import links
from .add_contact import AddContact
from .bridges import Bridges
from .conversation import Conversation
from .conversations import Conversations
from .joining import Joining
from .last_conversation import LastConversation
from .linking import Linking
from .lock import Lock, seconds
from .notices import Notice, Notices
from .preferences import Preferences, Values
from .profiles import Windows
from .requests import Requests
from .search import Search
from .sentences import worded
from .session import Phase, Session
from .wiping import Wiping

MAX_CONVERSATIONS: Final = 8
"""Conversations kept with their rows; the one opened longest ago goes, unless a text in it is not
stored (yet)."""

MAX_WAY: Final = 20
"""Pages to which one can go back; before the first of them comes the page ""."""


class Desk(QObject):
    """What the main window and its pages share."""

    page_opened = Signal(str, str)
    """A page's name, and the contact's id that it is about, a place on it, or nothing."""
    beside_changed = Signal(bool)
    """Whether the list of conversations is seen beside the page."""
    noticed = Signal(str)
    """A sentence to be shown at the bottom of the window until it is closed. What needs a button,
    or may go by itself, is a call of `notify`."""

    def __init__(
        self,
        node: Node,
        starter: Starter,
        now: Callable[[], float],
        parent: QObject | None = None,
        *,
        preferences: Preferences | None = None,
        steady: Callable[[], float] = seconds,
        windows: Windows | None = None,
        opener: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self.node = node
        self.now = now
        self.starter = starter
        self.preferences = preferences or Preferences(parent=self)
        self.windows = windows
        self.conversations = Conversations(node, self)
        self.requests = Requests(node, self)
        self.search = Search(node, self.conversations, self)
        self.session = Session(node, starter, self.conversations, self)
        self.lock = Lock(node, self.session, self.preferences, now, steady, self)
        self.notices = Notices(self)
        self.wiping = Wiping(node, starter, self.session, self.preferences, steady, self)
        self.beside = True
        """Whether the list of conversations is seen beside the page."""
        self._last = LastConversation(node, self.session, self._begin_with, self)
        self.page_opened.connect(self._last.opened)
        self._opener = opener
        """Hands an address to the browser; says whether there is one."""
        self._bridges: Bridges | None = None
        self._adding: AddContact | None = None
        self._linking: Linking | None = None
        self._joining: Joining | None = None
        self._open: dict[str, Conversation] = {}
        self._way: list[tuple[str, str]] = []
        self._way_before: list[tuple[str, str]] = []
        self._was_covered = False
        self._told_of_words = False
        self._forgot = False
        self.noticed.connect(self.notify)
        self.requests.said.connect(self.noticed)
        self.preferences.failed.connect(self._not_remembered)
        self.conversations.failed.connect(self.mention)
        self.conversations.reading_begins.connect(self._reading_begins)
        self.search.opened.connect(self.open_message)
        self.session.changed.connect(self._phase_changed)
        node.joined.connect(self._joined)
        node.happened.connect(self._happened)
        if self.preferences.problem:
            self._not_remembered(self.preferences.problem)

    def open_page(self, page: str, contact: str = "") -> None:
        """Go to a page of `views.pages.PAGES`. At "" every way begins and ends."""
        if page and self.session.covered:
            # A shortcut, or a notification that was clicked.
            return
        if not page:
            self._way.clear()
        elif self._way[-1:] != [(page, contact)]:
            self._way.append((page, contact))
            del self._way[:-MAX_WAY]
        if page == "search":
            self.search.within(contact)
        for conversation in self._open.values():
            if (page, contact) != ("conversation", conversation.contact):
                conversation.messages.end_jump()
        self.page_opened.emit(page, contact)
        # After the page has asked for its messages: marking very many as read takes a while.
        self.conversations.show(contact if page == "conversation" else None)

    def back(self) -> None:
        """To the page before this one; the only way back that the window has."""
        if self._way:
            page, _ = self._way.pop()
            if page == "search":
                self._end_search()
            if page == "conversation" and not self.beside:
                # Where one conversation stands alone, back is to the list.
                while self._shown()[0] == "conversation":
                    self._way.pop()
            self.open_page(*self._shown())

    def leave(self, contact: str) -> None:
        """The contact is gone: a page about it closes."""
        if contact in self._shown():
            self.open_page("")

    def emptied(self, contact: str) -> None:
        """All of a conversation was deleted, also what was not sent yet."""
        if contact in self._open:
            self._open[contact].forget_draft()

    def stand_beside(self, beside: bool) -> None:
        """The list of conversations is beside the page now, or one of them stands alone."""
        self.beside = beside
        self.beside_changed.emit(beside)

    def notify(
        self, sentence: str, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Say it at the bottom of the window until the person closes it, or does something.

        Behind the curtain nothing is said that may name somebody: a text that was not sent stands
        in its conversation all the same.
        """
        if not self.session.covered:
            self.notices.add(Notice(sentence, action=action, do=do))

    def mention(self, sentence: str) -> None:
        """Say it for a while: nothing is lost if nobody reads it."""
        if not self.session.covered:
            self.notices.add(Notice(sentence, stays=False))

    def search_for(self, text: str) -> None:
        """This is in the search field now: its page opens with the first word, and goes with the
        last one. In one conversation it stays, for what is typed next is about that too.
        """
        page, contact = self._shown()
        if text.strip():
            self.search.type(text)
            if page != "search":
                self.open_page("search")
        elif page != "search":
            self._end_search()
        elif contact:
            self.search.type(text)
        else:
            self.back()

    def open_message(self, contact: str, message: str) -> None:
        """Show a conversation where this message is; without one, where it was left."""
        self.conversation(contact, message or None)
        self.open_page("conversation", contact)

    def _begin_with(self, contact: str) -> None:
        """The conversation that was open last, unless somebody was faster, or it is gone."""
        if not self._way and self.conversations.contact(contact) is not None:
            self.open_page("conversation", contact)

    def _shown(self) -> tuple[str, str]:
        return self._way[-1] if self._way else ("", "")

    def _end_search(self) -> None:
        self.search.clear()
        # Nothing would be on these pages; and what stood around them is one page.
        self._way = [step for step, _ in groupby(step for step in self._way if step[0] != "search")]

    def conversation(self, contact: str, around: str | None = None) -> Conversation:
        """The conversation with a contact, opened if it was not; perhaps around a message."""
        found = self._open.pop(contact, None)
        if found is None:
            found = Conversation(self.node, contact, self.now, self)
            found.failed.connect(partial(self._conversation_failed, found))
            found.refused.connect(self.notify)
            found.settled.connect(partial(self._settled, contact))
            found.open(around)
        elif around is not None:
            found.messages.jump(around)
        elif not found.messages.at_end and found.messages.jumped_to is None:
            # Left among old messages: whoever comes back comes for the newest.
            found.messages.load()
        self._open[contact] = found
        self._forget_oldest()
        return found

    @property
    def bridges(self) -> Bridges:
        """Bridge lines as they were typed: who leaves the form for a while finds them there."""
        if self._bridges is None:
            self._bridges = Bridges(self.node, self)
        return self._bridges

    @property
    def adding(self) -> AddContact:
        """The contact that is being added, as far as it was typed."""
        if self._adding is None:
            self._adding = AddContact(self.node, parent=self)
            self._adding.said.connect(self.mention)
        return self._adding

    @property
    def linking(self) -> Linking:
        """The link for a new device: leaving its page for a while does not end it."""
        if self._linking is None:
            self._linking = Linking(self.node, self.now, self)
        return self._linking

    @property
    def joining(self) -> Joining:
        """How far this profile is on its way into another account."""
        if self._joining is None:
            self._joining = Joining(self.node, self.now, parent=self)
            self._joining.linked.connect(self._belongs)
        return self._joining

    def open_link(self, address: str) -> None:
        """Hand a link to the browser, after the person has seen all of it and said so."""
        if not links.may_be_opened(address) or not self._opener(address):
            self.noticed.emit(
                self.tr("No browser could be opened. Copy the link and paste it there.")
            )

    def store_drafts(self) -> None:
        """Before the window closes."""
        self._last.store()
        for conversation in self._open.values():
            conversation.put_down()
            conversation.store_draft()

    def keeps_something(self) -> bool:
        """Whether a text of an open conversation may exist nowhere else."""
        return any(conversation.keeps_something() for conversation in self._open.values())

    def _forget_oldest(self) -> None:
        # The last one is being opened.
        for conversation in list(self._open.values())[:-1]:
            if len(self._open) <= MAX_CONVERSATIONS:
                return
            conversation.store_draft()
            if not conversation.keeps_something():
                del self._open[conversation.contact]
                conversation.deleteLater()

    def _not_remembered(self, sentence: str) -> None:
        self.notices.add(Notice(sentence, names_nobody=True))

    def _conversation_failed(self, conversation: Conversation, sentence: str) -> None:
        def again() -> None:
            # It may have been dropped since.
            if conversation in self._open.values():
                conversation.resume()

        self.notify(sentence, self.tr("Try again"), again)

    def _joined(self) -> None:
        for conversation in list(self._open.values()):
            if self.session.covered:
                conversation.put_away()
            else:
                conversation.resume()

    def _phase_changed(self) -> None:
        covered, was = self.session.covered, self._was_covered
        self._was_covered = covered
        match self.session.phase:
            case Phase.LOCKED | Phase.NO_PROFILE:
                if self.session.phase == Phase.NO_PROFILE:
                    for conversation in self._open.values():
                        conversation.deleteLater()
                    self._open.clear()
                for conversation in list(self._open.values()):
                    # A text that no node has waits unseen for the next one.
                    conversation.put_away()
                self._show_nothing()
                if self.session.phase == Phase.NO_PROFILE:
                    self._way_before.clear()
                    self._forgot = self.preferences.values != Values()
                    self.preferences.forget()
            case Phase.CONNECTING if self._forgot:
                # Not wiped after all: its key is there again.
                self._forgot = False
                self.preferences.load()
            case Phase.CURTAIN if covered and not was:
                # Of a search nothing stays, so there is no way back to it.
                self._end_search()
                self._way_before = list(self._way)
                self._show_nothing()
                for conversation in list(self._open.values()):
                    conversation.put_away()
            case Phase.READY:
                self.requests.load()
                way, self._way_before = self._way_before, []
                if way:
                    self._way = way[:-1]
                    self.open_page(*way[-1])
                self._tell_of_words()
        if was and not covered:
            for conversation in self._open.values():
                conversation.resume()

    def _tell_of_words(self) -> None:
        if self.preferences.values.words_open and not self._told_of_words:
            self._told_of_words = True
            self.notify(
                self.tr("The recovery words of this profile were never confirmed."),
                self.tr("Show"),
                partial(self.open_page, "settings"),
            )

    def _belongs(self) -> None:
        """This profile is a device of an account now: its name is that of the account, and the
        words that were shown for it are void.
        """
        self.preferences.change(words_open=False)
        self.session.refresh()

    def _show_nothing(self) -> None:
        if self._linking is not None:
            # A link that nobody sees shall not wait for a device.
            self._linking.cancel()
        for typed in (self._bridges, self._adding, self._linking, self._joining):
            if typed is not None:
                typed.deleteLater()
        self._bridges = self._adding = self._linking = self._joining = None
        self.search.clear()
        self.conversations.clear()
        self.requests.clear()
        self.notices.clear()
        self.open_page("")

    def _reading_begins(self, contact: str, message: str) -> None:
        found = self._open.get(contact)
        if found is not None and not self.session.covered:
            found.messages.begin_reading(message)

    def _settled(self, contact: str) -> None:
        settled = self._open.pop(contact, None)
        if settled is not None:
            settled.deleteLater()

    def _happened(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, Warned):
                self._warned(event)

    def _warned(self, event: Warned) -> None:
        contact, sentence = event.contact, worded(event.sentence)
        if contact is None:
            self.notify(sentence)
        else:
            show = partial(self.open_page, "conversation", contact)
            self.notify(sentence, self.tr("Show"), show)
