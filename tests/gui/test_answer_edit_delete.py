"""Answering, reacting, editing and deleting, by mouse and by keys; nothing typed is lost."""

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact, message
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from onionchat.control import schema
from onionchat.errors import DiskFull
from onionchat.views import QuoteView, ReactionView, VersionView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.views.conversation_page import ConversationPage
from onionchat_gui.views.emoji_picker import EmojiPicker
from onionchat_gui.views.message_details import MessageDetails

BOB = contact(1, name="Bob")


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.history[BOB.id] = [message(n, BOB) for n in range(5)]
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(qtbot, node, desk, look):
    made = ConversationPage(desk, look, BOB.id)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    node.deliver()
    QApplication.processEvents()
    return made


def choose(page, number):
    """The message is chosen by keys."""
    page.messages.setFocus()
    page.messages.setCurrentIndex(page.messages.model().index(number, 0))


def view(page, number):
    return page.messages.model().index(number, 0).data(MessageRole.ROW).view


def press(page, key):
    QTest.keyClick(page.messages, key)


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


def words(menu):
    return [action.text().partition("\t")[0] for action in menu.actions()]


def pick(page, number, word):
    row = page.messages.model().index(number, 0).data(MessageRole.ROW)
    menu = page.messages.menu(row)
    next(a for a in menu.actions() if a.text().partition("\t")[0] == word).trigger()


class TestAnswers:
    def test_by_a_key_the_strip_says_whom_and_the_text_goes_out_as_an_answer(self, page, node):
        page.composer.set_text("I typed this before")
        choose(page, 3)
        press(page, Qt.Key.Key_R)
        assert page.strip.text() == "In answer to Bob: Message 3"
        assert page.composer.box.hasFocus()
        assert page.composer.box.toPlainText() == "I typed this before"
        page.composer.submit()
        quote = page.messages.model().index(5, 0).data(MessageRole.ROW).quote
        assert quote.line == "Message 3", "already while it is on its way"
        node.deliver()
        (sent,) = asked(node, schema.Send)
        assert sent.reply_to == view(page, 3).id
        assert not page.strip.isVisible()

    def test_escape_and_the_cross_leave_it_and_keep_the_draft(self, page):
        page.composer.set_text("draft")
        for leave in (
            lambda: QTest.keyClick(page.composer.box, Qt.Key.Key_Escape),
            page.strip.leave.click,
        ):
            pick(page, 3, "Answer")
            assert page.strip.isVisible()
            leave()
            assert not page.strip.isVisible()
            assert page.composer.box.toPlainText() == "draft"

    def test_one_that_failed_is_sent_again_as_an_answer(self, page, node):
        pick(page, 3, "Answer")
        node.problem = DiskFull()
        page.composer.set_text("yes")
        page.composer.submit()
        node.deliver()
        node.problem = None
        page.messages.retry.emit(view(page, 5).id)
        node.deliver()
        assert [sent.reply_to for sent in asked(node, schema.Send)] == [view(page, 3).id] * 2

    def test_to_what_was_deleted_meanwhile_it_is_a_message_of_its_own(self, page, node):
        page.composer.set_text("draft")
        pick(page, 3, "Answer")
        node.vanish(BOB, view(page, 3).id)
        assert not page.strip.isVisible()
        page.composer.submit()
        node.deliver()
        assert asked(node, schema.Send)[0].reply_to is None

    def test_a_click_on_a_quotation_goes_there_and_one_that_is_gone_is_not_clicked(
        self, page, node
    ):
        first = view(page, 0)
        node.arrive(
            message(7, BOB, reply=QuoteView(first.id, "Me", True, first.text)),
            message(9, BOB, reply=QuoteView("9", note="That message is not here.")),
        )
        QApplication.processEvents()
        found = {
            page.messages.bubbles.quoted_at(QPoint(x, y)): QPoint(x, y)
            for y in range(0, page.messages.viewport().height(), 3)
            for x in (40, 60)
        }
        assert set(found) == {"", first.id}
        QTest.mouseClick(page.messages.viewport(), Qt.MouseButton.LeftButton, pos=found[first.id])
        assert page.conversation.messages.jumped_to == first.id

    def test_enter_goes_to_what_is_quoted(self, page, node):
        first = view(page, 0)
        node.arrive(message(7, BOB, reply=QuoteView(first.id, "Me", True, first.text)))
        choose(page, 5)
        press(page, Qt.Key.Key_Return)
        assert page.conversation.messages.jumped_to == first.id


