"""The first run in the real window, by keys and by mouse, over a node in memory."""

from pathlib import Path

import pytest
from fake_node import PHRASE, FakeNode, FakeStarter
from fake_windows import FakeWindows
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox
from tab_order import by_tab, controls, nameless, to_be_reached

from onionchat.errors import DiskFull, KeyslotMissing, NoProfile, ProfileExists
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.first_run import Step
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

SECRET = "correct horse battery"
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.running = False
    return made


@pytest.fixture
def starter(node):
    made = FakeStarter(node)
    made.lacks = NoProfile()
    return made


@pytest.fixture
def window(qtbot, node, starter, look):
    desk = Desk(node, starter, lambda: node.now)
    made = MainWindow(desk, look)
    qtbot.addWidget(made, before_close_func=lambda _: desk.session.open())
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    desk.session.open()
    made.desk = desk
    return made


class Hand:
    """Somebody at the window."""

    def __init__(self, window, node, qtbot):
        self.window, self.node, self.qtbot = window, node, qtbot

    @property
    def pages(self):
        return self.window.first_run.pages

    @property
    def card(self):
        return self.pages.card

    @property
    def step(self):
        return self.pages.model.step

    def type(self, *words, key=ENTER):
        """Into whatever has the focus, each with Enter."""
        for text in words:
            self.qtbot.keyClicks(self.window.focusWidget(), text)
            self.press(key)

    def press(self, *keys):
        self.qtbot.keyClick(self.window.focusWidget() or self.window, *keys)

    def click(self, button):
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def until(self, step):
        """By keys, to a step."""
        going = {
            Step.WELCOME: lambda: self.press(ENTER),
            Step.NAME: lambda: self.type("Zoe"),
            Step.PASSPHRASE: lambda: self.type(SECRET, SECRET),
            Step.CREATING: self.node.deliver,
            Step.WORDS: lambda: self.press(ENTER),
        }
        while self.step != step:
            going[self.step]()
        QApplication.processEvents()

    def asked(self):
        return [PHRASE[place - 1] for place in self.pages.model.places]


@pytest.fixture
def hand(window, node, qtbot):
    return Hand(window, node, qtbot)


def visible(window):
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_by_keys_from_an_empty_folder_to_the_main_window(window, hand, node, starter):
    hand.until(Step.WORDS)
    assert starter.made == [("Zoe", SECRET)]
    for number, word in enumerate(PHRASE, 1):
        assert f"{number:>2}  {word}" in visible(window)
    hand.press(ENTER)
    hand.type(*hand.asked())
    assert window.desk.session.phase == Phase.STARTING
    assert window.first_run.pages is None and PHRASE[0] not in visible(window)
    node.deliver()
    assert window.desk.session.phase == Phase.READY
    assert window.outer.currentIndex() == 1


def test_by_mouse_from_an_empty_folder_to_the_main_window(window, hand, node, starter):
    hand.click(hand.card.main)
    hand.card.name.setText("Zoe")
    hand.click(hand.card.main)
    hand.card.first_time.setText(SECRET)
    hand.card.again.setText(SECRET)
    hand.click(hand.card.main)
    node.deliver()
    hand.click(hand.card.main)
    for field, word in zip(hand.card.fields, hand.asked(), strict=True):
        field.setText(word)
    hand.click(hand.card.main)
    node.deliver()
    assert starter.made == [("Zoe", SECRET)]
    assert window.desk.session.phase == Phase.READY


def test_the_language_is_chosen_at_the_first_page_and_another_window_speaks_it(
    window, hand, starter, qtbot
):
    window.desk.windows = FakeWindows(own="/nowhere/own")
    languages = hand.card.languages
    assert languages.currentData() == "en"
    hand.pages.language_picked.emit("de")
    assert window.desk.windows.opened == [Path("/nowhere/own")]
    assert window.desk.windows.spoken == ["de"]
    assert not window.isVisible(), "it has nothing to lose"
    assert starter.made == []


def test_the_language_that_is_spoken_is_no_other(window, hand):
    picked = []
    hand.pages.language_picked.connect(picked.append)
    hand.card.languages.picked.emit("en")
    hand.card.languages.picked.emit("de")
    assert picked == ["de"]


