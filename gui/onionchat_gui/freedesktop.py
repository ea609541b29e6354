"""Notifications as the desktops of Linux show them: `org.freedesktop.Notifications`.

What lives here: one interface (Desktop Notifications Specification 1.2 and the activation token of
1.3). What may not: what a notification says (`viewmodels.notifications`), how the bus is spoken
(`session_bus`), and trays, which are the way where nobody shows notifications.

For each name there is what is wanted and what is shown, and at most one call on its way that makes
the one of the other. So nothing piles up where the desktop hangs, and what was withdrawn while it
was on its way is taken back as soon as the desktop has said which number it has.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from . import activation
from .bus_wire import Answer, Call, Heard
from .left_behind import LeftBehind, Shown
from .session_bus import BUS, SessionBus, of_bus
from .viewmodels.notifications import Notification

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
PATIENCE_MILLIS: Final = 5000
"""After so long without an answer another way is taken."""
ENTRY: Final = "org.onionchat.Onionchat"
"""The program's entry in the menu, and its picture."""
_CLICK: Final = "default"
_AS_THE_DESKTOP_LIKES: Final = -1
_URGENCY: Final = 1
"""Normal: desktops keep what is urgent above their lock screens until somebody closes it."""
_MATCHES: Final = (
    f"type='signal',sender='{NAME}',path='{PATH}',interface='{NAME}'",
    f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged',arg0='{NAME}'",
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be shown, and what to do where it cannot be."""

    notification: Notification
    failed: Callable[[], object]


@dataclass(slots=True)
class _Spot:
    """The notification of one name."""

    wanted: _Wish | None = None
    shown: _Wish | None = None
    number: int = 0
    """The desktop's, of what is shown; 0 where nothing is."""
    asking: bool = False
    """Whether an answer with a number is outstanding."""


class Notifier(QObject):
    """Shows notifications wherever the session's bus has somebody who does; finds out by itself."""

    clicked = Signal(str)
    """The kind of a notification."""

    def __init__(
        self,
        bus: SessionBus,
        left: LeftBehind,
        click_label: str,
        parent: QObject | None = None,
    ) -> None:
        """`left`: what a window of the profile left that was killed is taken away.

        `click_label`: what a click does, where the desktop says that.
        """
        super().__init__(parent)
        self._bus = bus
        self._file = left
        self._left = left.load()
        self._click_label = click_label
        self._bus_id = ""
        self._owner = ""
        """Who shows notifications, as the bus calls him; empty where nobody does."""
        self._can: frozenset[str] | None = None
        self._asking = False
        """Whether he was asked what he can do."""
        self._spots: dict[str, _Spot] = {}
        bus.ready.connect(self._ready)
        bus.lost.connect(self._lost)
        bus.heard.connect(self._heard)
        if self._left.numbers:
            bus.join()

    def show(self, notification: Notification, failed: Callable[[], object]) -> None:
        """Show it in the place of the one of the same kind. `failed` is called if that does not
        work, not before this returns; it is not once it was withdrawn or another has its place.
        """
        spot = self._spots.setdefault(notification.kind, _Spot())
        wish = spot.wanted = _Wish(notification, failed)
        QTimer.singleShot(PATIENCE_MILLIS, self, lambda: self._give_up(spot, wish))
        self._bus.join()
        self._settle(spot)

    def withdraw(self, kind: str) -> None:
        """Take it away, if it is still there."""
        spot = self._spots.get(kind)
        if spot is not None:
            spot.wanted = None
            self._settle(spot)
        if self._left.numbers:
            # The bus was lost perhaps, and the desktop is still there.
            self._bus.join()

    # --- Each at its place -----------------------------------------------------------------------

    def _settle(self, spot: _Spot) -> None:
        """Do the next thing, if any, that makes what is shown what is wanted."""
        if spot.asking or not self._bus.greeted:
            return
        if spot.wanted is None:
            if spot.number:
                self._close(spot.number)
                self._forget(spot)
        elif spot.wanted is not spot.shown:
            if self._can is None:
                self._ask()
            else:
                self._notify(spot, spot.wanted, self._can)

    def _settle_all(self) -> None:
        for spot in list(self._spots.values()):
            self._settle(spot)

    def _notify(self, spot: _Spot, wish: _Wish, can: frozenset[str]) -> None:
        spot.asking = True
        told = wish.notification
        body = _sendable(told.body)
        fields = (
            "onionchat",
            spot.number,
            ENTRY,
            _sendable(told.title),
            html.escape(body, quote=False) if "body-markup" in can else body,
            # Who cannot do it may show a dialog with a button instead.
            [_CLICK, self._click_label] if "actions" in can else [],
            _hints(told),
            _AS_THE_DESKTOP_LIKES,
        )
        call = Call(NAME, PATH, NAME, "Notify", "susssasa{sv}i", fields, starts=True)
        self._bus.call(call, lambda answer: self._notified(spot, wish, answer))

    def _notified(self, spot: _Spot, wish: _Wish, answer: Answer | None) -> None:
        spot.asking = False
        body = self._answered(answer)
        if body and isinstance(body[0], int) and body[0]:
            spot.number = body[0]
            spot.shown = wish
            self._remember()
        else:
            self._give_up(spot, wish)
        self._settle(spot)

    def _close(self, number: int) -> None:
        self._bus.tell(Call(NAME, PATH, NAME, "CloseNotification", "u", (number,)))

    def _give_up(self, spot: _Spot, wish: _Wish) -> None:
        if spot.wanted is wish and spot.shown is not wish:
            spot.wanted = None
            wish.failed()
            # What it was to replace.
            self._settle(spot)

    def _forget(self, spot: _Spot) -> None:
        """It is not shown any more."""
        if spot.wanted is spot.shown:
            spot.wanted = None
        spot.shown = None
        spot.number = 0
        self._remember()

    # --- Who shows them --------------------------------------------------------------------------

    def _ready(self) -> None:
        for rule in _MATCHES:
            self._bus.tell(of_bus("AddMatch", "s", rule))
        self._bus.call(of_bus("GetId"), self._identified)
        # Nobody is started by the question: a window without news has none to ask for.
        self._bus.call(of_bus("GetNameOwner", "s", NAME), self._found)

    def _identified(self, answer: Answer | None) -> None:
        if answer is not None and not answer.failed:
            self._bus_id = _word(answer.body)

    def _found(self, answer: Answer | None) -> None:
        if answer is None:
            return
        if not self._owner and not answer.failed:
            self._owner = _word(answer.body)
        left, self._left = self._left, Shown()
        if left.bus and (left.bus, left.desktop) == (self._bus_id, self._owner):
            for number in left.numbers:
                self._close(number)
        self._remember()
        self._settle_all()

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            call = Call(NAME, PATH, NAME, "GetCapabilities", starts=True)
            self._bus.call(call, self._told)

    def _told(self, answer: Answer | None) -> None:
        self._asking = False
        body = self._answered(answer)
        if body and isinstance(body[0], list):
            self._can = frozenset(body[0])
            self._settle_all()
        else:
            self._give_up_all()

    def _give_up_all(self) -> None:
        for spot in list(self._spots.values()):
            if spot.wanted is not None and not spot.asking:
                self._give_up(spot, spot.wanted)

    def _answered(self, answer: Answer | None) -> tuple[Any, ...]:
        """What he says who shows them now."""
        if answer is None or answer.failed or answer.sender != self._owner:
            return ()
        return answer.body

    def _lost(self) -> None:
        numbers = tuple(spot.number for spot in self._spots.values() if spot.number)
        if numbers:
            # Those are there still perhaps; closed when there is a bus again, if it is the same.
            self._left = Shown(self._bus_id, self._owner, numbers)
        for spot in self._spots.values():
            spot.number = 0
            if spot.wanted is spot.shown:
                spot.wanted = None
            spot.shown = None
        self._owner, self._bus_id, self._can = "", "", None
        self._give_up_all()

    def _heard(self, heard: Heard) -> None:
        match heard:
            case Heard(
                sender="org.freedesktop.DBus", member="NameOwnerChanged", body=(name, _, new)
            ):
                if name == NAME:
                    self._changed(new)
            case Heard(
                sender=sender, interface="org.freedesktop.Notifications", body=(number, said)
            ):
                # Anybody on the bus can send us a signal.
                if sender and sender == self._owner:
                    self._happened(heard.member, number, said)

    def _changed(self, owner: str) -> None:
        """Another program shows them: it knows nothing of what the one before showed."""
        self._owner = owner
        self._can = None
        for spot in self._spots.values():
            self._forget(spot)
        self._settle_all()

    def _happened(self, member: str, number: object, said: object) -> None:
        # Some tell all programs of the notifications of all.
        mine = [(kind, spot) for kind, spot in self._spots.items() if spot.number == number != 0]
        for kind, spot in mine:
            if member == "NotificationClosed":
                self._forget(spot)
            elif member == "ActivationToken" and isinstance(said, str):
                activation.accept(said)
            elif member == "ActionInvoked" and said == _CLICK:
                self.clicked.emit(kind)
                # Desktops take away what was clicked; not all do.
                self.withdraw(kind)

    def _remember(self) -> None:
        numbers = tuple(spot.number for spot in self._spots.values() if spot.number)
        self._file.store(Shown(self._bus_id, self._owner, numbers) if self._bus_id else Shown())


def _hints(told: Notification) -> dict[str, tuple[str, object]]:
    hints: dict[str, tuple[str, object]] = {
        "desktop-entry": ("s", ENTRY),
        "category": ("s", "im.received"),
        "urgency": ("y", _URGENCY),
        # Whoever is in the room need not hear of it.
        "suppress-sound": ("b", True),
    }
    if told.named:
        # Shown, and kept in no list or history.
        hints["transient"] = ("b", True)
    return hints


def _sendable(text: str) -> str:
    """Text for which the bus does not hang up: neither NUL nor half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _word(body: tuple[Any, ...]) -> str:
    return body[0] if body and isinstance(body[0], str) else ""
