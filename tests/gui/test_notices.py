"""What is said at the bottom of the window: what stays, what goes, and what a button does."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication

from onionchat.errors import DiskFull
from onionchat.views import Warned
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.notices import MAX_NOTICES, Notice, Notices
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")


@pytest.fixture
def notices(qapp):
    return Notices()


def said(notices):
    return notices.shown.sentence if notices.shown else ""


class TestWhatStays:
    def test_what_was_lost_comes_back_when_a_newer_notice_is_closed(self, notices):
        notices.add(Notice("A message was lost."))
        notices.add(Notice("Copied.", stays=False))
        assert said(notices) == "Copied."
        notices.passing.timeout.emit()
        assert said(notices) == "A message was lost."
        notices.passing.timeout.emit()
        assert said(notices) == "A message was lost."
        notices.close()
        assert said(notices) == ""

    def test_only_what_may_go_has_a_clock(self, notices):
        notices.add(Notice("Copied.", stays=False))
        assert notices.passing.isActive()
        notices.add(Notice("Lost."))
        assert not notices.passing.isActive()

    def test_two_that_may_go_do_not_wait_for_each_other(self, notices):
        notices.add(Notice("One", stays=False))
        notices.add(Notice("Two", stays=False))
        notices.close()
        assert said(notices) == ""

    def test_the_same_sentence_is_said_once(self, notices):
        for _ in range(3):
            notices.add(Notice("The disk is full."))
        notices.close()
        assert said(notices) == ""

    def test_a_thousand_are_not_kept(self, notices):
        for number in range(1000):
            notices.add(Notice(f"Lost {number}"))
        closed = 0
        while notices.shown:
            notices.close()
            closed += 1
        assert closed == MAX_NOTICES


def test_the_button_does_what_it_says_once(notices):
    done = []
    notices.add(Notice("Not stored.", action="Try again", do=lambda: done.append(1)))
    notices.act()
    notices.act()
    assert (done, said(notices)) == ([1], "")


def test_an_action_in_vain_says_so_again(notices):
    def again():
        notices.add(Notice("Not stored.", action="Try again", do=again))

    again()
    notices.act()
    assert said(notices) == "Not stored."


# --- The desk and the window ---------------------------------------------------------------------


@pytest.fixture
def node(qapp):
    return FakeNode(BOB)


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def window(qtbot, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_warning_about_somebody_leads_to_the_conversation(desk, node):
    opened = []
    desk.page_opened.connect(lambda *page: opened.append(page))
    node.happened.emit((Warned("Bob's device is new.", BOB.id),))
    desk.notices.act()
    assert opened == [("conversation", BOB.id)]


def test_a_draft_that_was_refused_can_be_tried_again(desk, node):
    conversation = desk.conversation(BOB.id)
    node.deliver()
    node.problem = DiskFull()
    conversation.type("Half a thought")
    desk.store_drafts()
    node.deliver()
    assert said(desk.notices) == DiskFull.sentence
    node.problem = None
    desk.notices.act()
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    assert said(desk.notices) == ""


def test_what_names_somebody_goes_when_the_window_locks(desk, node):
    desk.preferences.failed.emit("Not stored.")
    desk.notify("Bob is gone.")
    node.lose()
    node.deliver()
    assert said(desk.notices) == "Not stored."


def test_a_notice_takes_no_focus_and_is_plain(window, desk):
    window.list.setFocus()
    desk.notify("<b>Bob</b>\n\u202egnp", "Show", lambda: None)
    assert window.notice.isVisible()
    assert window.focusWidget() is window.list
    assert window.notice.words.textFormat() == Qt.TextFormat.PlainText
    assert "\n" not in window.notice.words.text()


def test_close_closes_and_without_an_action_there_is_no_button(window, desk, qtbot):
    desk.notify("Lost.")
    assert not window.notice.action.isVisible()
    qtbot.mouseClick(window.notice.close_button, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible()


def test_what_has_the_focus_does_not_go_by_itself(window, desk):
    window.activateWindow()
    desk.mention("Copied.")
    window.notice.close_button.setFocus()
    QApplication.processEvents()
    assert not desk.notices.passing.isActive()
    window.list.setFocus()
    assert desk.notices.passing.isActive()
