"""Locking: what makes the curtain fall, what is behind it, and what lifts it."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
)
from shiboken6 import isValid
from tab_order import controls, nameless

from onionchat.control import schema
from onionchat.errors import (
    DiskFull,
    InvalidInput,
    NodeLocked,
    NoProfile,
    ProfileInUse,
    StorageFailed,
    TextTooLong,
    TooManyTries,
    WrongPassphrase,
)
from onionchat.views import Arrived, ContactChanged, Warned
from onionchat_gui.viewmodels import links
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.lock import LOOK_SECONDS
from onionchat_gui.viewmodels.message_row import Local
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.preferences import Closing, Preferences
from onionchat_gui.viewmodels.session import LOST_TRIES, Phase
from onionchat_gui.views import questions
from onionchat_gui.views.link_dialog import LinkDialog
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.text_reader import TextReader

BOB, CAROL = contact(1, name="Bob"), contact(2, name="Carol", unread=3)
MINUTE = 60.0


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Shelf:
    """A `preferences.Shelf` that two windows may share, one after the other."""

    def __init__(self):
        self.fields = None
        self.stored = 0
        self.full = False

    def load(self):
        if self.fields == "damaged":
            raise InvalidInput("window.json in the profile's folder is damaged.")
        return self.fields

    def store(self, fields):
        if self.full:
            raise StorageFailed("window.json cannot be written: No space left on device.")
        self.fields = fields
        self.stored += 1

    def remove(self):
        self.fields = None


def verify(request):
    if request.passphrase != "open sesame":
        raise WrongPassphrase
    return schema.Nothing()


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB, CAROL)
    made.history[BOB.id] = [message(n, BOB, text="very secret") for n in range(3)]
    made.replies[schema.VerifyPassphrase] = verify
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid", "bamboo"), "", "", "")
    return made


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf():
    return Shelf()


def desk_of(node, shelf, clock):
    preferences = Preferences(shelf)
    preferences.load()
    starter = FakeStarter(node)
    return Desk(node, starter, lambda: node.now, preferences=preferences, steady=clock)


@pytest.fixture
def desk(node, shelf, clock):
    # The window before was closed a moment ago.
    shelf.fields = {"left": node.now}
    made = desk_of(node, shelf, clock)
    made.session.open()
    node.deliver()
    assert made.session.phase == Phase.READY
    return made


def unlock(desk, node, passphrase="open sesame"):
    desk.lock.unlock(passphrase)
    node.deliver()


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


# --- Nothing is shown ----------------------------------------------------------------------------


def test_a_locked_window_has_no_contents_and_the_node_runs_on(desk, node):
    desk.conversation(BOB.id)
    node.deliver()
    desk.lock.lock()
    node.deliver()
    assert desk.session.phase == Phase.CURTAIN
    assert desk.lock.locked
    assert desk.conversations.rowCount() == 0
    assert desk._open == {}
    assert desk.session.status is None
    assert node.connected and node.running


def test_the_node_tells_a_locked_window_that_something_came_and_no_more(desk, node):
    heard = []
    desk.lock.lock()
    node.happened.connect(heard.extend)
    node.arrive(message(5, BOB), message(7, BOB))
    node.tell(ContactChanged(CAROL), Warned("Carol did it."))
    assert heard == [Arrived(), Arrived()]
    assert desk.conversations.rowCount() == 0


def test_answers_that_come_after_locking_show_nothing(desk, node):
    desk.conversation(BOB.id)
    desk.session.refresh()
    desk.conversations.load()
    desk.lock.lock()
    node.deliver()
    assert desk.conversations.rowCount() == 0
    assert desk.session.status is None
    assert desk._open == {}


def test_no_page_opens_while_it_is_locked(desk):
    opened = []
    desk.lock.lock()
    desk.page_opened.connect(lambda *page: opened.append(page))
    desk.open_page("conversation", BOB.id)
    desk.back()
    assert opened == []


def test_the_passphrase_shows_everything_again_and_where_one_was(desk, node):
    desk.open_page("conversation", BOB.id)
    desk.open_page("contact", BOB.id)
    desk.lock.lock()
    opened = []
    desk.page_opened.connect(lambda *page: opened.append(page))
    unlock(desk, node)
    assert desk.session.phase == Phase.READY
    assert not desk.lock.locked and not node.discreet
    assert desk.conversations.rowCount() == 2
    assert opened == [("contact", BOB.id)]
    desk.back()
    assert opened[-1] == ("conversation", BOB.id)


def test_what_came_meanwhile_is_there_after_unlocking(desk, node):
    desk.lock.lock()
    node.arrive(message(5, BOB, text="new"))
    unlock(desk, node)
    rows = desk.conversation(BOB.id)
    node.deliver()
    last = rows.messages.index(rows.messages.rowCount() - 1)
    assert last.data() == "new"


# --- Nothing is lost -----------------------------------------------------------------------------


def test_a_draft_is_stored_before_the_window_locks(desk, node):
    desk.conversation(BOB.id).type("Half a thought")
    desk.lock.lock()
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    assert desk._open == {}


def test_texts_that_could_not_be_sent_become_part_of_the_draft(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.problem = DiskFull()
    conversation.send("first")
    conversation.send("second")
    node.deliver()
    conversation.type("third")
    node.problem = None
    desk.lock.lock()
    node.deliver()
    assert node.drafts == {BOB.id: "first\n\nsecond\n\nthird"}
    assert desk._open == {}


def test_a_text_on_its_way_when_it_locks_is_sent(desk, node):
    desk.conversation(BOB.id)
    node.deliver()
    desk.conversation(BOB.id).send("Quick")
    desk.lock.lock()
    assert desk._open, "its answer is waited for"
    node.deliver()
    assert node.history[BOB.id][-1].text == "Quick"
    assert desk._open == {}
    assert node.drafts == {}


def test_a_text_on_its_way_that_is_refused_becomes_a_draft(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.replies[schema.Send] = lambda _: (_ for _ in ()).throw(DiskFull())
    conversation.send("Precious")
    desk.lock.lock()
    node.deliver()
    assert node.drafts == {BOB.id: "Precious"}
    assert desk._open == {}


def test_a_text_whose_answer_was_lost_is_sent_behind_the_curtain_and_no_draft(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    conversation.send("Quick")
    desk.lock.lock()
    node.lose(ended=False)
    node.connected = False
    node.deliver()
    assert [view.text for view in node.history[BOB.id]].count("Quick") == 1
    assert node.drafts == {}
    assert desk._open == {}


def test_texts_that_the_node_does_not_take_wait_unseen_and_are_there_again(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.problem = TextTooLong()
    conversation.send("Precious")
    node.deliver()
    desk.lock.lock()
    node.deliver()
    assert conversation.messages.rowCount() == 0
    node.problem = None
    unlock(desk, node)
    assert desk.conversation(BOB.id) is conversation
    node.deliver()
    last = conversation.messages.index(conversation.messages.rowCount() - 1)
    row = last.data(MessageRole.ROW)
    assert (row.text, row.view.state) == ("Precious", Local.FAILED)


def test_unlocked_before_its_draft_is_stored_a_text_stands_in_the_list(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Precious")
    node.deliver()
    node.problem = None
    conversation.type("typed")
    desk.lock.lock()
    desk.session.uncover()
    node.deliver()
    assert conversation.messages.failed_texts().popitem()[1] == "Precious"
    assert node.drafts == {BOB.id: "typed"}


def test_a_draft_typed_while_the_node_was_away_is_stored_behind_the_curtain(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.lose(ended=False)
    node.connected = False
    conversation.type("Half a thought")
    desk.lock.lock()
    assert desk.session.phase == Phase.CURTAIN
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    assert desk._open == {}


# --- The passphrase ------------------------------------------------------------------------------


def test_a_wrong_passphrase_says_so_and_opens_nothing(desk, node):
    desk.lock.lock()
    desk.lock.unlock("wrong")
    assert desk.lock.busy
    node.deliver()
    assert not desk.lock.busy
    assert desk.lock.sentence == WrongPassphrase.sentence
    assert desk.session.phase == Phase.CURTAIN


def test_a_node_that_waits_for_it_as_well_is_opened_with_it(desk, node):
    """A home node was restarted, and nobody has opened it yet."""

    def refuse(_):
        raise NodeLocked

    node.replies[schema.VerifyPassphrase] = refuse
    node.replies[schema.Unlock] = schema.Nothing()
    desk.lock.lock()
    unlock(desk, node)
    assert schema.Unlock(passphrase="open sesame") in node.asked
    assert desk.session.phase == Phase.READY
    assert not desk.lock.locked


def test_after_too_many_the_seconds_are_counted_and_nothing_is_asked(desk, node, clock):
    node.replies[schema.VerifyPassphrase] = lambda _: (_ for _ in ()).throw(TooManyTries("x", 4))
    desk.lock.lock()
    unlock(desk, node)
    assert desk.lock.wait == 4
    node.asked.clear()
    unlock(desk, node)
    assert node.asked == []
    clock.now += 2.5
    desk.lock.tick()
    assert desk.lock.wait == 2
    clock.now += 1.5
    desk.lock.tick()
    assert (desk.lock.wait, desk.lock.sentence) == (0, "")
    node.replies[schema.VerifyPassphrase] = verify
    unlock(desk, node)
    assert desk.session.phase == Phase.READY


def test_without_an_answer_it_stays_locked_and_says_why(desk, node):
    desk.lock.lock()
    desk.lock.unlock("open sesame")
    node.lose(ended=False)
    assert desk.session.phase == Phase.CURTAIN
    assert "does not answer" in desk.lock.sentence
    node.deliver()
    unlock(desk, node)
    assert desk.session.phase == Phase.READY


# --- The node behind it --------------------------------------------------------------------------


def test_a_node_that_is_restarted_stays_behind_the_curtain(desk, node):
    desk.lock.lock()
    phases = []
    desk.session.changed.connect(lambda: phases.append(desk.session.phase))
    node.running_at_try = LOST_TRIES
    node.lose()
    node.deliver()
    assert set(phases) == {Phase.CURTAIN}
    assert node.discreet and not asked(node, schema.Contacts)[1:]


def test_a_node_that_ended_is_started_with_the_passphrase(desk, node, shelf):
    desk.lock.lock()
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.LOCKED
    desk.session.unlock("open sesame")
    node.deliver()
    assert desk.session.phase == Phase.READY
    assert not desk.lock.locked and not shelf.fields["locked"]


class TestANodeThatSomebodyElseStarted:
    """The window asks for the passphrase to start one, and finds that one runs."""

    @pytest.fixture(params=["locked", "open"])
    def began(self, request, desk, node):
        if request.param == "locked":
            desk.lock.lock()
        node.lose()
        node.deliver()
        assert desk.session.phase == Phase.LOCKED
        node.running = True
        desk.starter.problem = ProfileInUse()
        node.asked.clear()
        return desk

    def test_says_itself_whether_the_passphrase_is_right(self, began, node):
        began.session.unlock("anything")
        node.step()
        assert began.session.phase == Phase.CURTAIN and began.lock.busy
        node.deliver()
        assert began.session.phase == Phase.CURTAIN
        assert began.lock.sentence == WrongPassphrase.sentence
        assert node.discreet and began.conversations.rowCount() == 0
        assert node.asked == [schema.VerifyPassphrase(passphrase="anything")]

    def test_is_opened_by_the_right_one_without_typing_it_again(self, began, node):
        began.session.unlock("open sesame")
        node.deliver()
        assert began.session.phase == Phase.READY
        assert not began.lock.busy and not node.discreet

    def test_that_has_ended_meanwhile_can_be_started(self, began, node):
        began.session.unlock("open sesame")
        node.running = False
        node.deliver()
        assert began.session.phase == Phase.LOCKED
        assert not began.lock.busy
        began.starter.problem = None
        began.session.unlock("open sesame")
        node.deliver()
        assert began.session.phase == Phase.READY

    def test_pauses_as_behind_a_curtain(self, began, node):
        node.replies[schema.VerifyPassphrase] = lambda _: (_ for _ in ()).throw(
            TooManyTries("x", 4)
        )
        began.session.unlock("anything")
        node.deliver()
        assert (began.lock.wait, began.lock.busy) == (4, False)


def test_a_profile_that_was_away_for_a_moment_is_covered_when_it_is_back(desk, node):
    desk.lock.lock()
    desk.starter.lacks = NoProfile()
    node.lose()
    node.deliver()
    desk.starter.lacks, node.running = None, True
    desk.session.open()
    node.deliver()
    assert desk.session.phase == Phase.CURTAIN


def test_a_profile_that_is_gone_leaves_no_lock(desk, node, shelf):
    desk.lock.lock()
    stored = shelf.stored
    desk.starter.lacks = NoProfile()
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE
    assert not desk.lock.locked
    assert shelf.stored == stored, "nothing is written where the profile was"


# --- Another window ------------------------------------------------------------------------------


def test_a_locked_window_that_is_closed_opens_locked(desk, node, shelf, clock):
    desk.lock.lock()
    other = FakeNode(BOB)
    other.replies[schema.VerifyPassphrase] = verify
    again = desk_of(other, shelf, clock)
    again.session.open()
    other.deliver()
    assert again.session.phase == Phase.CURTAIN
    assert other.discreet
    assert not asked(other, schema.Contacts)
    unlock(again, other)
    assert again.session.phase == Phase.READY
    assert not shelf.fields["locked"]


def test_an_unlocked_window_that_is_closed_opens_as_it_was(desk, node, shelf, clock):
    desk.lock.lock()
    unlock(desk, node)
    desk.lock.leave()
    again = desk_of(node, shelf, clock)
    assert not again.lock.locked


@pytest.mark.parametrize(("minutes", "locked"), [(14, False), (16, True), (-1, True)])
def test_a_window_that_was_closed_for_long_opens_locked(desk, node, shelf, clock, minutes, locked):
    desk.lock.leave()
    node.now += minutes * MINUTE
    assert desk_of(node, shelf, clock).lock.locked is locked


def test_where_it_never_locks_it_does_not_after_closing(desk, node, shelf, clock):
    desk.preferences.change(lock_minutes=0)
    desk.lock.leave()
    node.now += 1e6
    assert not desk_of(node, shelf, clock).lock.locked


class TestAWindowThatDied:
    """Killed, crashed, or its screen went: it closed nothing in order."""

    def test_opens_locked_at_once(self, desk, node, shelf, clock):
        assert desk.session.phase == Phase.READY
        assert desk_of(node, shelf, clock).lock.locked

    def test_opens_locked_though_the_one_before_was_closed_in_order(self, desk, node, shelf, clock):
        desk.lock.leave()
        again = desk_of(node, shelf, clock)
        assert not again.lock.locked
        assert desk_of(node, shelf, clock).lock.locked

    def test_opens_where_the_person_chose_never_to_be_asked(self, desk, node, shelf, clock):
        desk.preferences.change(lock_minutes=0)
        assert not desk_of(node, shelf, clock).lock.locked

    def test_opens_locked_even_there_if_somebody_locked_it(self, desk, node, shelf, clock):
        desk.preferences.change(lock_minutes=0)
        desk.lock.lock()
        assert desk_of(node, shelf, clock).lock.locked

    def test_leaves_no_time_where_its_node_had_ended(self, desk, node, shelf):
        node.lose()
        node.deliver()
        desk.lock.leave()
        assert shelf.fields["left"] is None


class TestWhatTheWindowRemembered:
    @pytest.mark.parametrize("fields", [None, "damaged", {"lock_minutes": "x"}])
    def test_gone_or_damaged_asks(self, node, clock, shelf, fields):
        shelf.fields = fields
        desk = desk_of(node, shelf, clock)
        desk.session.open()
        node.deliver()
        assert desk.session.phase == Phase.CURTAIN
        unlock(desk, node)
        assert desk.session.phase == Phase.READY

    def test_is_left_alone_if_it_is_damaged_and_that_is_said(self, node, clock, shelf):
        shelf.fields = "damaged"
        desk = desk_of(node, shelf, clock)
        assert shelf.stored == 0
        assert "damaged" in desk.notices.shown.sentence

    @pytest.mark.parametrize("minutes", [0, 15])
    def test_not_storable_any_more_asks(self, desk, node, clock, shelf, minutes):
        desk.preferences.change(lock_minutes=minutes)
        shelf.full = True
        desk.lock.lock()
        desk.lock.leave()
        assert desk_of(node, shelf, clock).lock.locked

    def test_that_cannot_be_taken_back_opens_nothing(self, node, clock, shelf):
        shelf.fields, shelf.full = {"left": node.now}, True
        assert desk_of(node, shelf, clock).lock.locked

    def test_comes_back_with_the_next_change_that_can_be_stored(self, desk, shelf):
        desk.preferences.change(text_scale=140)
        shelf.full = True
        desk.lock.lock()
        assert shelf.fields is None
        shelf.full = False
        desk.lock.leave()
        assert (shelf.fields["text_scale"], shelf.fields["locked"]) == (140, True)


def test_bridge_lines_that_were_typed_go_with_the_window_and_nothing_is_asked(desk, node):
    desk.open_page("tor", "bridges")
    bridges = desk.bridges
    bridges.set_text("obfs4 192.0.2.1:443 secret")
    desk.lock.lock()
    QApplication.sendPostedEvents(bridges, QEvent.Type.DeferredDelete)
    node.asked.clear()
    node.lose(ended=False)
    node.connected = False
    node.deliver()
    assert desk.session.phase == Phase.CURTAIN
    assert node.asked == []
    assert not isValid(bridges)
    unlock(desk, node)
    assert desk.bridges.text == ""


def test_closing_the_window_tells_when(window, desk, node, shelf):
    desk.preferences.change(closing=Closing.KEEP)
    window.close()
    node.deliver()
    window.leaving.look()
    assert shelf.fields["left"] == node.now


# --- Idle time -----------------------------------------------------------------------------------


def idle(desk, clock, minutes):
    clock.now += minutes * MINUTE
    desk.lock.check()


def test_after_idle_minutes_it_locks(desk, clock):
    desk.preferences.change(lock_minutes=10)
    idle(desk, clock, 9.9)
    assert not desk.lock.locked
    idle(desk, clock, 0.1)
    assert desk.lock.locked


def test_whoever_does_something_begins_the_time_anew(desk, clock):
    desk.preferences.change(lock_minutes=10)
    clock.now += 9 * MINUTE
    desk.lock.touch()
    idle(desk, clock, 9)
    assert not desk.lock.locked
    idle(desk, clock, 1)
    assert desk.lock.locked


def test_a_computer_that_slept_is_locked_at_the_first_key(desk, clock):
    desk.preferences.change(lock_minutes=10)
    clock.now += 8 * 60 * MINUTE
    desk.lock.touch()
    assert desk.lock.locked


def test_a_computer_that_slept_is_locked_without_a_touch(desk, clock):
    desk.preferences.change(lock_minutes=10)
    assert desk.lock._idle.interval() <= LOOK_SECONDS * 1000
    clock.now += 8 * 60 * MINUTE
    desk.lock._idle.timeout.emit()
    assert desk.lock.locked


def test_what_is_said_behind_the_curtain_is_not_kept(desk):
    desk.lock.lock()
    desk.notify("Carol was removed.")
    desk.mention("Carol was removed.")
    assert desk.notices.shown is None


def test_never_is_never(desk, clock):
    desk.preferences.change(lock_minutes=0)
    clock.now += 1e9
    desk.lock.touch()
    desk.lock.check()
    assert not desk.lock.locked
    assert not desk.lock._idle.isActive()


def test_without_a_node_there_is_nothing_to_lock(desk, node, clock):
    node.lose()
    node.deliver()
    idle(desk, clock, 60)
    assert (desk.session.phase, desk.lock.locked) == (Phase.LOCKED, False)
    desk.session.unlock("open sesame")
    node.deliver()
    assert desk.session.phase == Phase.READY, "unlocking is a sign that somebody is there"


# --- The window ----------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, desk, look, node):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    desk.open_page("conversation", BOB.id)
    node.deliver()
    return made


def everything_said(window):
    """All texts in the window, seen or not."""
    said = [window.windowTitle()]
    said += [label.text() + label.toolTip() for label in window.findChildren(QLabel)]
    said += [box.text() for box in window.findChildren(QLineEdit)]
    said += [box.toPlainText() for box in window.findChildren(QPlainTextEdit)]
    return " ".join(said)


def test_nothing_of_the_profile_stays_on_or_behind_the_screen(window, desk, node, qtbot):
    node.arrive(message(1, CAROL))
    desk.notify("Carol was removed.")
    window.search.setText("Carol")
    qtbot.keyClicks(window.pages.currentWidget().composer.box, "Half a thought")
    assert "Me" in everything_said(window) and "(4)" in window.windowTitle()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    node.deliver()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.outer.currentWidget() is window.curtain
    said = everything_said(window)
    for word in ("Me", "Bob", "Carol", "secret", "Half", "(4)"):
        assert word not in said.split() and word not in window.windowTitle()
    assert node.drafts == {BOB.id: "Half a thought"}


def test_what_was_opened_about_a_message_goes_with_the_window_and_can_lock_it(
    window, desk, node, qtbot
):
    page = window.pages.currentWidget()
    page.messages.reading.emit("secret " * 10_000)
    (reader,) = page.findChildren(TextReader)
    reader.link_chosen.emit(links.find("https://secret.example")[0])
    (dialog,) = page.findChildren(LinkDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog.cancel, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.covered
    node.deliver()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not any(isValid(one) for one in (reader, dialog, page))
    assert "secret" not in everything_said(window)


def a_question_on_a_page(window, desk, qtbot):
    desk.open_page("contact", BOB.id)
    page = window.pages.currentWidget()
    qtbot.mouseClick(page.block, Qt.MouseButton.LeftButton)
    return page.findChild(QMessageBox)


def a_question_of_the_list(window, desk, qtbot):
    return questions.remove(window.list, Contact(desk.node, BOB.id, BOB, window.list), BOB)


def a_file_dialog(window, desk, qtbot):
    desk.open_page("add")
    page = window.pages.currentWidget()
    qtbot.mouseClick(page.sources.from_file, Qt.MouseButton.LeftButton)
    return page.findChild(QFileDialog)


def the_main_menu(window, desk, qtbot):
    menu = window.menu_button.menu()
    menu.popup(window.mapToGlobal(QPoint(10, 10)))
    return menu


def a_list_of_choices(window, desk, qtbot):
    desk.open_page("add")
    box = window.pages.currentWidget().lifetime
    box.showPopup()
    return box.view().window()


IN_FRONT = [
    a_question_on_a_page,
    a_question_of_the_list,
    a_file_dialog,
    the_main_menu,
    a_list_of_choices,
]


@pytest.mark.parametrize("opens", IN_FRONT)
def test_ctrl_l_locks_whatever_stands_in_front_and_takes_it_away(window, desk, node, qtbot, opens):
    in_front = opens(window, desk, qtbot)
    node.deliver()
    in_front.activateWindow()
    qtbot.waitUntil(in_front.isVisible)
    at = in_front.focusWidget() or in_front
    qtbot.keyClick(at, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.covered
    assert not isValid(in_front) or not in_front.isVisible()
    assert window.curtain.isVisible()


@pytest.mark.parametrize("opens", IN_FRONT)
def test_idleness_takes_away_what_stands_in_front(window, desk, node, clock, qtbot, opens):
    in_front = opens(window, desk, qtbot)
    node.deliver()
    clock.now += 16 * MINUTE
    desk.lock.check()
    assert desk.session.covered
    assert not isValid(in_front) or not in_front.isVisible()


def test_the_field_has_the_focus_and_the_passphrase_opens(window, desk, node, qtbot):
    desk.lock.lock()
    page = window.curtain
    assert window.focusWidget() is page.passphrase
    qtbot.keyClicks(page.passphrase, "wrong")
    qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)
    assert not page.passphrase.isEnabled()
    assert page.working.isVisible()
    node.deliver()
    assert page.problem.words.text() == WrongPassphrase.sentence
    assert page.passphrase.text() == ""
    assert window.focusWidget() is page.passphrase
    qtbot.keyClicks(page.passphrase, "open sesame")
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    node.deliver()
    assert window.outer.currentWidget() is window.area
    assert window.pages.currentWidget().contact == BOB.id


def test_while_nothing_may_be_tried_the_field_says_how_long(window, desk, node, clock):
    node.replies[schema.VerifyPassphrase] = lambda _: (_ for _ in ()).throw(TooManyTries("x", 4))
    desk.lock.lock()
    unlock(desk, node)
    page = window.curtain
    assert not page.passphrase.isEnabled() and not page.button.isEnabled()
    assert "4" in page.problem.words.text()
    clock.now += 4
    desk.lock.tick()
    assert page.passphrase.isEnabled()
    assert not page.problem.isVisible()


def test_half_a_passphrase_stays_for_nobody(window, desk, node, qtbot):
    desk.lock.lock()
    qtbot.keyClicks(window.curtain.passphrase, "open se")
    node.lose()
    node.deliver()
    assert window.curtain.passphrase.text() == ""
    qtbot.keyClicks(window.start.passphrase, "open se")
    desk.session.be_gone()
    assert window.start.passphrase.text() == ""


def test_the_menu_locks(window, desk):
    menu = window.menu_button.menu()
    (action,) = [action for action in menu.actions() if action.text().startswith("Lock now")]
    action.trigger()
    assert desk.lock.locked


def test_every_control_of_the_curtain_has_a_name(window):
    assert nameless(controls(window.curtain)) == []


@pytest.mark.parametrize(
    "sign",
    [
        lambda window: QTest.keyClick(window, Qt.Key.Key_A),
        lambda window: QTest.mouseMove(window, QPoint(40, 40)),
        lambda window: QTest.wheelEvent(window, QPoint(40, 40), QPoint(0, 120)),
    ],
    ids=["key", "mouse", "wheel"],
)
def test_signs_of_a_person_in_the_window_begin_the_time_anew(window, desk, clock, sign):
    window.presence.watch(window.windowHandle())
    clock.now += 5 * MINUTE
    sign(window.windowHandle())
    QApplication.processEvents()
    assert desk.lock._touched == clock.now
