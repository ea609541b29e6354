"""What the desktop is told of messages and requests, and how much of it.

What lives here: whether there is a notification, its words, and what a click opens. What may not:
how a desktop shows it (`freedesktop`, `views.tray`), and notices inside the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.displayable import displayable_line
from onionchat.views import (
    Arrived,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageView,
    RequestReceived,
    RequestView,
)

from . import remarks
from .desk import Desk
from .preferences import Telling
from .session import Phase

GATHER_MILLIS: Final = 1000
"""What comes within this time is one notification."""
MAX_NAME: Final = 40
MAX_TEXT: Final = 140
"""Characters of what others wrote that a notification shows."""
_MAX_GATHERED: Final = 100
TITLE: Final = "onionchat"

_JOINER: Final = "\N{WORD JOINER}"
_UNMARKED: Final = str.maketrans(
    {"<": "‹", ">": "›", "&": "＆", **{sign: _JOINER + sign for sign in ".:@"}}
)
"""Some desktops take what they show for HTML, with links and pictures, and others show what was
escaped for those: so the three letters of mark-up look a little different. And some, GNOME among
them, make links of what looks like an address, which a click on the notification would open in the
browser: so before each sign that makes one stands a letter that nobody sees.
"""


class Kind(StrEnum):
    """What it is about; a new one takes the place of the one before."""

    MESSAGES = "messages"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification, without any mark-up or link."""

    kind: Kind
    title: str
    body: str
    named: bool = False
    """Whether it tells of whom or what."""
    unnamed: str = ""
    """Of one that does: what may be said where nothing can be taken back."""


