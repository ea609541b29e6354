"""The search field, the page of what was found, and the jump to it, by keys and mouse."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.marking import MAX_SNIPPET
from onionchat_gui.viewmodels.search import PAGE
from onionchat_gui.views import found
from onionchat_gui.views.main_window import MainWindow

ADA, BOB = contact(1, name="Ada"), contact(2, name="Bob")
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def node(qapp):
    made = FakeNode(ADA, BOB)
    made.history[ADA.id] = [message(n, ADA, text=f"The bridge {n}") for n in range(300)]
    made.history[BOB.id] = [message(1000, BOB, text="Bridges, says Ada")]
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
    made.list.select(0)
    node.deliver()
    return made


@pytest.fixture
def press(window, qtbot):
    """A key, to whatever has the focus."""

    def key(which, modifiers=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(window.focusWidget() or window, which, modifiers)

    return key


@pytest.fixture
def search(window, node, desk, qtbot):
    """Type into the field and let the answer come."""

    def typed(text):
        qtbot.keyClicks(window.search, text)
        desk.search.pause.timeout.emit()
        node.deliver()
        QApplication.processEvents()
        return window.pages.currentWidget()

    return typed


def test_a_word_is_typed_and_what_it_finds_is_opened_by_keys(window, desk, node, press, search):
    press(Qt.Key.Key_F, CONTROL)
    assert window.focusWidget() is window.search
    page = search("bri")
    assert page.results.isVisible()
    assert window.focusWidget() is window.search, "one goes on typing"
    assert page.results.currentIndex().row() == 0
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Up)
    assert page.results.currentIndex().row() == 1
    assert window.focusWidget() is window.search
    press(Qt.Key.Key_Return)
    node.deliver()
    QApplication.processEvents()
    page = window.pages.currentWidget()
    assert page.contact == ADA.id
    assert page.messages.currentIndex().data() == "The bridge 299"
    assert window.focusWidget() is page.messages, "a screen reader begins there"
    press(Qt.Key.Key_Escape)
    assert window.pages.currentWidget().results.currentIndex().row() == 1
    press(Qt.Key.Key_Escape)
    assert window.search.text() == ""
    assert window.pages.currentWidget().contact == ADA.id


def test_the_field_is_emptied_and_one_goes_on_typing(window, press, search):
    search("br")
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert window.pages.currentWidget().contact == ADA.id
    assert window.focusWidget() is window.search
    search("bridges")
    assert window.pages.currentWidget().results.isVisible()
    press(Qt.Key.Key_F, CONTROL)
    assert window.search.selectedText() == "bridges"
    window.search.empty.trigger()
    assert window.search.text() == ""
    assert window.pages.currentWidget().contact == ADA.id


def test_a_click_opens_what_was_found(window, node, qtbot, search):
    results = search("bridges").results
    area = results.visualRect(results.model().index(0, 0))
    qtbot.mouseClick(results.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    node.deliver()
    assert window.pages.currentWidget().contact == BOB.id


def test_scrolling_down_brings_more(search, node):
    page = search("bri")
    bar = page.results.verticalScrollBar()
    bar.setValue(bar.maximum())
    node.deliver()
    assert page.model.rowCount() == 2 * PAGE


def test_the_jump_stands_in_the_middle_until_one_scrolls_or_goes_to_the_newest(
    window, desk, node, press
):
    desk.open_page("conversation", BOB.id)
    desk.open_message(ADA.id, message(100, ADA).id)
    node.deliver()
    QApplication.processEvents()
    page = window.pages.currentWidget()
    messages = page.messages
    middle = messages.visualRect(messages.currentIndex()).center().y()
    height = messages.viewport().height()
    assert messages.currentIndex().data() == "The bridge 100"
    assert height * 0.3 < middle < height * 0.7
    window.resize(window.width() - 200, window.height() - 150)
    QApplication.processEvents()
    assert messages.viewport().rect().contains(messages.visualRect(messages.currentIndex()))
    model = page.conversation.messages
    assert model.jumped_to is not None
    press(Qt.Key.Key_Down)
    assert model.jumped_to is None
    assert messages.currentIndex().data() == "The bridge 101"
    assert page.newest.isVisible()
    page.newest.click()
    node.deliver()
    QApplication.processEvents()
    bar = messages.verticalScrollBar()
    assert model.at_end and bar.value() == bar.maximum()


def test_the_mark_goes_when_one_writes(window, desk, node, qtbot):
    desk.open_message(ADA.id, message(100, ADA).id)
    node.deliver()
    page = window.pages.currentWidget()
    qtbot.keyClicks(page.composer.box, "Yes")
    qtbot.keyClick(page.composer.box, Qt.Key.Key_Return)
    node.deliver()
    QApplication.processEvents()
    assert page.conversation.messages.jumped_to is None
    last = page.messages.model().rowCount() - 1
    assert page.messages.model().index(last, 0).data() == "Yes"


def test_a_search_in_one_conversation_and_then_everywhere(window, desk, node, press, search):
    press(Qt.Key.Key_F, CONTROL | SHIFT)
    page = window.pages.currentWidget()
    assert ADA.name in page.title.text()
    assert page.saying.isVisible()
    assert "conversation" in window.search.accessibleName()
    page = search("bridges")
    assert page.saying.text() == "Nothing was found."
    page.everywhere.click()
    desk.search.pause.timeout.emit()
    node.deliver()
    page = window.pages.currentWidget()
    assert page.model.rowCount() == 1
    assert not page.everywhere.isVisible()


def test_what_could_not_be_asked_is_said_with_a_way_out(node, search):
    node.problem = OnionchatError("The disk is gone.")
    page = search("bri")
    assert page.problem.isVisible() and page.problem.words.text() == "The disk is gone."
    node.problem = None
    page.again.click()
    node.deliver()
    assert page.results.isVisible()
    assert not page.problem.isVisible()


def test_new_messages_are_offered_and_shown_on_demand(node, search):
    page = search("bri")
    assert not page.fresh.isVisible()
    node.arrive(message(2001, BOB, text="One more bridge"))
    assert page.fresh.isVisible()
    page.fresh.click()
    node.deliver()
    assert not page.fresh.isVisible()
    assert page.model.index(0).data() == "Bob"


@pytest.fixture
def drawn(monkeypatch):
    """Every text that a row lays out, with what is bold in it, as Qt counts."""
    made = []

    class Layout(QTextLayout):
        def setFormats(self, formats):
            bold = [
                (place.start, place.length)
                for place in formats
                if place.format.fontWeight() == QFont.Weight.Bold
                and place.format.background().color() != Qt.GlobalColor.transparent
            ]
            made.append((self.text(), bold))
            super().setFormats(formats)

    monkeypatch.setattr(found, "QTextLayout", Layout)
    return made


def test_the_words_are_bold_where_qt_counts_them(node, search, drawn):
    node.history[ADA.id] = [message(1, ADA, text="👍🏽 Cafe\u0301!")]
    search("cafe")
    assert ("👍🏽 Cafe\u0301!", [(5, 5)]) in drawn


def test_fifty_long_texts_are_painted_in_pieces_and_only_those_seen(node, search, drawn):
    node.history[ADA.id] = [
        message(n, ADA, text="bridge " + "e\u0301" * 30_000) for n in range(PAGE)
    ]
    page = search("bridge")
    assert page.model.rowCount() == PAGE
    assert 0 < page.results.delegate.painted < PAGE
    assert max(len(text) for text, _ in drawn) < MAX_SNIPPET + 20


def test_a_page_of_results_follows_the_theme(node, search, qapp, window):
    page = search("bri")
    before = page.results.delegate.painted
    window._look.changed.emit()
    QApplication.processEvents()
    assert page.results.delegate.painted > before
    assert isinstance(window._look, Theme)
    assert isinstance(node.asked[-1], schema.Search)
