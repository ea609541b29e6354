"""The tray icon, what it says, and how a notification gets to the desktop and back."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from onionchat.views import Arrived, RequestReceived, RequestView
from onionchat_gui.background import Background
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Step
from onionchat_gui.viewmodels.preferences import Closing, Telling
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.tray import marked

BOB = contact(1, name="Bob <b>")
ACTIVE, AWAY = Qt.ApplicationState.ApplicationActive, Qt.ApplicationState.ApplicationInactive

HOSTILE = [
    "<img src='http://x/'>&amp;",
    "\u202e\u2066",
    "\0\x1b[2J\ud83d",
    "a" * 65_536,
    "a" + "\u0301" * 32_767,
]


class FakeIcon(QObject):
    activated = Signal(QSystemTrayIcon.ActivationReason)
    messageClicked = Signal()

    def __init__(self):
        super().__init__()
        self.tip, self.icon, self.menu, self.visible = "", None, None, False
        self.shown = []

    def setIcon(self, icon):
        self.icon = icon

    def setToolTip(self, tip):
        self.tip = tip

    def setContextMenu(self, menu):
        self.menu = menu

    def isVisible(self):
        return self.visible

    def show(self):
        self.visible = True

    def showMessage(self, title, body, icon):
        self.shown.append((title, body))


class FakeDesktop(QObject):
    clicked = Signal(str)

    def __init__(self):
        super().__init__()
        self.works = True
        self.shown = {}
        self.late = []

    def show(self, notification, failed):
        if self.works:
            self.shown[notification.kind] = (notification.title, notification.body)
        else:
            self.late.append(failed)

    def fail(self):
        """The answers arrive."""
        late, self.late = self.late, []
        for failed in late:
            failed()

    def withdraw(self, kind):
        self.shown.pop(kind, None)


@pytest.fixture
def node(qapp):
    return FakeNode(BOB)


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    made.preferences.change(closing=Closing.KEEP)
    return made


@pytest.fixture
def window(qtbot, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def icon(qapp):
    return FakeIcon()


@pytest.fixture
def desktop(qapp):
    return FakeDesktop()


@pytest.fixture
def background(desk, window, look, icon, desktop):
    made = Background(desk, window, look, icon, desktop)
    made.look(AWAY)
    return made


def come(node, background, *messages):
    node.arrive(*messages)
    background.notifications.gather.timeout.emit()


def choose(icon, words):
    (action,) = (action for action in icon.menu.actions() if action.text() == words)
    action.trigger()


def picture(icon):
    return icon.pixmap(QSize(32, 32)).toImage()


class TestTheIcon:
    def test_counts_and_names_nobody(self, background, node, icon):
        assert icon.tip == "onionchat"
        come(node, background, message(1, BOB, text="Secret"), message(3, BOB))
        assert icon.tip == "onionchat: 2 unread message(s)"

    def test_has_a_mark_while_there_is_something_new(self, background, node, icon):
        plain = picture(icon.icon)
        come(node, background, message(1, BOB))
        assert picture(icon.icon) != plain
        background.show()
        background.look(ACTIVE)
        node.people[BOB.id] = BOB
        background.tray.show_unread(0)
        assert picture(icon.icon) == plain

    def test_shows_large_numbers_alike_and_a_dot_for_what_has_none(self, qapp, look):
        pictures = [picture(marked(look, count, waits=True)) for count in (0, 1, 9, 10, 1000)]
        dot, one, nine, ten, thousand = pictures
        assert ten == thousand
        assert len({bytes(p.constBits()) for p in (dot, one, nine, ten)}) == 4

    @pytest.mark.parametrize("text", HOSTILE, ids=ascii)
    def test_says_nothing_that_others_wrote(self, background, desk, node, icon, text):
        desk.preferences.change(telling=Telling.TEXT)
        evil = contact(1, name=text)
        node.people[evil.id] = evil
        desk.conversations.load()
        node.deliver()
        come(node, background, message(1, evil, text=text))
        assert icon.tip == "onionchat: 1 unread message(s)"

    def test_brings_a_hidden_window_back(self, background, window, icon):
        window.close()
        assert not window.isVisible()
        icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
        assert window.isVisible()

    def test_keeps_its_menu_for_the_other_button(self, background, window, icon):
        window.close()
        icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
        assert not window.isVisible()
        choose(icon, "Show")
        assert window.isVisible()

    def test_quits_and_the_node_goes_on(self, background, window, node, icon):
        window.close()
        choose(icon, "Quit")
        node.deliver()
        window.leaving.look()
        assert window.leaving.step == Step.ENDED
        assert not window.isVisible()

    def test_locks_a_hidden_window_and_still_has_a_mark_for_what_comes(
        self, background, window, desk, node, icon, desktop
    ):
        desk.preferences.change(telling=Telling.TEXT)
        come(node, background, message(1, BOB, text="Secret"))
        window.close()
        choose(icon, "Lock now")
        assert desk.lock.locked
        assert (icon.tip, desktop.shown) == ("onionchat: something new", {})
        node.happened.emit((Arrived(),))
        background.notifications.gather.timeout.emit()
        assert desktop.shown == {"messages": ("onionchat", "New message")}
        desktop.clicked.emit("messages")
        assert window.isVisible()
        assert window.outer.currentWidget() is window.curtain

    def test_that_is_missing_is_no_place_to_hide(self, desk, window, look, node, desktop):
        Background(desk, window, look, None, desktop, window)
        window.close()
        node.deliver()
        window.leaving.look()
        assert window.leaving.step == Step.ENDED


class TestNotifications:
    def test_go_to_the_desktop(self, background, node, icon, desktop):
        come(node, background, message(1, BOB))
        assert desktop.shown == {"messages": ("onionchat", "New message")}
        assert icon.shown == []

    def test_go_to_the_icon_where_the_desktop_takes_none(self, background, node, icon, desktop):
        desktop.works = False
        come(node, background, message(1, BOB))
        desktop.fail()
        assert icon.shown == [("onionchat", "New message")]

    def test_that_the_desktop_refused_after_the_lock_name_nobody(
        self, background, desk, node, icon, desktop
    ):
        desktop.works = False
        desk.preferences.change(telling=Telling.TEXT)
        come(node, background, message(1, BOB, text="Secret"))
        desk.lock.lock()
        desktop.fail()
        assert icon.shown == []

    @pytest.mark.parametrize("telling", [Telling.NAME, Telling.TEXT])
    def test_by_the_icon_name_nobody_for_nothing_takes_them_back(
        self, background, desk, node, icon, desktop, telling
    ):
        desktop.works = False
        desk.preferences.change(telling=telling)
        come(node, background, message(1, BOB, text="Secret"))
        node.happened.emit((RequestReceived(RequestView("1", "Grace", "Hello", 0.0)),))
        background.notifications.gather.timeout.emit()
        desktop.fail()
        assert icon.shown == [
            ("onionchat", "1 new message(s)"),
            ("onionchat", "1 new contact request(s)"),
        ]

    @pytest.mark.parametrize(
        "event",
        [
            lambda window, desk: desk.lock.lock(),
            lambda window, desk: desk.session.be_gone(),
            lambda window, desk: window.leaving.go(),
            lambda window, desk: desk.preferences.change(telling=Telling.SOMETHING),
        ],
        ids=["locked", "destroyed", "quit", "chosen"],
    )
    def test_that_name_somebody_are_taken_back(
        self, background, window, desk, node, desktop, event
    ):
        desk.preferences.change(telling=Telling.TEXT)
        come(node, background, message(1, BOB, text="Secret"))
        assert [body for _, body in desktop.shown.values()] == ["Secret"]
        event(window, desk)
        node.deliver()
        window.leaving.look()
        assert desktop.shown == {}

    @pytest.mark.parametrize("by", ["desktop", "icon"])
    def test_clicked_open_the_conversation(self, background, window, desk, node, icon, desktop, by):
        window.close()
        come(node, background, message(1, BOB))
        if by == "desktop":
            desktop.clicked.emit("messages")
        else:
            icon.messageClicked.emit()
        assert window.isVisible()
        assert window.pages.currentWidget().contact == BOB.id

    def test_go_when_somebody_looks(self, background, node, desktop):
        come(node, background, message(1, BOB))
        background.look(ACTIVE)
        assert desktop.shown == {}

    def test_without_icon_and_desktop_are_none(self, desk, window, look, node):
        alone = Background(desk, window, look, None, None, window)
        alone.look(AWAY)
        desk.preferences.change(telling=Telling.TEXT)
        come(node, alone, message(1, BOB))
        alone.look(ACTIVE)
