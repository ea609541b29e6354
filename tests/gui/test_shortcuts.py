"""The keys of the window: one table, no two alike, each in the page and each doing what it says."""

from collections import Counter

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtGui import QKeySequence, QShortcut, Qt
from PySide6.QtWidgets import QApplication, QLabel

from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Step
from onionchat_gui.views import shortcuts
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.shortcuts import KEYS, REPEATED, Action
from onionchat_gui.views.shortcuts_page import ShortcutsPage

PEOPLE = [contact(number) for number in range(3)]
ALL = Qt.KeyboardModifier
SHIFT = ALL.ControlModifier | ALL.ShiftModifier


@pytest.fixture
def node(qapp):
    made = FakeNode(*PEOPLE)
    made.history[PEOPLE[0].id] = [message(number, PEOPLE[0]) for number in range(40)]
    return made


@pytest.fixture
def desk(node):
    return Desk(node, FakeStarter(node), lambda: node.now)


@pytest.fixture
def window(qtbot, node, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    desk.session.open()
    node.deliver()
    return made


@pytest.fixture
def way(desk):
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    return shown


def spelt(keys):
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def test_no_two_actions_have_the_same_keys():
    every = Counter(spelt(keys) for action in Action for keys in KEYS[action])
    assert [keys for keys, times in every.items() if times > 1] == []
    assert "" not in every, "a key that Qt does not know"


def test_every_action_has_words_and_stands_in_the_page_once(qtbot, desk, look):
    listed = [action for _, actions in shortcuts.groups() for action in actions]
    assert sorted(listed) == sorted(Action)
    page = ShortcutsPage(desk, look)
    qtbot.addWidget(page)
    labels = [found.text() for found in page.findChildren(QLabel)]
    assert {shortcuts.title(action) for action in Action} <= set(labels)
    assert {shortcuts.native(KEYS[action][0]) for action in Action} <= set(labels)


def test_in_a_narrow_window_keys_stand_below_each_other(qtbot, desk, look):
    page = ShortcutsPage(desk, look)
    qtbot.addWidget(page)
    page.resize(400, 500)
    page.show()
    QApplication.processEvents()
    assert page.area.widget().width() <= page.area.viewport().width()


def test_every_key_but_those_of_text_boxes_is_made_once_in_the_window(window, desk, node):
    desk.open_page("conversation", PEOPLE[0].id)
    node.deliver()
    made = Counter(found.key().toString() for found in window.findChildren(QShortcut))
    wanted = [action for action in Action if action not in shortcuts.BUILT_IN]
    assert made == Counter(spelt(keys) for action in wanted for keys in KEYS[action])


def test_a_key_that_is_held_is_pressed_once_but_for_walking_through_conversations(window):
    repeated = {
        made.key().toString() for made in window.findChildren(QShortcut) if made.autoRepeat()
    }
    walking = {QKeySequence(keys).toString() for action in REPEATED for keys in KEYS[action]}
    assert repeated == walking
    assert Action.PANIC not in REPEATED


def test_a_tooltip_can_say_the_key(qapp):
    assert shortcuts.with_keys("Settings", Action.SETTINGS) == "Settings (Ctrl+,)"


def test_the_menu_says_the_keys_and_has_none_of_its_own(window):
    lines = window.menu_button.menu().actions()
    words = dict(line.text().split("\t") for line in lines if "\t" in line.text())
    assert words["Add a contact"] == "Ctrl+N"
    assert words["Quit"] == "Ctrl+Q"
    assert all(line.shortcut().isEmpty() for line in lines)


def test_quit_in_the_menu_asks_as_the_key_does(window):
    (line,) = (a for a in window.menu_button.menu().actions() if a.text().startswith("Quit"))
    line.trigger()
    assert window.leaving.step == Step.ASKED


def test_ctrl_tab_goes_through_the_conversations_and_round(window, way, qtbot):
    order = [contact(number).id for number in (0, 1, 2)]
    for _ in range(4):
        qtbot.keyClick(window, Qt.Key.Key_Tab, ALL.ControlModifier)
    assert [id_ for _, id_ in way] == [*order, order[0]]
    way.clear()
    qtbot.keyClick(window, Qt.Key.Key_Up, ALL.AltModifier)
    qtbot.keyClick(window, Qt.Key.Key_Backtab, SHIFT)
    assert [id_ for _, id_ in way] == [order[2], order[1]]


def test_back_from_nowhere_begins_at_the_last_conversation(window, way, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Up, ALL.AltModifier)
    assert way == [("conversation", PEOPLE[2].id)]


def test_a_number_chooses_its_conversation_if_there_is_one(window, way, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_2, ALL.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_9, ALL.ControlModifier)
    assert way == [("conversation", PEOPLE[1].id)]


@pytest.mark.parametrize(
    ("key", "modifier", "page"),
    [
        (Qt.Key.Key_N, ALL.ControlModifier, "add"),
        (Qt.Key.Key_Comma, ALL.ControlModifier, "settings"),
        (Qt.Key.Key_F1, ALL.NoModifier, "shortcuts"),
        (Qt.Key.Key_Slash, ALL.ControlModifier, "shortcuts"),
    ],
)
def test_pages_are_opened_by_keys_but_not_where_the_window_is_locked(
    window, node, way, qtbot, key, modifier, page
):
    qtbot.keyClick(window, key, modifier)
    assert way == [(page, "")]
    node.lose()
    node.deliver()
    way.clear()
    qtbot.keyClick(window, key, modifier)
    assert way == []


def test_ctrl_end_shows_the_newest_message_also_from_the_composer(window, desk, node, qtbot):
    desk.open_page("conversation", PEOPLE[0].id)
    node.deliver()
    page = window.pages.currentWidget()
    bar = page.messages.verticalScrollBar()
    box = page.composer.box
    for text in ("", "Half"):
        box.setPlainText(text)
        box.moveCursor(box.textCursor().MoveOperation.Start)
        bar.setValue(bar.minimum())
        assert bar.value() < bar.maximum()
        if text:
            qtbot.keyClick(box, Qt.Key.Key_End, ALL.ControlModifier)
            assert box.textCursor().atEnd()
            assert bar.value() < bar.maximum(), "first to the end of what is written"
        qtbot.keyClick(box, Qt.Key.Key_End, ALL.ControlModifier)
        assert bar.value() == bar.maximum()


def test_with_nobody_there_the_keys_do_nothing(qtbot, look):
    node = FakeNode()
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    window = MainWindow(desk, look)
    qtbot.addWidget(window)
    window.show()
    desk.session.open()
    node.deliver()
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    qtbot.keyClick(window, Qt.Key.Key_Tab, ALL.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_1, ALL.ControlModifier)
    assert shown == []
