"""Where a window stood, how large it was, and with which conversation it begins."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from msgspec import convert
from PySide6.QtCore import QCoreApplication, QEvent, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from onionchat.control import schema
from onionchat.errors import DiskFull
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.last_conversation import SETTING
from onionchat_gui.viewmodels.preferences import MAX_PIXELS, Closing, Preferences, Values
from onionchat_gui.views import window_place
from onionchat_gui.views.main_window import MainWindow

BOB, CAROL = contact(1, name="Bob"), contact(2, name="Carol")


class Shelf:
    """`window.json`, in memory."""

    def __init__(self):
        self.fields = None

    def load(self):
        return self.fields

    def store(self, fields):
        self.fields = fields

    def remove(self):
        self.fields = None


@pytest.fixture
def node(qapp):
    return FakeNode(BOB, CAROL)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def start(node, shelf, look, qtbot):
    """The window of one start of the program."""

    def started(within=True):
        preferences = Preferences(shelf)
        preferences.load()
        if within:
            preferences.change(left=node.now, closing=Closing.KEEP)
        node.leave()
        desk = Desk(node, FakeStarter(node), lambda: node.now, preferences=preferences)
        window = MainWindow(desk, look)
        qtbot.addWidget(window)
        window.show()
        desk.session.open()
        settle(node)
        return window

    return started


def settle(node):
    for _ in range(4):
        node.deliver()
        QApplication.processEvents()


def close(window, node):
    window.leaving.close(quits=True)
    settle(node)
    assert not window.isVisible()
    window._desk.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class TestTheWindow:
    def test_stands_where_it_stood_and_is_as_large(self, start, node):
        window = start()
        window.move(30, 40)
        window.resize(700, 500)
        window.sides.split.moveSplitter(250, 1)
        settle(node)
        close(window, node)
        again = start()
        assert again.pos().toTuple() == (30, 40)
        assert again.size().toTuple() == (700, 500)
        assert again.list.width() == 250

    def test_is_maximized_again_and_has_its_size_for_afterwards(self, start, node):
        window = start()
        window.resize(700, 500)
        window.showMaximized()
        settle(node)
        close(window, node)
        again = start()
        assert again.isMaximized()
        again.showNormal()
        settle(node)
        assert again.size().toTuple() == (700, 500)

    def test_is_no_larger_than_the_screen_when_it_is_seen_first(self, start):
        window = start()
        room = QGuiApplication.primaryScreen().availableSize()
        window.resize(room.width() + 500, room.height() + 500)
        window_place.fit(window, window._desk.preferences)
        assert window.frameGeometry().width() < room.width()
        assert window.height() <= room.height() - 40

    def test_keeps_the_size_that_it_had_before(self, start, shelf):
        shelf.fields = {"size": (700, 500)}
        window = start()
        window_place.fit(window, window._desk.preferences)
        assert window.size().toTuple() == (700, 500)

    def test_a_place_off_all_screens_is_not_used(self, start, node, shelf):
        close(start(), node)
        shelf.fields |= {"place": (5000, 5000), "size": (700, 500)}
        again = start()
        screen = QGuiApplication.primaryScreen().availableGeometry()
        assert screen.intersects(again.geometry())
        assert again.size().toTuple() == (700, 500)

    def test_is_no_larger_than_a_screen_that_is_smaller_now(self, start, node, shelf):
        close(start(), node)
        shelf.fields |= {"place": None, "size": (9000, 9000)}
        screen = QGuiApplication.primaryScreen().availableSize()
        assert start().size() == screen

    def test_where_nobody_is_told_the_place_it_is_not_remembered(
        self, start, node, shelf, monkeypatch
    ):
        monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
        close(start(), node)
        assert shelf.fields["place"] is None
        assert shelf.fields["size"] is not None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"size": (0, 500)},
            {"size": (MAX_PIXELS + 1, 500)},
            {"place": (0, -MAX_PIXELS - 1)},
            {"list_width": 0.5},
            {"size": (1, 2, 3)},
        ],
    )
    def test_pixels_that_no_screen_has_are_refused(self, wrong):
        with pytest.raises(ValueError):
            convert(wrong, Values)


@pytest.mark.parametrize(
    ("window", "held"),
    [
        ((0, 0, 700, 500), True),
        ((900, 700, 700, 500), True),
        ((-600, 0, 700, 500), False),
        ((-500, 0, 700, 500), True),
        ((0, -100, 700, 500), False),
        ((0, 770, 700, 500), False),
        ((-1000, 0, 700, 500), True),
        ((5000, 0, 700, 500), False),
    ],
)
def test_enough_of_the_upper_edge_can_be_held(window, held):
    screens = [QRect(0, 0, 1280, 800), QRect(-1200, 0, 600, 800)]
    assert window_place.can_be_held(QRect(*window), screens) is held


def shown(window):
    return getattr(window.pages.currentWidget(), "contact", "")


class TestTheConversation:
    @pytest.fixture
    def told(self, node):
        """The node keeps the setting."""
        node.settings[SETTING] = ""

        def put(request):
            node.settings[request.name] = request.value
            return schema.Nothing()

        node.replies[schema.Set] = put
        return node.settings

    def test_that_was_open_last_is_open_again(self, start, node, told, shelf):
        window = start()
        window.list.select(1)
        settle(node)
        second = shown(window)
        close(window, node)
        assert told[SETTING] == second
        assert second not in str(shelf.fields), "which can be read without the passphrase"
        again = start()
        assert shown(again) == second

    def test_is_not_remembered_where_the_list_was_seen_last(self, start, node, told):
        told[SETTING] = BOB.id
        window = start()
        assert shown(window) == BOB.id
        window._desk.back()
        close(window, node)
        assert told[SETTING] == ""
        assert shown(start()) == ""

    def test_is_that_below_another_page(self, start, node, told):
        window = start()
        window.list.select(0)
        first = shown(window)
        window._desk.open_page("settings")
        close(window, node)
        assert told[SETTING] == first

    def test_waits_behind_the_curtain(self, start, node, told, shelf):
        told[SETTING] = BOB.id
        window = start(within=False)
        assert window._desk.lock.locked
        asked = [type(request) for request in node.asked]
        assert schema.Settings not in asked
        assert shown(window) == ""
        window._desk.lock.unlock("open sesame")
        settle(node)
        assert shown(window) == BOB.id

    def test_stays_remembered_when_the_window_is_locked(self, start, node, told):
        window = start()
        window.list.select(0)
        first = shown(window)
        window._desk.lock.lock()
        settle(node)
        assert told[SETTING] == first
        close(window, node)
        assert told[SETTING] == first

    def test_of_somebody_who_is_gone_is_not_opened(self, start, told):
        told[SETTING] = "00ff"
        assert shown(start()) == ""

    def test_does_not_take_the_place_of_what_somebody_has_opened(self, start, node, told):
        told[SETTING] = BOB.id
        window = start()
        window._desk.open_page("shortcuts")
        window._desk._begin_with(BOB.id)
        assert window._desk._way[-1] == ("shortcuts", "")

    def test_walking_through_the_list_is_one_write(self, start, node, told):
        window = start()
        for _ in range(6):
            window.list.step(1)
        settle(node)
        before = [request for request in node.asked if isinstance(request, schema.Set)]
        window._desk._last.store()
        settle(node)
        after = [request for request in node.asked if isinstance(request, schema.Set)]
        assert len(after) == len(before) + 1 == 1

    def test_is_missing_once_where_it_cannot_be_stored(self, start, node):
        def full(_):
            raise DiskFull

        node.replies[schema.Set] = full
        window = start()
        window.list.select(0)
        close(window, node)
