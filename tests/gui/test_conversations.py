"""The list of conversations: order, unread counts, few changes for many events."""

import pytest
from fake_node import NOON, FakeNode, contact, message
from PySide6.QtTest import QAbstractItemModelTester

from onionchat.control import schema
from onionchat.views import ConnectionChanged, ContactChanged, ContactRemoved, MessageAdded
from onionchat_gui.viewmodels.conversations import ConversationRole, Conversations


@pytest.fixture
def node(qapp):
    return FakeNode(*(contact(number) for number in range(1, 6)))


@pytest.fixture
def model(node):
    made = Conversations(node)
    made.tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    node.join()
    made.load()
    node.connected = True
    made.load()
    node.deliver()
    return made


def names(model):
    return [model.index(row).data() for row in range(model.rowCount())]


def view(model, row):
    return model.index(row).data(ConversationRole.CONTACT)


def test_the_newest_contact_is_first_while_nobody_has_written(model):
    assert names(model) == [f"Friend {number}" for number in range(1, 6)]


def test_who_writes_comes_to_the_top_and_is_unread(model, node):
    node.arrive(message(1, contact(4), text="Hello\nyou"))
    assert names(model)[0] == "Friend 4"
    assert view(model, 0).unread == 1
    assert model.index(0).data(ConversationRole.LINE) == "Hello␤you"


def test_what_comes_into_the_shown_conversation_is_read(model, node):
    model.show(contact(2).id)
    node.arrive(message(1, contact(2)))
    assert view(model, 0).unread == 0
    assert node.asked[-1] == schema.MarkRead(contact=contact(2).id)


def test_showing_a_conversation_reads_it(model, node):
    node.arrive(message(1, contact(3)), message(3, contact(3)))
    assert view(model, 0).unread == 2
    model.show(contact(3).id)
    assert view(model, 0).unread == 0


def test_what_came_into_the_shown_conversation_while_the_node_was_away_is_read(model, node):
    model.show(contact(2).id)
    for number, unread in ((2, 3), (4, 2)):
        node.people[contact(number).id] = contact(number, unread=unread)
    counts = []
    model.unread_changed.connect(counts.append)
    model.load()
    node.deliver()
    assert [view(model, model.row(contact(n).id)).unread for n in (2, 4)] == [0, 2]
    assert node.asked[-1] == schema.MarkRead(contact=contact(2).id)
    assert counts[-1] == 2


def test_names_of_others_are_made_harmless(model, node):
    node.happened.emit((ContactChanged(contact(1, name="x\u202eevil\x1b")),))
    assert names(model)[0] == "x\ufffdevil␛"


def test_contacts_come_go_and_connect(model, node):
    node.happened.emit(
        (
            ContactChanged(contact(9, last_time=NOON * 2)),
            ConnectionChanged(contact(1).id, "Friend 1", True),
            ContactRemoved(contact(2).id, "Friend 2"),
        )
    )
    assert names(model) == ["Friend 9", "Friend 1", "Friend 3", "Friend 4", "Friend 5"]
    assert view(model, 1).connected


def test_of_who_is_connected_nothing_stands_in_the_way(model, node):
    problem = "Your answer has not arrived there yet."
    node.happened.emit((ContactChanged(contact(1, problem=problem)),))
    assert model.contact(contact(1).id).problem == problem
    node.happened.emit((ConnectionChanged(contact(1).id, "Friend 1", True),))
    assert model.contact(contact(1).id).connected
    assert model.contact(contact(1).id).problem is None


@pytest.mark.parametrize("arriving", [(1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1), (3, 6, 1, 5, 2, 4)])
def test_conversations_of_one_time_have_one_order_whichever_came_first(model, node, arriving):
    same = {number: contact(number, last_time=NOON * 2) for number in arriving}
    for number in arriving:
        node.happened.emit((ContactChanged(same[number]),))
    by_id = [view.name for view in sorted(same.values(), key=lambda view: view.id)]
    assert names(model) == by_id
    # The same after the list was asked for anew, in whatever order the node tells it.
    node.people = {same[number].id: same[number] for number in arriving}
    model.load()
    node.deliver()
    assert names(model) == by_id


def test_a_thousand_messages_move_each_row_at_most_once(model, node):
    changes = []
    model.rowsMoved.connect(lambda *_: changes.append("moved"))
    model.dataChanged.connect(lambda *_: changes.append("changed"))
    model.modelReset.connect(lambda: changes.append("reset"))
    views = [message(2 * n + 1, contact(1 + n % 5)) for n in range(1000)]
    node.happened.emit(tuple(MessageAdded(view) for view in views))
    assert sum(view(model, row).unread for row in range(5)) == 1000
    assert len(changes) <= 10
    changes.clear()
    for one in views[:20]:
        node.happened.emit((MessageAdded(one),))
    assert len(changes) >= 20, "told one by one, each is a change: what the batches save"


def test_many_rows_that_move_at_once_are_one_change(qapp):
    node = FakeNode(*(contact(number) for number in range(100)))
    node.connected = True
    model = Conversations(node)
    model.load()
    node.deliver()
    layouts = []
    model.layoutChanged.connect(lambda *_: layouts.append(1))
    node.arrive(*(message(2 * (100 - n) + 1, contact(n)) for n in range(100)))
    assert len(layouts) == 1
    assert names(model)[0] == "Friend 0"
