"""Destroying the profile: by the card, by the panic key, with and without a node that answers."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from onionchat.control import schema
from onionchat.errors import KeyslotMissing, NoProfile, Refused, StorageFailed
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.preferences import Preferences, Scheme, Values
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.viewmodels.wiping import PANIC_PAUSE, PANIC_SECONDS
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")
PANIC = (
    Qt.Key.Key_Delete,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.history[BOB.id] = [message(n, BOB) for n in range(3)]
    made.replies[schema.Wipe] = schema.StopReply(1)
    return made


@pytest.fixture
def desk(node, clock):
    preferences = Preferences()
    preferences.change(panic_key=True, recent_emoji=("🧅",))
    starter = FakeStarter(node)
    made = Desk(node, starter, lambda: node.now, preferences=preferences, steady=clock)
    made.session.open()
    node.deliver()
    return made


def orders(node):
    return [request for request in node.asked if isinstance(request, schema.Wipe)]


def refusing(error):
    def answer(_):
        raise error

    return answer


# --- Whom to ask ---------------------------------------------------------------------------------


def test_the_node_of_this_profile_is_asked_and_nothing_of_it_stays(desk, node):
    desk.conversation(BOB.id)
    node.deliver()
    desk.wiping.wipe()
    assert desk.wiping.busy
    node.deliver()
    assert orders(node) == [schema.Wipe(confirm="wipe", profile="1:2")]
    assert desk.starter.destroyed == 0
    assert (desk.session.phase, desk.session.sentence) == (Phase.NO_PROFILE, "")
    assert desk.session.status is None
    assert desk.conversations.rowCount() == 0
    assert desk._open == {}
    assert desk.preferences.values == Values(), "no emoji, no language that somebody had"
    assert not desk.wiping.busy
    assert not node.connected, "it hung up"


def test_a_node_that_cannot_is_passed_over(desk, node):
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.wiping.wipe()
    node.deliver()
    assert desk.starter.destroyed == 1
    assert desk.session.phase == Phase.NO_PROFILE


def test_a_node_that_hangs_is_passed_over(desk, node):
    desk.wiping.wipe()
    answer = node._queue.pop()
    desk.wiping._patience.timeout.emit()
    node.deliver()
    assert desk.starter.destroyed == 1
    assert desk.session.phase == Phase.NO_PROFILE
    answer()
    assert desk.session.phase == Phase.NO_PROFILE, "a late answer changes nothing"


def test_without_a_node_it_is_done_all_the_same(desk, node):
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.LOCKED
    desk.wiping.wipe()
    node.deliver()
    assert desk.starter.destroyed == 1
    assert desk.session.phase == Phase.NO_PROFILE


def test_a_node_that_the_window_has_not_joined_is_found_and_destroys_itself(desk, node):
    node.lose()
    node.deliver()
    # In a terminal, meanwhile.
    node.running = True
    desk.wiping.wipe()
    node.deliver()
    assert orders(node)[1:] == [schema.Wipe(confirm="wipe", profile="1:2")]
    assert desk.starter.destroyed == 0
    assert (desk.session.phase, desk.conversations.rowCount()) == (Phase.NO_PROFILE, 0)


def test_a_node_that_was_lost_a_moment_ago_is_found(desk, node):
    node.lose(ended=False)
    assert desk.session.phase == Phase.LOST
    desk.wiping.wipe()
    node.deliver()
    assert desk.starter.destroyed == 0
    assert desk.session.phase == Phase.NO_PROFILE


def test_a_node_that_is_found_and_refuses_shows_nothing(desk, node):
    node.lose()
    node.deliver()
    node.running = True
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.problem = Refused("The disk cannot be written.")
    desk.wiping.wipe()
    node.deliver()
    assert not desk.wiping.busy
    assert (desk.session.phase, desk.conversations.rowCount()) == (Phase.CURTAIN, 0)


def test_a_node_that_is_starting_is_ended_and_its_late_word_changes_nothing(desk, node):
    node.lose()
    node.deliver()
    desk.session.unlock("open sesame")
    (started,) = node._queue
    node._queue.clear()
    desk.wiping.wipe()
    node.deliver()
    assert desk.starter.killed == 1
    assert desk.session.phase == Phase.NO_PROFILE
    started()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE
    desk.starter.problem = StorageFailed()
    started()
    assert desk.session.phase == Phase.NO_PROFILE


def test_files_that_a_node_holds_open_are_said(desk, node):
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.files_left = True
    desk.wiping.wipe()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE
    assert "still has your messages in its memory" in desk.session.sentence


def test_what_could_not_be_destroyed_is_said_and_can_be_tried_again(desk, node):
    said = []
    desk.wiping.failed.connect(said.append)
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.problem = Refused("The disk cannot be written.")
    desk.wiping.wipe()
    node.deliver()
    assert said == ["The disk cannot be written."]
    assert desk.session.phase == Phase.READY
    desk.starter.problem = None
    desk.wiping.wipe()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE


# --- The panic key -------------------------------------------------------------------------------


def test_pressed_once_it_does_nothing(desk, node, clock):
    desk.wiping.press()
    assert desk.wiping.armed and desk.wiping.left == PANIC_SECONDS
    clock.now += PANIC_SECONDS
    desk.wiping.tick()
    assert not desk.wiping.armed
    assert orders(node) == []


def test_pressed_twice_within_five_seconds_it_destroys(desk, node, clock):
    desk.wiping.press()
    clock.now += PANIC_SECONDS - 0.1
    desk.wiping.press()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE


def test_pressed_again_later_it_asks_again(desk, node, clock):
    desk.wiping.press()
    clock.now += PANIC_SECONDS + 0.1
    desk.wiping.press()
    assert desk.wiping.armed
    assert orders(node) == []


def test_a_key_that_is_held_or_bounces_is_pressed_once(desk, node, clock):
    for _ in range(3):
        desk.wiping.press()
        clock.now += 0.09
    assert desk.wiping.armed
    assert orders(node) == []


def test_who_has_not_chosen_it_has_none(desk, node):
    desk.preferences.change(panic_key=False)
    desk.wiping.press()
    desk.wiping.press()
    assert not desk.wiping.armed
    assert orders(node) == []


def test_it_works_in_a_locked_window_too(desk, node, clock):
    desk.lock.lock()
    desk.wiping.press()
    clock.now += PANIC_PAUSE
    desk.wiping.press()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE
    assert not desk.lock.locked


# --- The window ----------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def card(window, desk, node):
    desk.open_page("settings")
    node.deliver()
    return window.pages.currentWidget().cards["danger"]


def test_the_word_must_be_typed(card, node, qtbot):
    assert not card.destroy.isEnabled()
    qtbot.keyClicks(card.word, "wip")
    qtbot.keyClick(card.word, Qt.Key.Key_Return)
    assert "wipe" in card.problem.words.text(), "Enter says what is missing"
    assert orders(node) == []
    qtbot.keyClicks(card.word, "e")
    assert card.destroy.isEnabled()


class Clipboard:
    """One that holds what this window copied, and a selection of somebody else's."""

    def __init__(self):
        self.cleared = []

    def ownsClipboard(self):
        return True

    def ownsSelection(self):
        return False

    def clear(self, mode):
        self.cleared.append(mode)