def test_a_window_that_cannot_be_started_leaves_this_one(window, hand):
    window.desk.windows = FakeWindows(own="/nowhere/own")
    window.desk.windows.works = False
    hand.pages.language_picked.emit("de")
    assert window.isVisible() and hand.step == Step.WELCOME


def test_enter_on_another_button_does_not_go_on(hand):
    hand.until(Step.NAME)
    hand.pages.back.setFocus()
    hand.press(ENTER)
    assert hand.step == Step.WELCOME


def test_a_name_that_cannot_be_is_said_where_it_is_typed(hand, window, starter):
    hand.until(Step.NAME)
    window.focusWidget().insert("A\u202e")
    assert "U+202E" in hand.card.problem.words.text() and hand.card.problem.isVisible()
    hand.press(ENTER)
    assert hand.step == Step.NAME and window.focusWidget() is hand.card.name
    hand.press(Qt.Key.Key_Backspace)
    assert not hand.card.problem.isVisible()
    hand.press(ENTER)
    assert hand.step == Step.PASSPHRASE


@pytest.mark.parametrize(
    "back",
    [
        lambda hand: hand.click(hand.pages.back),
        lambda hand: hand.press(ESCAPE),
        lambda hand: hand.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
    ],
    ids=["arrow", "Escape", "Alt+Left"],
)
def test_every_way_back_keeps_the_name_and_not_the_passphrase(hand, back):
    hand.until(Step.PASSPHRASE)
    hand.type(SECRET)
    back(hand)
    assert hand.card.name.text() == "Zoe"
    hand.press(ENTER)
    assert hand.card.first_time.text() == hand.card.again.text() == ""


def test_from_a_profile_that_is_made_escape_leads_nowhere(hand):
    hand.until(Step.CREATING)
    hand.press(ESCAPE)
    assert hand.step == Step.CREATING and not hand.pages.back.isVisible()
    hand.until(Step.WORDS)
    hand.press(ESCAPE)
    assert hand.step == Step.WORDS and not hand.pages.back.isVisible()
    hand.press(ENTER)
    hand.press(ESCAPE)
    assert hand.step == Step.WORDS


def test_a_passphrase_that_is_not_taken_is_said_where_it_is_typed(hand, window):
    hand.until(Step.PASSPHRASE)
    hand.type("short", "short")
    assert "8 characters" in hand.card.problem.words.text()
    assert window.focusWidget() is hand.card.first_time
    hand.card.first_time.setText(SECRET)
    assert not hand.card.problem.isVisible()
    hand.card.again.setFocus()
    hand.press(ENTER)
    assert "different" in hand.card.problem.words.text()
    assert window.focusWidget() is hand.card.again
    assert hand.card.first_time.text() == SECRET


def test_the_strength_is_said_in_words_while_one_types(hand, qtbot):
    hand.until(Step.PASSPHRASE)
    field = hand.card.first_time
    for text, word in (("password", "Very weak"), ("five words chosen by chance", "Strong")):
        with qtbot.waitSignal(hand.pages.model.new_passphrase.rated):
            field.setText(text)
        assert word in hand.card.meter.words.text()
        assert word in field.accessibleDescription()
        assert not hand.card.meter.grab().isNull()
    assert "Nobody can restore" in field.accessibleDescription()


def test_a_passphrase_is_hidden_until_one_wants_to_see_it(hand):
    hand.until(Step.PASSPHRASE)
    fields = (hand.card.first_time, hand.card.again)
    for mode in (QLineEdit.EchoMode.Password, QLineEdit.EchoMode.Normal):
        assert [field.echoMode() for field in fields] == [mode, mode]
        hand.click(hand.card.reveal)


def test_what_failed_is_said_and_tried_again(hand, node, starter):
    starter.problem = DiskFull()
    hand.until(Step.CREATING)
    assert hand.card.busy.isVisible()
    node.deliver()
    assert not hand.card.busy.isVisible()
    assert hand.card.problem.words.text() == worded(DiskFull())
    starter.problem = None
    hand.press(ENTER)
    assert hand.card.busy.isVisible()
    node.deliver()
    assert hand.step == Step.WORDS


def test_a_profile_that_appeared_is_opened(window, hand, node, starter):
    hand.until(Step.CREATING)
    starter.problem, starter.lacks = ProfileExists(), None
    node.deliver()
    hand.click(hand.card.main)
    node.deliver()
    assert window.desk.session.phase == Phase.LOCKED and window.start.passphrase.isVisible()