class Notifications(QObject):
    """Decides what the desktop shows of what happens."""

    told = Signal(object)
    """A `Notification`."""
    withdrawn = Signal(str)
    """The `Kind` of one that is not needed any more."""
    wanted = Signal()
    """A notification was clicked: the window is to be shown."""
    waiting_changed = Signal()
    """`waiting` is another."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages: list[MessageView] = []
        self._requests: list[RequestView] = []
        self._unnamed = False
        self._attentive = True
        self._shown: dict[Kind, Notification] = {}
        self._contacts: set[str] = set()
        self._quoted = ""
        """The message whose text the desktop may be showing."""
        self.waiting = False
        """Whether something came that nobody has looked at since."""
        self.gather = QTimer(self, singleShot=True, interval=GATHER_MILLIS)
        self.gather.timeout.connect(self._tell)
        desk.node.happened.connect(self._happened)
        desk.session.changed.connect(self._phase_changed)
        desk.preferences.changed.connect(self._chosen)

    def look(self, attentive: bool) -> None:
        """Whether the person has the window before the eyes."""
        self._desk.conversations.look(attentive)
        self._attentive = attentive
        self._looked()

    def open(self, kind: str) -> None:
        """A notification was clicked: show what it told of."""
        shown = self._shown.pop(Kind(kind), None)
        self.wanted.emit()
        if shown is None or not self._open():
            return
        if shown.kind == Kind.REQUESTS:
            self._desk.open_page("requests")
        elif len(self._contacts) == 1:
            (contact,) = self._contacts
            if self._desk.conversations.contact(contact) is not None:
                self._desk.open_page("conversation", contact)

    def stands(self, notification: Notification) -> bool:
        """Whether it may still be shown: it was neither withdrawn nor has another its place."""
        return self._shown.get(notification.kind) is notification

    def end(self) -> None:
        """The program ends. What names somebody does not stay on the desktop, which may keep it."""
        self.gather.stop()
        self._withdraw(named=True)

    # --- What happens ----------------------------------------------------------------------------

    def _happened(self, events: tuple[object, ...]) -> None:
        messages = [event.message for event in events if isinstance(event, MessageAdded)]
        fresh = [message for message in messages if self._is_news(message)]
        asked = [event.request for event in events if isinstance(event, RequestReceived)]
        self._messages = (self._messages + fresh)[-_MAX_GATHERED:]
        self._follow(events)
        self._requests = (self._requests + asked)[-_MAX_GATHERED:]
        # All that a locked window hears of.
        arrived = any(isinstance(event, Arrived) for event in events)
        self._unnamed = self._unnamed or arrived
        if fresh or asked or arrived:
            self._wait(not self._looks())
            if not self.gather.isActive():
                self.gather.start()

    def _follow(self, events: tuple[object, ...]) -> None:
        """What was deleted is not told of any more, and its text does not stay on the desktop."""
        gone: set[str] = set()
        changed: dict[str, MessageView] = {}
        for event in events:
            if isinstance(event, MessagesDeleted):
                gone |= set(event.ids)
            elif isinstance(event, MessageChanged) and event.message.deleted:
                gone.add(event.message.id)
            elif isinstance(event, MessageChanged):
                changed[event.message.id] = event.message
        if gone or changed:
            kept = (message for message in self._messages if message.id not in gone)
            self._messages = [changed.get(message.id, message) for message in kept]
        if self._quoted in gone and Kind.MESSAGES in self._shown:
            del self._shown[Kind.MESSAGES]
            self.withdrawn.emit(Kind.MESSAGES)

    def _is_news(self, message: MessageView) -> bool:
        return not message.mine and message.contact != self._desk.conversations.seen

    def _phase_changed(self) -> None:
        if not self._open():
            self._messages.clear()
            self._requests.clear()
            # What says that there is something for somebody who is not here any more goes, too.
            self._withdraw(named=self._desk.session.phase != Phase.NO_PROFILE)
        self._looked()

    def _chosen(self) -> None:
        if self._desk.preferences.values.telling not in (Telling.NAME, Telling.TEXT):
            self._withdraw(named=True)

    def _looks(self) -> bool:
        return self._attentive and self._open()

    def _looked(self) -> None:
        if self._looks():
            self._withdraw()
            self._wait(False)

    def _open(self) -> bool:
        """Whether what others wrote may be shown."""
        return self._desk.session.phase in (Phase.READY, Phase.LOST)

    def _wait(self, waiting: bool) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.waiting_changed.emit()

    # --- Words -----------------------------------------------------------------------------------

    def _tell(self) -> None:
        messages, self._messages = self._messages, []
        requests, self._requests = self._requests, []
        unnamed, self._unnamed = self._unnamed, False
        telling = self._desk.preferences.values.telling
        if telling == Telling.NOTHING:
            return
        # What was opened meanwhile needs none.
        news = [message for message in messages if self._is_news(message)]
        if news:
            self._contacts = {message.contact for message in news}
            self._quoted = ""
            self._show(self._of_messages(news, telling))
        elif unnamed:
            self._contacts = set()
            self._show(Notification(Kind.MESSAGES, TITLE, self.tr("New message")))
        if requests:
            self._show(self._of_requests(requests, telling))

    def _show(self, notification: Notification) -> None:
        self._shown[notification.kind] = notification
        self.told.emit(notification)

    def _of_messages(self, news: list[MessageView], telling: Telling) -> Notification:
        count = len(news)
        names = {message.contact: message.author for message in news}
        if telling == Telling.SOMETHING:
            body = self.tr("New message") if count == 1 else self.tr("%n new message(s)", "", count)
            return Notification(Kind.MESSAGES, TITLE, body)
        unnamed = self.tr("%n new message(s)", "", count)
        if len(names) > 1:
            body = self.tr("New messages in %n conversation(s)", "", len(names))
            return Notification(Kind.MESSAGES, TITLE, body, named=True, unnamed=unnamed)
        name = self._name(news[-1])
        if telling == Telling.TEXT and count == 1:
            self._quoted = news[-1].id
            body = _cut(news[-1].text or remarks.remark(news[-1]), MAX_TEXT)
        else:
            body = unnamed
        return Notification(Kind.MESSAGES, name, body, named=True, unnamed=unnamed)

    def _of_requests(self, requests: list[RequestView], telling: Telling) -> Notification:
        unnamed = self.tr("%n new contact request(s)", "", len(requests))
        if telling == Telling.SOMETHING or len(requests) > 1:
            return Notification(Kind.REQUESTS, TITLE, unnamed)
        # The name is what a stranger calls itself; the greeting is for the page alone.
        body = self.tr("New contact request from “%1”")
        body = body.replace("%1", _cut(requests[0].name, MAX_NAME))
        return Notification(Kind.REQUESTS, TITLE, body, named=True, unnamed=unnamed)

    def _name(self, message: MessageView) -> str:
        contact = self._desk.conversations.contact(message.contact)
        return _cut(message.author if contact is None else contact.name, MAX_NAME) or TITLE

    def _withdraw(self, *, named: bool = False) -> None:
        """Take back what is shown, or only what names somebody."""
        for kind, notification in list(self._shown.items()):
            if notification.named or not named:
                del self._shown[kind]
                self.withdrawn.emit(kind)


def _cut(text: str, limit: int) -> str:
    """The beginning of what somebody wrote, in one line, without mark-up and links."""
    # Cut first: `displayable` closes what was opened in what is left.
    short = text[:limit].rstrip()
    return displayable_line(short + "…" if len(text) > limit else short).translate(_UNMARKED)
