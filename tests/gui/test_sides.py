"""The list and the page: beside each other, or one of them where the window is narrow."""

import pytest
import screenshots
from fake_node import FakeNode, FakeStarter, contact, message
from long_words import clipped, unreachable
from PySide6.QtCore import QPoint
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication

from onionchat.views import ContactChanged, ContactRemoved
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

BOB, CAROL, DAN = contact(1, name="Bob"), contact(2, name="Carol"), contact(3, name="Dan")
NARROW, WIDE, HIGH = 400, 1000, 640


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB, CAROL, DAN)
    made.history[BOB.id] = [message(n, BOB, text="The bridge is closed") for n in range(30)]
    return made


@pytest.fixture
def desk(node):
    return Desk(node, FakeStarter(node), lambda: node.now)


@pytest.fixture
def window(qtbot, node, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.resize(WIDE, HIGH)
    made.show()
    qtbot.waitExposed(made)
    desk.session.open()
    settle(node)
    return made


def settle(node):
    for _ in range(4):
        node.deliver()
        QApplication.processEvents()


def resize(window, node, width):
    window.resize(width, HIGH)
    settle(node)


@pytest.fixture
def narrow(window, node):
    resize(window, node, NARROW)
    return window


def page(window):
    return window.pages.currentWidget()


def seen(window):
    """Which of both sides is seen: the list, the page, or both."""
    return window.list.isVisible(), page(window).isVisible()


LIST, PAGE, BOTH = (True, False), (False, True), (True, True)


class TestWhichSideIsSeen:
    def test_both_where_there_is_room_and_one_where_there_is_not(self, window, node):
        assert seen(window) == BOTH
        resize(window, node, NARROW)
        assert window.width() == NARROW
        assert seen(window) == LIST
        resize(window, node, WIDE)
        assert seen(window) == BOTH

    def test_a_conversation_stands_alone(self, narrow, node, qtbot):
        place = narrow.list.visualRect(narrow.list.model().index(1, 0)).center()
        qtbot.mouseClick(narrow.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        settle(node)
        assert seen(narrow) == PAGE
        assert page(narrow).contact == CAROL.id
        assert page(narrow).composer.box.hasFocus()
        assert page(narrow).width() == NARROW

    def test_a_page_that_is_open_stays_when_the_window_gets_narrow(self, window, node):
        window.list.select(0)
        settle(node)
        box = page(window).composer.box
        box.setPlainText("half")
        resize(window, node, NARROW)
        assert seen(window) == PAGE
        assert page(window).composer.box is box and box.toPlainText() == "half"
        assert box.hasFocus()

    def test_larger_type_needs_more_room(self, window, node, look):
        assert seen(window) == BOTH
        look.scale(200)
        settle(node)
        assert seen(window) == LIST
        look.scale(100)
        settle(node)
        assert seen(window) == BOTH

    def test_without_contacts_the_first_steps_are_seen_below_the_search_field(self, narrow, node):
        for person in (BOB, CAROL, DAN):
            node.happened.emit((ContactRemoved(person.id, person.name),))
        settle(node)
        assert seen(narrow) == PAGE
        assert page(narrow).add.isVisible()
        assert narrow.search.isVisible() and narrow.menu_button.isVisible()
        node.happened.emit((ContactChanged(BOB),))
        settle(node)
        assert seen(narrow) == LIST

    def test_a_lost_node_is_told_on_every_page(self, narrow, node, desk):
        narrow.list.select(0)
        settle(node)
        assert not narrow._strip.isVisible()
        desk.session._enter(Phase.LOST, "The node ended.")
        settle(node)
        assert seen(narrow) == PAGE
        assert narrow._strip.isVisible()
        desk.session._enter(Phase.READY)
        settle(node)
        assert not narrow._strip.isVisible()

    def test_what_was_moved_between_the_sides_stays_there(self, window, node):
        before = window.list.width()
        window.sides.split.moveSplitter(before + 60, 1)
        settle(node)
        assert window.list.width() == before + 60
        resize(window, node, NARROW)
        resize(window, node, WIDE)
        assert window.list.width() == before + 60


class TestTheWayBack:
    @pytest.fixture
    def conversation(self, narrow, node):
        narrow.list.select(1)
        settle(node)
        return page(narrow)

    def ways(self, window, qtbot, how):
        if how == "arrow":
            qtbot.mouseClick(page(window).back, Qt.MouseButton.LeftButton)
        else:
            keys = {"escape": ("Key_Escape", "NoModifier"), "alt": ("Key_Left", "AltModifier")}
            key, modifier = keys[how]
            window.activateWindow()
            focused = window.focusWidget()
            qtbot.keyClick(focused, Qt.Key[key], Qt.KeyboardModifier[modifier])

    @pytest.mark.parametrize("how", ["arrow", "escape", "alt"])
    def test_leads_from_a_conversation_to_the_list(self, narrow, conversation, node, qtbot, how):
        self.ways(narrow, qtbot, how)
        settle(node)
        assert seen(narrow) == LIST
        assert narrow.list.hasFocus()
        assert narrow.list.currentIndex().row() == 1, "arrow keys go on from where one was"

    def test_leads_to_the_list_however_many_conversations_were_seen(
        self, narrow, conversation, node, qtbot
    ):
        for _ in range(2):
            qtbot.keyClick(narrow, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
            settle(node)
        assert page(narrow).contact == BOB.id
        self.ways(narrow, qtbot, "escape")
        settle(node)
        assert seen(narrow) == LIST

    def test_beside_the_list_back_is_the_conversation_before(self, window, node, desk):
        for row in (0, 1):
            window.list.select(row)
            settle(node)
        assert not page(window).back.isVisible()
        desk.back()
        settle(node)
        assert page(window).contact == BOB.id

    def test_the_arrow_comes_and_goes_with_the_room(self, window, node):
        window.list.select(0)
        settle(node)
        assert not page(window).back.isVisible()
        resize(window, node, NARROW)
        assert page(window).back.isVisible()
        resize(window, node, WIDE)
        assert not page(window).back.isVisible()


class TestSearching:
    def test_the_field_stands_above_what_was_found(self, narrow, node, desk, qtbot):
        narrow.search.setFocus()
        qtbot.keyClicks(narrow.search, "brid")
        desk.search.ask()
        settle(node)
        assert narrow.search.isVisible() and narrow.search.hasFocus()
        assert seen(narrow) == PAGE
        assert page(narrow).results.isVisible()
        below = page(narrow).mapTo(narrow, QPoint(0, 0)).y()
        assert narrow.search.mapTo(narrow, QPoint(0, narrow.search.height())).y() <= below
        qtbot.keyClick(narrow.search, Qt.Key.Key_Down)
        qtbot.keyClick(narrow.search, Qt.Key.Key_Return)
        settle(node)
        assert page(narrow).contact == BOB.id
        assert not narrow.search.isVisible()

    def test_an_emptied_field_leads_back_to_the_list(self, narrow, node, qtbot):
        narrow.search.setFocus()
        qtbot.keyClicks(narrow.search, "b")
        settle(node)
        qtbot.keyClick(narrow.search, Qt.Key.Key_Backspace)
        settle(node)
        assert seen(narrow) == LIST
        assert narrow.search.hasFocus()

    @pytest.mark.parametrize("shifted", [False, True])
    def test_its_keys_work_in_a_conversation_that_stands_alone(
        self, narrow, node, desk, qtbot, shifted
    ):
        narrow.list.select(0)
        settle(node)
        keys = Qt.KeyboardModifier.ControlModifier
        if shifted:
            keys |= Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(page(narrow).composer.box, Qt.Key.Key_F, keys)
        settle(node)
        assert narrow.search.isVisible() and narrow.search.hasFocus()
        assert desk.search.contact == (BOB.id if shifted else "")
        qtbot.keyClick(narrow.search, Qt.Key.Key_Escape)
        settle(node)
        assert seen(narrow) == PAGE
        assert page(narrow).contact == BOB.id


class TestTheFocus:
    def test_goes_to_the_page_when_the_list_goes(self, window, node):
        window.list.select(0)
        settle(node)
        window.list.setFocus()
        resize(window, node, NARROW)
        assert page(window).isAncestorOf(window.focusWidget())
        assert window.focusWidget().hasFocus()

    def test_stays_in_the_search_field(self, window, node):
        window.search.setFocus()
        resize(window, node, NARROW)
        assert window.search.hasFocus()
        resize(window, node, WIDE)
        assert window.search.hasFocus()


SMALLEST = (360, 480)
"""Pixels of the smallest window, with type of the usual size."""


@pytest.mark.parametrize("show", screenshots.SCENES, ids=lambda show: show.__name__)
def test_the_window_gets_as_small_as_a_telephone(show, qapp, look):
    scene = screenshots.Scene(qapp, look)
    try:
        show(scene)
        scene.settle()
        scene.window.resize(*SMALLEST)
        scene.settle()
        assert scene.window.size().toTuple() == SMALLEST
        assert clipped(scene.window) + unreachable(scene.window) == []
    finally:
        scene.window.close()
        scene.window.deleteLater()
        scene.desk.deleteLater()