def test_the_card_destroys_and_nothing_stays_on_the_screen(card, window, node, qtbot, monkeypatch):
    clipboard = Clipboard()
    monkeypatch.setattr(QGuiApplication, "clipboard", lambda: clipboard)
    qtbot.keyClicks(card.word, "Wipe")
    qtbot.mouseClick(card.destroy, Qt.MouseButton.LeftButton)
    assert not card.word.isEnabled()
    node.deliver()
    assert window.outer.currentWidget() is not window.area
    assert window._own.text() == ""
    assert window.windowTitle() == "onionchat"
    assert clipboard.cleared == [QClipboard.Mode.Clipboard]


def test_what_went_wrong_stands_below_the_word(card, node, desk, qtbot):
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.problem = Refused("The disk cannot be written.")
    qtbot.keyClicks(card.word, "wipe")
    qtbot.keyClick(card.word, Qt.Key.Key_Return)
    node.deliver()
    assert card.problem.words.text() == "The disk cannot be written."
    assert card.word.isEnabled()


def test_that_it_is_done_is_said_with_what_was_not_possible_until_one_goes_on(
    card, window, node, qtbot
):
    qtbot.keyClicks(card.word, "wipe")
    qtbot.keyClick(card.word, Qt.Key.Key_Return)
    node.deliver()
    pages = window.first_run.pages
    assert pages.card.title.text() == "The profile was destroyed"
    said = " ".join(words.text() for words in pages.card.texts)
    for what in ("nobody can open", "backups", "recovery phrase", "your contacts have"):
        assert what in said
    assert window.focusWidget() is pages.card.main
    assert pages.card.main.accessibleDescription() in said, "it is read out"
    pages.model.begin()
    pages.model.back()
    assert pages.card.title.text() == "Welcome to onionchat"


