"""A conversation with unread messages opens where reading ended, and a line says so."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import Qt

from onionchat.control import schema
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")


def odd(count):
    """Messages of Bob's alone: those with odd numbers are his."""
    return [message(2 * number + 1, BOB) for number in range(count)]


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.history[BOB.id] = odd(60)
    return made


@pytest.fixture
def window(qtbot, node, look):
    made = MainWindow(Desk(node, FakeStarter(node), lambda: node.now), look)
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def open_with(window, node, unread):
    node.people[BOB.id] = contact(1, name="Bob", unread=unread)
    window._desk.session.open()
    node.deliver()
    window._desk.open_page("conversation", BOB.id)
    node.deliver()
    return window.pages.currentWidget().messages


def first_unread(rows):
    model = rows.model()
    found = [
        row for row in range(model.rowCount()) if model.index(row).data(MessageRole.FIRST_UNREAD)
    ]
    return found[0] if found else None


def test_a_few_stand_below_a_line_and_the_newest_is_seen(window, node):
    rows = open_with(window, node, 3)
    assert first_unread(rows) == rows.model().rowCount() - 3
    assert rows.verticalScrollBar().value() == rows.verticalScrollBar().maximum()


def test_of_many_the_first_is_at_the_top(window, node):
    rows = open_with(window, node, 30)
    index = rows.model().index(first_unread(rows))
    assert rows.visualRect(index).top() == 0
    assert rows.verticalScrollBar().value() < rows.verticalScrollBar().maximum()


def test_it_is_asked_before_all_counts_as_read(window, node):
    open_with(window, node, 3)
    asked = [type(request) for request in node.asked]
    assert asked.index(schema.FirstUnread) < asked.index(schema.MarkRead)


def test_without_unread_messages_there_is_no_line(window, node):
    rows = open_with(window, node, 0)
    assert first_unread(rows) is None
    assert schema.FirstUnread not in [type(request) for request in node.asked]


def test_it_is_said_to_screen_readers_and_stands_alone(window, node):
    rows = open_with(window, node, 3)
    index = rows.model().index(first_unread(rows))
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("new messages begin here, ")
    assert not index.data(MessageRole.GROUPED)


def test_who_answers_has_read(window, node):
    rows = open_with(window, node, 3)
    window.pages.currentWidget().conversation.send("Thank you")
    node.deliver()
    assert first_unread(rows) is None


def test_what_arrives_while_one_reads_moves_no_line(window, node):
    rows = open_with(window, node, 3)
    before = first_unread(rows)
    node.arrive(message(901, BOB))
    node.deliver()
    assert first_unread(rows) == before


def test_more_than_a_page_of_unread_opens_at_the_newest(window, node):
    rows = open_with(window, node, 60)
    assert first_unread(rows) is None
    assert rows.verticalScrollBar().value() == rows.verticalScrollBar().maximum()
