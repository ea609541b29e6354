"""The window: conversations left, a page right, notices below; or the start page instead of all.

What lives here: where things are, and which page is shown. What may not: a page (`pages`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QCloseEvent, QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Leaving, Step
from onionchat_gui.viewmodels.preferences import Scheme, Values
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.viewmodels.tor import UP, Reach, reach

from . import shortcuts, window_place
from .conversation_list import AVATAR, ConversationList
from .first_run_place import FirstRunPlace
from .idle import Presence
from .in_front import dismiss
from .keyboard import FocusKeeper, presses
from .leaving_page import LeavingPage
from .line import Line
from .lock_page import LockPage
from .main_menu import MainMenu
from .menu_button import MenuButton
from .notice_bar import NoticeBar
from .page_frame import Sign
from .pages import PAGES
from .panic import PanicSheet
from .plain import tooltip
from .search_field import SearchField
from .shortcuts import Action
from .sides import Aside, Sides
from .standing import SMALL_ICON
from .start_page import StartPage
from .strip import Strip
from .waiting_row import WaitingRow

_LOCKED, _OPEN, _LEAVING, _CURTAIN = 0, 1, 2, 3
"""Pages of the outer stack: the start page, all the rest, the question before closing, and what a
locked window shows."""
_NAME_LETTERS: Final = 18
"""Letters of a name that are seen in the narrowest window."""

MIN_LINES: Final = 20
MIN_HEIGHT: Final = 420
"""The window is never lower than so many lines of text, nor than so many pixels."""


class MainWindow(QMainWindow):
    """One profile's window."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self.setWindowTitle("onionchat")
        self.resize(1080, 720)
        self._keep_height()
        look.changed.connect(self._keep_height)
        self.start = StartPage(desk.session, look, self)
        self.list = ConversationList(desk, look, self)
        self.pages = QStackedWidget(self)
        self._shown: tuple[str, str] | None = None
        self.outer = QStackedWidget(self)
        self.outer.addWidget(self.start)
        self.area = self._desk_area()
        self.outer.addWidget(self.area)
        self.leaving = Leaving(desk, self)
        self.first_run = FirstRunPlace(self.outer, desk, look, self.leaving)
        self.outer.addWidget(LeavingPage(self.leaving, look, self))
        self.curtain = LockPage(desk.lock, look, self)
        self.outer.addWidget(self.curtain)
        self.setCentralWidget(self.outer)
        self.list.stops_changed.connect(self._order)
        self.list.chosen.connect(lambda contact: desk.open_page("conversation", contact))
        desk.page_opened.connect(self._open)
        desk.session.changed.connect(self._phase)
        self.leaving.changed.connect(self._phase)
        self.leaving.hidden.connect(self.hide)
        self.leaving.ended.connect(partial(window_place.store, self, self.sides, desk.preferences))
        self.leaving.ended.connect(desk.lock.leave)
        self.leaving.ended.connect(self.close)
        desk.session.status_changed.connect(self._status)
        desk.conversations.unread_changed.connect(self._title)
        self.panic = PanicSheet(desk.wiping, look, self)
        self._make_keys()
        self.keeper = FocusKeeper(self)
        self.presence = Presence(desk.lock.touch, self)
        self._looks = (Values().scheme, Values().text_scale)
        desk.preferences.changed.connect(self._look_as_chosen)
        self._look_as_chosen()
        desk.wiping.done.connect(self._forget_copied)
        window_place.restore(self, self.sides, desk.preferences)
        self._open("", "")
        self._phase()

    def _make_keys(self) -> None:
        open_page = self._desk.open_page
        doing: dict[Action, Callable[[int], object]] = {
            Action.NEXT: lambda _: self.list.step(1),
            Action.PREVIOUS: lambda _: self.list.step(-1),
            Action.NTH: self.list.choose,
            Action.FIND: lambda _: self._search(),
            Action.FIND_HERE: lambda _: self._search_here(),
            Action.ADD: lambda _: open_page("add"),
            Action.SETTINGS: lambda _: open_page("settings"),
            Action.SHORTCUTS: lambda _: open_page("shortcuts"),
            Action.LOCK: lambda _: self._desk.lock.lock(),
            Action.BACK: lambda _: self._desk.back(),
            Action.PANIC: lambda _: self._desk.wiping.press(),
            Action.QUIT: lambda _: self._quit(),
        }
        for action, do in doing.items():
            shortcuts.make(self, action, partial(self._if_open, action, do), _context(action))

    def _if_open(self, action: Action, do: Callable[[int], object], place: int) -> None:
        if action == Action.BACK and (self.panic.escape() or self.first_run.back()):
            return
        if self.panic.isVisible() and action not in shortcuts.WHILE_LOCKED:
            # Nothing is done behind it, and its button keeps the focus; who locks wants it away.
            if action != Action.LOCK or not self.panic.escape():
                return
        if action == Action.BACK and self.leaving.step == Step.ASKED:
            self.leaving.cancel()
        elif self.outer.currentIndex() == _OPEN or action in shortcuts.WHILE_LOCKED:
            do(place)

    def _quit(self) -> None:
        self.leaving.close(quits=True)

    def _desk_area(self) -> QWidget:
        self.search = SearchField(self._desk, self._look, self)
        self._strip = Strip(self._look, partial(self._desk.open_page, "tor"), self)
        self.waiting = WaitingRow(self._desk, self._look, self)
        aside = Aside(self.search, self._strip, self.waiting, self.list, self._footer())
        self._look.changed.connect(self._keep_names)
        self._keep_names()
        self.sides = Sides(aside, self.pages, self._look, self)
        self.sides.beside_changed.connect(self._desk.stand_beside)
        conversations = self._desk.conversations
        for signal in (
            conversations.rowsInserted,
            conversations.rowsRemoved,
            conversations.modelReset,
        ):
            signal.connect(self._have_conversations)
        area = QWidget(self)
        rows = QVBoxLayout(area)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.sides, 1)
        self.notice = NoticeBar(self._desk.notices, self._look, self)
        rows.addWidget(self.notice)
        return area

    def _keep_height(self) -> None:
        """Texts that wrap tell no layout how high they get where it is narrow."""
        lines = MIN_LINES * QFontMetrics(self._look.font()).lineSpacing()
        self.setMinimumHeight(max(lines, MIN_HEIGHT))

    def _keep_names(self) -> None:
        """However narrow the window: beside an avatar there is room for a name."""
        name = _NAME_LETTERS * QFontMetrics(self._look.font()).averageCharWidth()
        self.list.setMinimumWidth(AVATAR + 4 * theme.M + name)

    def _footer(self) -> QWidget:
        footer = QFrame(self)
        footer.setObjectName("footer")
        self._own = Line(footer)
        self._tor_sign = Sign(self._look, "wifi-off", "text_dim", SMALL_ICON)
        self._tor = Line(footer)
        self._tor.setProperty("role", "dim")
        self._tor.setFont(self._look.font(theme.SMALL))
        tor = QHBoxLayout()
        tor.setSpacing(theme.XS)
        tor.addWidget(self._tor_sign)
        tor.addWidget(self._tor, 1)
        self.menu_button = MenuButton(self._look, footer)
        lock = self._desk.lock.lock
        menu = MainMenu(self._look, self._desk.open_page, lock, self._quit, self.menu_button)
        self.menu_button.setMenu(menu)
        self._menu = menu
        self._desk.requests.changed.connect(self._count_requests)
        self._count_requests()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._own)
        words.addLayout(tor)
        row = QHBoxLayout(footer)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        row.addLayout(words, 1)
        row.addWidget(self.menu_button)
        return footer

    def _count_requests(self) -> None:
        number = len(self._desk.requests.waiting)
        self._menu.count(number)
        says, waiting = self.tr("Menu"), self.waiting.words()
        self.menu_button.count(number, f"{says}: {waiting}" if waiting else says)

    # --- What happens ----------------------------------------------------------------------------

    def _open(self, page: str, contact: str) -> None:
        if self._shown == (page, contact):
            # Chosen once more, say by the second click of two.
            return
        self._shown = (page, contact)
        shown = self.pages.currentWidget()
        made = PAGES[page](self._desk, self._look, contact)
        self.pages.addWidget(made)
        self.pages.setCurrentWidget(made)
        self.sides.show_page(page)
        if shown is not None:
            self.pages.removeWidget(shown)
            shown.deleteLater()
        self._order()
        # A proxy that stayed would make Tab jump over what stands before it on the page.
        begin = self.search if page == "search" else made.focusProxy() or made
        made.setFocusProxy(None)  # type: ignore[arg-type]
        if page:
            begin.setFocus()
        elif not self.sides.beside and self.area.isVisible():
            (self.list if self.list.isVisible() else self.search).setFocus()

    def _have_conversations(self) -> None:
        self.sides.have_conversations(self._desk.conversations.rowCount() > 0)

    def _search(self) -> None:
        searching = self._shown is not None and self._shown[0] == "search"
        if searching or not self.search.isVisible():
            # In all conversations; and where a page stands alone, the field stands on its own.
            self._desk.open_page("search")
        self.search.begin()

    def _search_here(self) -> None:
        """In the conversation that is open, or that of the contact whom the page is about."""
        contact = self._shown[1] if self._shown is not None else ""
        if contact:
            self._desk.open_page("search", contact)
        self.search.begin()

    def _order(self) -> None:
        """Let Tab walk in reading order; Qt has the order in which things were made."""
        above = (self.search, self._strip.button, self.waiting.button)
        aside = (*above, self.list, self.menu_button)
        for one, following in zip(aside, aside[1:], strict=False):
            self.setTabOrder(one, following)
        ends = (self.notice.action, self.notice.close_button)
        last = self._before(self)
        while last in ends or not last.focusPolicy() & Qt.FocusPolicy.TabFocus:
            last = self._before(last)
        for end in ends:
            self.setTabOrder(last, end)
            last = end

    @staticmethod
    def _before(control: QWidget) -> QWidget:
        found = control.previousInFocusChain()
        assert found is not None, "the chain is a ring"
        return found

    def _phase(self) -> None:
        phase = self._desk.session.phase
        inside = phase in (Phase.READY, Phase.LOST)
        first_run = self.first_run.shows()
        if self.leaving.step in (Step.ASKED, Step.STORING, Step.STOPPING):
            self.outer.setCurrentIndex(_LEAVING)
        elif phase == Phase.CURTAIN:
            if self.outer.currentIndex() != _CURTAIN:
                dismiss(self)
            self.outer.setCurrentIndex(_CURTAIN)
        elif not first_run:
            self.outer.setCurrentIndex(_OPEN if inside else _LOCKED)
        if phase in (Phase.CURTAIN, Phase.LOCKED, Phase.NO_PROFILE):
            self._forget()
        self._status()

    def _look_as_chosen(self) -> None:
        values = self._desk.preferences.values
        looks = values.scheme, values.text_scale
        if looks != self._looks:
            self._looks = looks
            self._look.choose(None if values.scheme == Scheme.SYSTEM else values.scheme)
            self._look.scale(values.text_scale)

    def _forget_copied(self) -> None:
        """The profile was destroyed: what was copied out of it goes, too."""
        clipboard = QGuiApplication.clipboard()
        for mode, ours in (
            (QClipboard.Mode.Clipboard, clipboard.ownsClipboard()),
            (QClipboard.Mode.Selection, clipboard.ownsSelection()),
        ):
            if ours:
                clipboard.clear(mode)

    def _forget(self) -> None:
        """Nothing of the profile stays, not even where nobody sees it."""
        for words in (self._own, self._tor):
            words.clear()
        self._tor.setToolTip("")
        self.search.clear()

    def _status(self) -> None:
        self._show_strip()
        status = self._desk.session.status
        if status is None:
            return
        self._own.setText(displayable_line(status.name) or self.tr("(no name)"))
        lost = self._desk.session.phase == Phase.LOST
        reaches = reach(status)
        if lost:
            # What it said last may not be so any more.
            words = self.tr("Tor: not known now")
        else:
            words = {
                Reach.YES: self.tr("Tor: contacts can reach you"),
                Reach.NOT_YET: self.tr("Tor: your address is being published"),
                Reach.HIDDEN: self.tr("Tor: connected, nobody can call you"),
                Reach.NOBODY: self.tr("Tor: connected"),
                Reach.NO_TOR: self.tr("Tor: %1 %").replace("%1", str(status.tor.bootstrap)),
            }[reaches]
        down = lost or reaches == Reach.NO_TOR
        colour = "good" if reaches == Reach.YES and not lost else "text_dim"
        self._tor_sign.show_picture("wifi-off" if down else "route", colour)
        self._tor.setText(words)
        self._tor.setToolTip("" if lost else tooltip(worded(status.tor.summary)))

    def _show_strip(self) -> None:
        session = self._desk.session
        tor = session.status.tor if session.status is not None else None
        words, role = "", "dim"
        if session.phase == Phase.LOST:
            words, role = self.tr("The connection to the node is lost; trying again."), "danger"
        elif tor is not None and not (tor.running and tor.bootstrap >= UP):
            words = self.tr(
                "Tor is not up: %1 You can read and write; what you send leaves when Tor is up."
            ).replace("%1", displayable_line(worded(tor.summary)))
        self._strip.say(words, role, more=role == "dim")
        self.sides.warn(session.phase == Phase.LOST)

    def _title(self, unread: int) -> None:
        self.setWindowTitle(f"({unread}) onionchat" if unread else "onionchat")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it for keys that no control wants."""
        if not presses(event, self):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Qt calls it: the window closes when everything is stored, see `Leaving`."""
        if self.leaving.step != Step.ENDED:
            self.leaving.close()
        if self.leaving.step == Step.ENDED:
            super().closeEvent(event)
        else:
            event.ignore()


def _context(action: Action) -> Qt.ShortcutContext:
    """Where a key works; what hides everything also while a dialog or a menu is open."""
    if action in (Action.LOCK, Action.PANIC):
        return Qt.ShortcutContext.ApplicationShortcut
    return Qt.ShortcutContext.WindowShortcut