def test_after_the_panic_key_nothing_tells_who_looks_that_there_was_something(
    window, desk, node, clock, qtbot
):
    qtbot.keyClick(window, *PANIC)
    clock.now += PANIC_PAUSE
    qtbot.keyClick(window, *PANIC)
    node.deliver()
    assert window.first_run.pages.card.title.text() == "Welcome to onionchat"


def test_what_could_not_be_removed_is_said_and_nobody_is_told_of_a_lost_key(window, desk, node):
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.files_left = True
    desk.wiping.wipe(silent=True)
    node.deliver()
    page = window.start
    assert page.saying.text().startswith("This profile is destroyed")
    assert "still has your messages in its memory" in page.problem.words.text()
    desk.starter.lacks = KeyslotMissing()
    page.button.click()
    assert "still has your messages in its memory" in page.problem.words.text()
    desk.starter.lacks = NoProfile()
    page.button.click()
    assert window.first_run.pages.card.title.text() == "The profile was destroyed"


def test_the_panic_key_covers_the_window_and_destroys_at_the_second_press(
    window, desk, node, clock, qtbot
):
    qtbot.keyClick(window, *PANIC)
    sheet = window.panic
    assert sheet.isVisible()
    assert sheet.size() == window.size()
    assert window.focusWidget() is sheet.cancel, "Enter is no way to destroy anything"
    assert "5" in sheet.saying.text()
    clock.now += PANIC_PAUSE
    qtbot.keyClick(window, *PANIC)
    node.deliver()
    assert not sheet.isVisible()
    assert desk.session.phase == Phase.NO_PROFILE


@pytest.mark.parametrize(
    "think_better",
    [
        lambda window, qtbot: qtbot.keyClick(window, Qt.Key.Key_Escape),
        lambda window, qtbot: qtbot.keyClick(window.panic.cancel, Qt.Key.Key_Space),
        lambda window, qtbot: qtbot.mouseClick(window.panic.cancel, Qt.MouseButton.LeftButton),
    ],
    ids=["Escape", "blank", "click"],
)
def test_one_can_think_better_of_it(window, desk, node, qtbot, think_better):
    desk.open_page("conversation", BOB.id)
    node.deliver()
    window.search.setFocus()
    qtbot.keyClick(window, *PANIC)
    think_better(window, qtbot)
    assert not window.panic.isVisible()
    assert not desk.wiping.armed
    assert window.focusWidget() is window.search
    assert window._shown == ("conversation", BOB.id), "Escape led nowhere else"
    assert orders(node) == []


def test_it_works_from_the_dialogs_of_a_message_and_closes_them(window, desk, node, clock, qtbot):
    desk.open_page("conversation", BOB.id)
    node.deliver()
    dialog = QDialog(window.pages.currentWidget())
    window.pages.currentWidget()._show(dialog)
    assert dialog.isModal()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, *PANIC)
    assert not dialog.isVisible()
    assert window.panic.isVisible()
    qtbot.waitUntil(window.isActiveWindow)
    clock.now += PANIC_PAUSE
    qtbot.keyClick(window, *PANIC)
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE


def test_behind_the_warning_nothing_is_reached_and_nothing_done(window, desk, qtbot):
    cancel = window.panic.cancel
    qtbot.keyClick(window, *PANIC)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        qtbot.keyClick(cancel, key)
        assert cancel.hasFocus()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert cancel.hasFocus() and window.panic.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not window.panic.isVisible() and not desk.wiping.armed
    assert window.curtain.isVisible(), "who locks is not made to wait"


def test_a_panic_that_failed_says_why_until_it_is_closed(window, desk, node, clock, qtbot):
    node.replies[schema.Wipe] = refusing(StorageFailed())
    desk.starter.problem = Refused("The disk cannot be written.")
    qtbot.keyClick(window, *PANIC)
    clock.now += PANIC_PAUSE
    qtbot.keyClick(window, *PANIC)
    node.deliver()
    assert window.panic.isVisible()
    assert window.panic.problem.words.text() == "The disk cannot be written."
    window.panic.cancel.click()
    assert not window.panic.isVisible()


def test_looks_are_as_the_system_has_them_when_the_profile_is_gone(window, desk, node, look):
    desk.preferences.change(scheme=Scheme.DARK, text_scale=150)
    large = look.font().pointSizeF()
    desk.wiping.wipe()
    node.deliver()
    QApplication.processEvents()
    assert look.font().pointSizeF() == pytest.approx(large / 1.5)