def test_wrong_words_are_said_and_can_be_corrected(window, hand):
    hand.until(Step.CHECK)
    one, other = hand.asked()
    hand.type(one, "zoo")
    number = str(hand.pages.model.places[1])
    assert number in hand.card.problem.words.text()
    assert window.focusWidget() is hand.card.fields[1]
    hand.click(hand.card.look_again)
    assert PHRASE[0] in visible(window)


def test_the_words_can_be_walked_through_and_neither_selected_nor_copied(window, hand, qtbot):
    hand.until(Step.WORDS)
    QApplication.clipboard().setText("before")
    cells = hand.card.grid.cells
    assert window.focusWidget() is cells[0]
    said = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
        hand.press(key)
        said.append(window.focusWidget().accessibleName())
    assert said[1] == f"Word 5: {PHRASE[4]}"
    assert said[-1] == f"Word 1: {PHRASE[0]}", "there is nothing above"
    hand.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    hand.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before"
    flags = {cell.textInteractionFlags() for cell in cells}
    assert flags == {Qt.TextInteractionFlag.NoTextInteraction}


def question(window):
    (shown,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    return shown


def close(window, qtbot):
    window.close()


def quit_by_key(window, qtbot):
    window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("leave", [close, quit_by_key])
@pytest.mark.parametrize("step", [Step.WORDS, Step.CHECK])
def test_closing_over_words_that_nobody_confirmed_asks_first(
    window, hand, starter, qtbot, leave, step
):
    hand.until(step)
    leave(window, qtbot)
    question(window).reject()
    assert window.isVisible() and hand.step == step
    QApplication.processEvents()
    leave(window, qtbot)
    leave(window, qtbot)
    next(one for one in question(window).buttons() if one.text() == "Close").click()
    assert not window.isVisible()
    assert starter.stopped == 0 and not hand.pages.model.words


def told_to_end(window, qtbot):
    """As at the end of the desktop's session."""
    window.leaving.go()
    qtbot.waitUntil(lambda: not window.isVisible())


@pytest.mark.parametrize("leave", [close, quit_by_key, told_to_end])
def test_closing_while_the_profile_is_made_stops_that(window, hand, starter, qtbot, leave):
    hand.until(Step.CREATING)
    leave(window, qtbot)
    assert not window.isVisible()
    assert starter.stopped == 1


def test_closing_before_leaves_nothing(window, hand, starter):
    hand.until(Step.PASSPHRASE)
    window.close()
    assert not window.isVisible()
    assert starter.made == []


def test_who_lost_only_the_key_is_offered_no_first_run(window, starter):
    assert window.first_run.pages is not None
    starter.lacks = KeyslotMissing()
    window.desk.session.open()
    assert window.first_run.pages is None
    assert window.start.problem.words.text() == worded(KeyslotMissing())


def test_who_has_no_key_can_begin_anew_knowing_that_what_is_there_stays(
    window, node, starter, qtbot
):
    starter.lacks = KeyslotMissing()
    window.desk.session.open()
    said = window.start.saying.text()
    assert "puts the old files aside" in said and "nothing is deleted" in said
    assert "ended while the profile was being made" in said, "then there are no old messages"
    qtbot.mouseClick(window.start.anew, Qt.MouseButton.LeftButton)
    model = window.first_run.pages.model
    model.begin()
    model.choose_name("Ada")
    model.choose_passphrase(SECRET, SECRET)
    assert starter.made, "the core puts the old database aside"


@pytest.mark.parametrize("step", [*Step][:-1])
def test_every_control_has_a_name_and_is_reached_by_tab_in_reading_order(
    window, hand, starter, qtbot, step
):
    hand.until(step)
    shown = [one for one in controls(hand.pages) if one.isVisible()]
    assert nameless(shown) == []
    reached = by_tab(window, hand.card.first, qtbot)
    assert [one for one in to_be_reached(hand.pages) if one not in reached] == []
    inside = [one for one in reached if hand.card.isAncestorOf(one)]
    places = [one.mapTo(hand.pages, one.rect().center()) for one in inside]
    assert places == sorted(places, key=lambda place: (place.y() // 8, place.x()))
    labels = [label for label in hand.pages.findChildren(QLabel) if label.pixmap().isNull()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
