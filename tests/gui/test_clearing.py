"""Deleting a conversation or its beginning, and messages that disappear: asked, done, shown."""

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact, message
from PySide6.QtCore import QCoreApplication, QDateTime, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from onionchat.control import schema
from onionchat.errors import DiskFull
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.remarks import TIMERS
from onionchat_gui.views.clearing import BEFORE, ClearDialog
from onionchat_gui.views.conversation_menu import ConversationMenu
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob", last_time=NOON)


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.history[BOB.id] = [message(n, BOB, time=NOON + 86_400 * n) for n in range(4)]
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",) * 12, "acid", "", "")
    made.now = NOON + 5 * 86_400
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def window(qtbot, desk, node, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    desk.open_page("conversation", BOB.id)
    node.deliver()
    QApplication.processEvents()
    return made


@pytest.fixture
def menu(window, desk, look):
    return lambda: ConversationMenu(desk, look, desk.conversations.contact(BOB.id), window.list)


def choose(menu, word):
    next(action for action in menu.actions() if action.text() == word).trigger()


def timers(menu):
    (found,) = [a.menu() for a in menu.actions() if a.text() == "Disappearing messages"]
    return found


def clearing(window, menu):
    choose(menu(), "Delete the conversation…")
    (dialog,) = window.list.findChildren(ClearDialog)
    return dialog


def cleared(node):
    return [request for request in node.asked if isinstance(request, schema.Clear)]


class TestTimers:
    def test_the_menu_says_which_holds_and_sets_another(self, window, desk, node, menu):
        lines = timers(menu()).actions()
        assert len(lines) == len(TIMERS)
        assert [line.text() for line in lines if line.isChecked()] == ["Off"]
        lines[1].trigger()
        node.deliver()
        assert desk.conversations.contact(BOB.id).disappear == 300
        page = window.pages.currentWidget()
        assert page._timer.isVisible()
        assert page._timer.text().startswith("5 minute")
        last = page.messages.model().index(4).data(MessageRole.ROW)
        assert last.remark.startswith("You: from here on messages disappear 5 minute")
        timers(menu()).actions()[0].trigger()
        node.deliver()
        assert not page._timer.isVisible()

    def test_a_time_that_the_window_does_not_offer_is_among_them(self, desk, node, menu):
        node._set_timer(schema.SetTimer(contact=BOB.id, seconds=600))
        assert len(timers(menu()).actions()) == len(TIMERS) + 1

    def test_the_page_of_the_contact_sets_it_and_says_what_failed(self, window, desk, node):
        desk.open_page("contact", BOB.id)
        node.deliver()
        page = window.pages.currentWidget()
        page.timer.picked.emit(86_400)
        node.deliver()
        assert page.timer.currentData() == 86_400
        node.problem = DiskFull()
        page.timer.picked.emit(0)
        node.deliver()
        assert page.problems["messages"].isVisibleTo(page)
        assert page.timer.currentData() == 86_400


class TestClearing:
    def test_enter_deletes_nothing(self, window, node, menu):
        dialog = clearing(window, menu)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert not dialog.isVisible()
        assert cleared(node) == []

    def test_all_of_it_goes_with_the_draft_and_it_is_said(self, window, desk, node, menu):
        page = window.pages.currentWidget()
        page.composer.set_text("draft")
        clearing(window, menu).delete.click()
        node.deliver()
        (request,) = cleared(node)
        assert (request.before, request.for_everyone) == (None, False)
        assert page.messages.model().rowCount() == 0
        assert page.composer.box.toPlainText() == ""
        assert "4 message" in desk.notices.shown.sentence

    def test_what_was_written_before_a_day_goes_and_the_draft_stays(self, window, node, menu):
        page = window.pages.currentWidget()
        page.composer.set_text("draft")
        dialog = clearing(window, menu)
        dialog.what.buttons[BEFORE].click()
        assert dialog.day.isEnabled()
        day = QDateTime.fromSecsSinceEpoch(int(NOON + 2 * 86_400)).date()
        dialog.day.setDate(day)
        dialog.everywhere.click()
        dialog.delete.click()
        node.deliver()
        (request,) = cleared(node)
        assert request.before == day.startOfDay().toSecsSinceEpoch()
        assert request.for_everyone
        assert page.messages.model().rowCount() == 2
        assert page.composer.box.toPlainText() == "draft"

    def test_what_failed_is_said_and_takes_nothing_away(self, window, desk, node, menu):
        page = window.pages.currentWidget()
        page.composer.set_text("draft")
        node.problem = DiskFull()
        clearing(window, menu).delete.click()
        node.deliver()
        assert page.messages.model().rowCount() == 4
        assert page.composer.box.toPlainText() == "draft"
        assert desk.notices.shown is not None

    def test_a_lock_closes_the_question(self, window, desk, node, menu):
        dialog = clearing(window, menu)
        dialog.everywhere.setChecked(True)
        desk.lock.lock()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert cleared(node) == []
        assert window.list.findChildren(ClearDialog) == []

    def test_the_page_of_the_contact_asks_the_same(self, window, desk, node):
        desk.open_page("contact", BOB.id)
        node.deliver()
        page = window.pages.currentWidget()
        page.clear.click()
        (dialog,) = page.findChildren(ClearDialog)
        dialog.delete.click()
        node.deliver()
        assert len(cleared(node)) == 1
