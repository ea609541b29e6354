"""Closing the window: what becomes of the node, of drafts, and of what could not be stored."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication
from tab_order import by_tab, nameless

from onionchat.control import schema
from onionchat.errors import DiskFull, TimedOut
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Leaving, Step
from onionchat_gui.viewmodels.preferences import Closing
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.replies[schema.Stop] = schema.StopReply(7)
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def leaving(desk):
    return Leaving(desk)


@pytest.fixture
def happened(leaving):
    heard = []
    leaving.hidden.connect(lambda: heard.append("hidden"))
    leaving.ended.connect(lambda: heard.append("ended"))
    return heard


def remembered(desk, choice):
    desk.preferences.change(closing=choice)


def stops(node):
    return sum(isinstance(asked, schema.Stop) for asked in node.asked)


def settle(node, leaving):
    node.deliver()
    leaving.look()
    node.deliver()


class TestTheQuestion:
    def test_is_asked_the_first_time_and_nothing_ends_before_the_answer(self, leaving, happened):
        leaving.close()
        assert (leaving.step, happened) == (Step.ASKED, [])

    def test_is_taken_back(self, leaving, happened):
        leaving.close()
        leaving.cancel()
        assert (leaving.step, happened) == (Step.STAY, [])

    @pytest.mark.parametrize(("choice", "times"), [(Closing.KEEP, 0), (Closing.STOP, 1)])
    def test_answered(self, leaving, desk, node, happened, choice, times):
        leaving.close()
        leaving.answer(choice)
        settle(node, leaving)
        assert (happened, stops(node)) == (["ended"], times)
        assert desk.preferences.values.closing == Closing.ASK, "nobody said: remember"

    def test_is_not_asked_again_when_the_answer_was_to_be_remembered(self, leaving, desk):
        leaving.close()
        leaving.answer(Closing.STOP, remember=True)
        assert desk.preferences.values.closing == Closing.STOP

    @pytest.mark.parametrize("phase", ["locked", "failed"])
    def test_is_not_asked_where_no_node_runs(self, leaving, desk, happened, phase):
        desk.session._enter(Phase(phase))
        leaving.close()
        assert happened == ["ended"]

    def test_is_asked_without_a_node_if_a_text_would_be_lost(self, leaving, desk, node, happened):
        desk.conversation(BOB.id).send("Precious")
        node.lose()
        node.deliver()
        leaving.close()
        assert (leaving.step, leaving.loses, happened) == (Step.ASKED, True, [])
        leaving.answer(Closing.KEEP)
        settle(node, leaving)
        assert happened == ["ended"]

    def test_goes_when_the_node_ends_meanwhile(self, leaving, node, happened):
        leaving.close()
        node.lose()
        node.deliver()
        assert (leaving.step, happened) == (Step.STAY, [])

    def test_twice_is_once(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        leaving.close()
        leaving.close()
        settle(node, leaving)
        assert (happened, stops(node)) == (["ended"], 1)


class TestWhatWasTyped:
    def test_is_stored_before_the_end(self, leaving, desk, node, happened):
        remembered(desk, Closing.KEEP)
        desk.conversation(BOB.id).type("Half a thought")
        leaving.close()
        assert (leaving.step, happened) == (Step.STORING, [])
        settle(node, leaving)
        assert (node.drafts, happened) == ({BOB.id: "Half a thought"}, ["ended"])

    def test_is_stored_before_the_node_is_stopped(self, leaving, desk, node):
        remembered(desk, Closing.STOP)
        desk.conversation(BOB.id).type("Half a thought")
        leaving.close()
        assert stops(node) == 0
        settle(node, leaving)
        assert (node.drafts, stops(node)) == ({BOB.id: "Half a thought"}, 1)

    def test_and_cannot_be_stored_is_said_before_it_is_lost(self, leaving, desk, node, happened):
        remembered(desk, Closing.KEEP)
        desk.conversation(BOB.id).type("Half a thought")
        node.problem = DiskFull()
        leaving.close()
        settle(node, leaving)
        leaving._patience.timeout.emit()
        assert (leaving.step, leaving.loses, happened) == (Step.ASKED, True, [])
        leaving.answer(Closing.KEEP)
        assert happened == ["ended"]

    def test_and_not_sent_is_said_too(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        node.problem = DiskFull()
        desk.conversation(BOB.id).send("Precious")
        node.deliver()
        node.problem = None
        leaving.close()
        leaving._patience.timeout.emit()
        assert (leaving.loses, happened, stops(node)) == (True, [], 0)
        leaving.cancel()
        assert not leaving.loses

    def test_is_stored_when_the_desktop_ends_the_session(self, desk, node):
        desk.conversation(BOB.id).type("Half a thought")
        desk.store_drafts()
        node.deliver()
        assert node.drafts == {BOB.id: "Half a thought"}


class TestTheEndOfTheProcess:
    def test_asks_nobody_and_stores_what_was_typed(self, leaving, desk, node, happened):
        desk.conversation(BOB.id).type("Half a thought")
        leaving.comes_back = lambda: True
        leaving.go()
        settle(node, leaving)
        assert (node.drafts, happened) == ({BOB.id: "Half a thought"}, ["ended"])
        assert stops(node) == 0

    def test_is_not_put_off_by_a_question_nor_by_what_cannot_be_stored(
        self, leaving, desk, node, happened
    ):
        leaving.close()
        node.problem = DiskFull()
        desk.conversation(BOB.id).type("Half a thought")
        leaving.go()
        settle(node, leaving)
        leaving._patience.timeout.emit()
        assert happened == ["ended"]

    def test_does_not_wait_for_a_node_that_does_not_stop(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        leaving.close()
        leaving.go()
        assert happened == []
        leaving._patience.timeout.emit()
        assert happened == ["ended"]


class TestANodeThatDoesNotStop:
    def test_is_said_and_the_window_stays(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        node.problem = TimedOut("Too long.")
        leaving.close()
        settle(node, leaving)
        assert (leaving.step, happened) == (Step.STAY, [])
        assert desk.notices.shown.sentence == "Too long."
        desk.notices.act()
        assert happened == ["ended"]

    def test_nor_answers_keeps_no_window_open(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        leaving.close()
        assert leaving.step == Step.STOPPING
        leaving._patience.timeout.emit()
        assert leaving.step == Step.STAY
        desk.notices.act()
        assert happened == ["ended"]

    def test_because_it_has_ended_is_no_reason_to_stay(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        leaving.close()
        node.lose()
        node.deliver()
        assert happened == ["ended"]


class TestWithATrayIcon:
    @pytest.fixture(autouse=True)
    def _icon(self, leaving):
        leaving.comes_back = lambda: True

    def test_keeping_hides_the_window_and_stores_drafts(self, leaving, desk, node, happened):
        remembered(desk, Closing.KEEP)
        desk.conversation(BOB.id).type("Half a thought")
        leaving.close()
        node.deliver()
        assert (happened, node.drafts) == (["hidden"], {BOB.id: "Half a thought"})

    def test_quitting_ends_the_window_and_the_node_stays(self, leaving, desk, node, happened):
        remembered(desk, Closing.KEEP)
        leaving.close(quits=True)
        settle(node, leaving)
        assert (happened, stops(node)) == (["ended"], 0)

    def test_stopping_ends_both(self, leaving, desk, node, happened):
        remembered(desk, Closing.STOP)
        leaving.close()
        settle(node, leaving)
        assert (happened, stops(node)) == (["ended"], 1)


# --- The window ----------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_window_asks_inside_itself_and_escape_stays(window, qtbot):
    window.close()
    page = window.outer.currentWidget()
    assert window.isVisible()
    assert page.keep.isVisible()
    qtbot.keyClick(page.keep, Qt.Key.Key_Escape)
    assert window.outer.currentWidget() is not page
    assert window.isVisible()


def test_the_answers_are_reached_by_tab_and_have_names(window, qtbot):
    window.close()
    page = window.outer.currentWidget()
    QApplication.processEvents()
    reached = by_tab(window, page.remember, qtbot)
    assert reached == [page.remember, page.keep, page.stop, page.cancel]
    assert nameless(reached) == []


def test_an_answer_closes_the_window_and_is_remembered(window, desk, node, qtbot):
    window.close()
    page = window.outer.currentWidget()
    page.remember.setChecked(True)
    qtbot.mouseClick(page.stop, Qt.MouseButton.LeftButton)
    assert not page.stop.isEnabled(), "once is enough"
    settle(node, window.leaving)
    assert not window.isVisible()
    assert desk.preferences.values.closing == Closing.STOP


def test_what_would_be_lost_is_said_with_the_question(window, desk):
    window.leaving._ask(loses=True)
    page = window.outer.currentWidget()
    assert page.loss.isVisible()
    window.leaving.cancel()
    window.close()
    assert not page.loss.isVisible()


def test_ctrl_q_asks_as_well(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert window.leaving.step == Step.ASKED