class TestEdits:
    def test_up_in_an_empty_composer_edits_the_last_own_message(self, page, node):
        QTest.keyClick(page.composer.box, Qt.Key.Key_Up)
        assert page.strip.text() == "Editing your message: Message 4"
        assert page.composer.box.toPlainText() == "Message 4"
        assert page.composer.button.text() == "Save"
        page.composer.set_text("Message four")
        page.composer.submit()
        assert page.composer.box.toPlainText() == "Message four", "until the node has it"
        node.deliver()
        assert view(page, 4).text == "Message four"
        assert page.composer.box.toPlainText() == ""
        assert page.composer.button.text() == "Send"

    def test_the_draft_waits_and_is_not_written_over(self, page, node):
        page.composer.set_text("draft")
        choose(page, 2)
        press(page, Qt.Key.Key_E)
        page.composer.set_text("other")
        QTest.keyClick(page.composer.box, Qt.Key.Key_Escape)
        assert page.composer.box.toPlainText() == "draft"
        page.conversation.store_draft()
        node.deliver()
        assert node.drafts == {BOB.id: "draft"}
        assert asked(node, schema.Edit) == []

    def test_what_failed_stays_in_the_box_and_is_said(self, page, node, desk):
        pick(page, 4, "Edit")
        page.composer.set_text("corrected")
        node.problem = DiskFull()
        page.composer.submit()
        node.deliver()
        assert page.composer.box.toPlainText() == "corrected"
        assert desk.notices.shown is not None
        node.problem = None
        page.composer.submit()
        node.deliver()
        assert view(page, 4).text == "corrected"

    def test_what_the_lost_node_did_not_answer_stays_in_the_box(self, page, node):
        pick(page, 4, "Edit")
        page.composer.set_text("corrected")
        page.composer.submit()
        node.lose()
        assert page.composer.box.toPlainText() == "corrected"
        assert page.strip.isVisible()

    def test_an_edit_of_what_is_deleted_meanwhile_becomes_part_of_the_draft(self, page, node):
        page.composer.set_text("draft")
        pick(page, 4, "Edit")
        page.composer.set_text("corrected")
        node.vanish(BOB, view(page, 4).id)
        assert page.composer.box.toPlainText() == "draft\n\ncorrected"

    def test_a_locked_window_keeps_nothing_of_it_but_the_draft(self, page, node):
        pick(page, 4, "Edit")
        page.composer.set_text("corrected")
        page.conversation.put_away()
        node.deliver()
        assert node.drafts == {BOB.id: "corrected"}
        assert not page.conversation.keeps_something()

    def test_nothing_changed_is_nothing_asked(self, page, node):
        pick(page, 4, "Edit")
        page.composer.submit()
        assert asked(node, schema.Edit) == []
        assert not page.strip.isVisible()

    def test_others_texts_are_not_edited(self, page):
        choose(page, 3)
        press(page, Qt.Key.Key_E)
        assert not page.strip.isVisible()

    def test_details_say_what_it_said_before(self, page, node):
        node.versions[view(page, 4).id] = (
            VersionView("first\N{RIGHT-TO-LEFT OVERRIDE}", NOON),
            VersionView("second", NOON + 60),
            VersionView("now", NOON + 120),
        )
        node.change(view(page, 4).id, text="now", edited=NOON + 120)
        pick(page, 4, "Details")
        node.deliver()
        (dialog,) = page.findChildren(MessageDetails)
        shown = dialog.versions.toPlainText()
        assert shown.index("second") < shown.index("first")
        assert "now" not in shown and "\N{RIGHT-TO-LEFT OVERRIDE}" not in shown


class TestReactions:
    def test_are_chosen_in_the_popup_and_taken_back(self, page, node):
        choose(page, 3)
        QTest.keyClicks(page.messages, "+")
        (picker,) = page.findChildren(EmojiPicker)
        picker.chosen.emit("👍")
        picker.close()
        node.deliver()
        assert view(page, 3).reactions == (ReactionView("👍", True, "Me"),)
        pick(page, 3, "Take back 👍")
        node.deliver()
        assert view(page, 3).reactions == ()

    def test_a_click_on_one_takes_it_over_and_another_takes_it_back(self, page, node):
        node.change(view(page, 3).id, reactions=(ReactionView("👍", False, "Bob"),))
        for own in (True, False):
            QApplication.processEvents()
            area = page.messages.viewport()
            spot = next(
                point
                for y in range(0, area.height(), 3)
                for x in range(0, area.width(), 5)
                if page.messages.bubbles.reaction_at(point := QPoint(x, y))
            )
            QTest.mouseClick(area, Qt.MouseButton.LeftButton, pos=spot)
            node.deliver()
            assert [r.mine for r in view(page, 3).reactions] == [False, True][: 1 + own]

    def test_that_failed_are_said(self, page, node, desk):
        node.problem = DiskFull()
        page.conversation.react(view(page, 3).id, "👍")
        node.deliver()
        assert desk.notices.shown is not None


class TestDeleting:
    def question(self, page):
        (box,) = page.findChildren(QMessageBox)
        return box, {button.text(): button for button in box.buttons()}

    def test_says_how_far_it_reaches(self, page, node):
        choose(page, 4)
        press(page, Qt.Key.Key_Delete)
        box, buttons = self.question(page)
        assert set(buttons) == {"Delete here", "Delete everywhere", "Cancel"}
        assert "your own other devices" in box.informativeText()
        assert "Whoever has copied it keeps it" in box.informativeText()
        assert box.defaultButton().text() == "Cancel"
        buttons["Delete everywhere"].click()
        node.deliver()
        assert asked(node, schema.Delete)[0].for_everyone
        assert view(page, 4).deleted

    def test_others_messages_are_deleted_here_alone(self, page, node):
        pick(page, 3, "Delete…")
        box, buttons = self.question(page)
        assert set(buttons) == {"Delete here", "Cancel"}
        assert "Bob keeps it" in box.informativeText()
        buttons["Delete here"].click()
        node.deliver()
        assert page.messages.model().rowCount() == 4

    def test_what_nobody_has_yet_is_only_not_sent(self, page, node):
        node.arrive(message(6, BOB, state="queued"))
        pick(page, 5, "Delete…")
        box, buttons = self.question(page)
        assert set(buttons) == {"Delete here", "Cancel"}
        assert "not sent any more" in box.informativeText()

    def test_what_was_deleted_has_nothing_to_answer_or_copy(self, page, node):
        node.change(view(page, 4).id, text="", deleted=True, asked="asked", note="x")
        row = page.messages.model().index(4, 0).data(MessageRole.ROW)
        assert words(page.messages.menu(row)) == ["Delete…", "Details"]
