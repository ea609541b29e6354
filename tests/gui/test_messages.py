"""The messages of one conversation: a bounded window, arrivals, states, what could not be sent."""

import pytest
from fake_node import FakeNode, contact, message
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.errors import DiskFull
from onionchat.views import MessageAdded
from onionchat_gui.viewmodels import links, when
from onionchat_gui.viewmodels.conversation import Conversation
from onionchat_gui.viewmodels.message_row import MAX_LINES, Local
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.messages import MAX_ROWS
from onionchat_gui.viewmodels.words import message_state

BOB = contact(1)


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.connected = True
    return made


@pytest.fixture
def conversation(node):
    made = Conversation(node, BOB.id, lambda: node.now)
    made.tester = QAbstractItemModelTester(
        made.messages, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


@pytest.fixture
def messages(conversation):
    return conversation.messages


def fill(node, number):
    node.history[BOB.id] = [message(n, BOB) for n in range(number)]


def texts(messages):
    return [messages.index(row).data() for row in range(messages.rowCount())]


def row(messages, number):
    return messages.index(number).data(MessageRole.ROW)


def test_opening_costs_one_page_however_long_the_conversation(node, conversation):
    fill(node, 5000)
    conversation.open()
    node.deliver()
    pages = [request for request in node.asked if isinstance(request, schema.History)]
    assert [page.limit for page in pages] == [50]
    assert texts(conversation.messages)[-1] == "Message 4999"


def test_links_are_looked_for_once_and_in_rows_that_are_seen(node, messages, monkeypatch):
    node.history[BOB.id] = [message(n, BOB, text="http://ä.ä " * 300) for n in range(100)]
    looked, find = [], links.find
    monkeypatch.setattr(links, "find", lambda *a, **b: looked.append(a) or find(*a, **b))
    messages.load()
    node.deliver()
    assert messages.rowCount() and not looked
    assert row(messages, 3).links == row(messages, 3).links != ()
    assert len(looked) == 1


def test_scrolling_to_the_beginning_and_back_has_no_holes_and_few_rows(node, messages):
    fill(node, 3000)
    messages.load()
    node.deliver()
    while messages.index(0).data() != "Message 0":
        messages.want_older()
        node.deliver()
        assert messages.rowCount() <= MAX_ROWS
    assert texts(messages) == [f"Message {n}" for n in range(messages.rowCount())]
    assert not messages.at_end
    while not messages.at_end:
        messages.want_newer()
        node.deliver()
        assert messages.rowCount() <= MAX_ROWS
    assert texts(messages) == [f"Message {n}" for n in range(3000 - messages.rowCount(), 3000)]


def test_asking_twice_for_a_page_asks_once(node, messages):
    fill(node, 500)
    messages.load()
    node.deliver()
    before = len(node.asked)
    messages.want_older()
    messages.want_older()
    assert len(node.asked) == before + 1


def test_a_jump_to_a_message_loads_around_it(node, messages):
    fill(node, 1000)
    messages.load(around=message(300, BOB).id)
    node.deliver()
    assert "Message 300" in texts(messages)
    assert not messages.at_end


def test_a_thousand_arrivals_are_one_insertion(node, messages):
    messages.load()
    node.deliver()
    insertions = []
    messages.rowsInserted.connect(lambda _parent, first, last: insertions.append(last - first + 1))
    node.happened.connect(messages.take)
    node.happened.emit(tuple(MessageAdded(message(n, BOB)) for n in range(1000)))
    assert insertions == [1000]
    assert messages.rowCount() == MAX_ROWS
    assert texts(messages)[-1] == "Message 999"


def test_what_arrives_late_gets_its_place_from_the_node(node, conversation):
    messages = conversation.messages
    node.history[BOB.id] = [message(n, BOB) for n in (1, 3)]
    conversation.open()
    node.deliver()
    node.history[BOB.id].insert(1, message(2, BOB))
    node.happened.emit((MessageAdded(message(2, BOB)),))
    node.deliver()
    assert texts(messages) == ["Message 1", "Message 2", "Message 3"]


def test_what_arrives_late_takes_nothing_away_from_the_reader(node, messages):
    fill(node, 500)
    messages.load()
    node.deliver()
    messages.want_older()
    node.deliver()
    resets = []
    messages.modelReset.connect(lambda: resets.append(1))
    late = replace(message(400, BOB, text="Late"), id="late")
    node.history[BOB.id].insert(401, late)
    messages.take((MessageAdded(late),))
    node.deliver()
    assert resets == []
    shown = texts(messages)
    at = shown.index("Late")
    assert shown[at - 1 : at + 2] == ["Message 400", "Late", "Message 401"]
    assert messages.rowCount() == 151


def test_states_change_in_place(node, conversation):
    fill(node, 4)
    conversation.open()
    node.deliver()
    changes = []
    conversation.messages.dataChanged.connect(lambda a, b: changes.append((a.row(), b.row())))
    node.reach(BOB, "read", message(0, BOB), message(2, BOB))
    assert [row(conversation.messages, n).view.state for n in (0, 2)] == ["read", "read"]
    assert changes == [(0, 2)]


def test_days_and_groups(node, messages):
    node.history[BOB.id] = [
        message(1, BOB),
        message(3, BOB),
        message(5, BOB, time=message(3, BOB).time + 86400),
        message(6, BOB, time=message(3, BOB).time + 86410),
    ]
    messages.load()
    node.deliver()
    days = [messages.index(n).data(MessageRole.NEW_DAY) for n in range(4)]
    groups = [messages.index(n).data(MessageRole.GROUPED) for n in range(4)]
    assert days == [True, False, True, False]
    assert groups == [False, True, False, False]


def read_out(messages, number):
    return messages.index(number).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_message_is_read_out_with_author_day_time_and_state(node, messages):
    evil = message(1, BOB, author="Bob\u202e\nYou: no", text="See you\nat eight")
    note = "The key is another."
    mine = message(2, BOB, text="Yes", state="queued", note=note)
    node.history[BOB.id] = [evil, mine]
    messages.load()
    node.deliver()
    day, *times = when.full_day(evil.time), when.clock(evil.time), when.clock(mine.time)
    name = displayable_line(evil.author)
    assert read_out(messages, 0) == f"{name}: See you\nat eight, {day}, {times[0]}"
    assert "\n" not in name, "a name is no second sentence"
    assert read_out(messages, 1) == f"You: Yes, {times[1]}, {message_state('queued')}, {note}"


def test_a_message_that_was_not_sent_says_why_when_read_out(node, messages):
    messages.mark(messages.add_sending("Yes", node.now), Local.FAILED, "The disk is full.")
    assert read_out(messages, 0).endswith(f", {message_state('failed')}, The disk is full.")


def test_a_sent_message_stands_there_once(node, conversation):
    conversation.open()
    node.deliver()
    conversation.send("Hello")
    assert row(conversation.messages, 0).view.state == "sending"
    node.deliver()
    assert texts(conversation.messages) == ["Hello"]
    assert row(conversation.messages, 0).view.state == "queued"


def test_a_failed_message_stays_and_can_be_sent_again(node, conversation):
    conversation.open()
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Precious")
    node.deliver()
    failed = row(conversation.messages, 0)
    assert (failed.view.state, failed.problem) == ("failed", DiskFull.sentence)
    node.problem = None
    conversation.retry(failed.view.id)
    node.deliver()
    assert [row(conversation.messages, 0).view.state, *texts(conversation.messages)] == [
        "queued",
        "Precious",
    ]


def tags(node):
    return [request.tag for request in node.asked if isinstance(request, schema.Send)]


@pytest.mark.parametrize("stored", [True, False])
def test_what_the_lost_node_did_not_answer_is_sent_again_by_itself_and_once(
    node, conversation, stored
):
    conversation.open()
    node.deliver()
    for text in ("One", "Two"):
        conversation.send(text)
    if stored:
        for request in [r for r in node.asked if isinstance(r, schema.Send)]:
            node._send(request)
    node.lose()
    assert conversation.messages.has_unsent()
    node.connected = True
    conversation.resume()
    node.deliver()
    assert texts(conversation.messages) == ["One", "Two"]
    assert [view.text for view in node.history[BOB.id]] == ["One", "Two"]
    assert not conversation.messages.has_unsent()


def test_each_text_has_a_tag_of_its_own_that_it_keeps(node, conversation):
    conversation.open()
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Yes")
    conversation.send("Yes")
    node.deliver()
    node.problem = None
    for number in (0, 1):
        conversation.retry(row(conversation.messages, number).view.id)
    node.deliver()
    first, second, *again = tags(node)
    assert again == [first, second]
    assert first != second
    assert texts(conversation.messages) == ["Yes", "Yes"]


def test_a_failure_that_comes_after_the_return_of_the_node_is_tried_again_at_once(
    node, conversation
):
    node.connected = False
    conversation.send("Late")
    node.connected = True
    conversation.resume()
    node.deliver()
    assert texts(conversation.messages) == ["Late"]
    assert not conversation.messages.has_unsent()


def test_what_was_refused_or_deleted_is_not_sent_by_itself(node, conversation):
    conversation.open()
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Refused")
    node.deliver()
    node.problem = None
    conversation.send("Deleted")
    node.lose()
    conversation.messages.discard(row(conversation.messages, 1).view.id)
    node.connected = True
    conversation.resume()
    node.deliver()
    assert node.history[BOB.id] == []
    assert texts(conversation.messages) == ["Refused"]


def test_a_failed_message_survives_a_reload(node, conversation):
    conversation.open()
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Precious")
    node.deliver()
    node.problem = None
    conversation.messages.load()
    node.deliver()
    assert texts(conversation.messages) == ["Precious"]


@pytest.fixture
def precious(node, conversation):
    """The id of a text that could not be sent, in a long conversation."""
    fill(node, 2 * MAX_ROWS)
    conversation.open()
    node.deliver()
    node.problem = DiskFull()
    conversation.send("Precious")
    node.deliver()
    node.problem = None
    last = row(conversation.messages, conversation.messages.rowCount() - 1)
    assert last.view.state == "failed"
    return last.view.id


def test_a_failed_message_is_there_again_after_scrolling_to_the_beginning(
    node, conversation, precious
):
    messages = conversation.messages
    while messages.index(0).data() != "Message 0":
        messages.want_older()
        node.deliver()
    assert not messages.at_end
    assert "Precious" not in texts(messages), "it stands after the newest message"
    assert messages.has_unsent()
    while not messages.at_end:
        messages.want_newer()
        node.deliver()
    assert texts(messages)[-2:] == [f"Message {2 * MAX_ROWS - 1}", "Precious"]
    conversation.retry(precious)
    node.deliver()
    assert node.history[BOB.id][-1].text == "Precious"
    assert texts(messages).count("Precious") == 1
    assert not messages.has_unsent()


def test_a_failed_message_is_there_again_after_a_jump(node, conversation, precious):
    messages = conversation.messages
    messages.load(around=message(300, BOB).id)
    node.deliver()
    assert "Precious" not in texts(messages)
    assert messages.has_unsent()
    assert messages.unsent(precious) == "Precious"
    messages.load()
    node.deliver()
    assert texts(messages)[-1] == "Precious"
    messages.discard(precious)
    assert not messages.has_unsent()
    assert texts(messages)[-1] == f"Message {2 * MAX_ROWS - 1}"


def test_what_fails_while_the_person_reads_elsewhere_is_kept(node, conversation):
    messages = conversation.messages
    fill(node, 2 * MAX_ROWS)
    conversation.open()
    node.deliver()
    id_ = messages.add_sending("Precious", node.now)
    messages.load(around=message(300, BOB).id)
    node.deliver()
    messages.mark(id_, Local.FAILED, "No.")
    assert messages.unsent(id_) == "Precious"
    messages.load()
    node.deliver()
    last = row(messages, messages.rowCount() - 1)
    assert (last.view.text, last.view.state, last.problem) == ("Precious", "failed", "No.")


def test_the_same_text_from_elsewhere_takes_nothing_away(node, conversation):
    messages = conversation.messages
    conversation.open()
    node.deliver()
    id_ = messages.add_sending("Yes", node.now)
    node.arrive(message(2, BOB, text="Yes"))
    assert texts(messages) == ["Yes"], "most likely it is the same one"
    messages.mark(id_, Local.FAILED, "No.")
    assert [row(messages, n).view.state for n in range(messages.rowCount())] == [
        "delivered",
        "failed",
    ]
    assert messages.unsent(id_) == "Yes"


def test_two_equal_texts_on_their_way_are_two(node, conversation):
    conversation.open()
    node.deliver()
    conversation.send("Yes")
    conversation.send("Yes")
    assert texts(conversation.messages) == ["Yes", "Yes"]
    node.deliver()
    assert texts(conversation.messages) == ["Yes", "Yes"]
    assert not conversation.messages.has_unsent()


def test_an_empty_text_is_not_sent(node, conversation):
    conversation.send(" \n ")
    assert node.asked == []


def test_a_draft_is_stored_after_a_pause_and_comes_back(node, conversation, qtbot):
    conversation.open()
    node.deliver()
    conversation.type("Half a th")
    with qtbot.waitSignal(conversation._pause.timeout):
        conversation.type("Half a thought")
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    again = Conversation(node, BOB.id, lambda: node.now)
    with qtbot.waitSignal(again.written):
        again.open()
        node.deliver()
    assert again.text == "Half a thought"


def test_a_huge_text_is_cut(node, messages):
    node.history[BOB.id] = [message(1, BOB, text="e" + "\u0301" * 1_000_000)]
    messages.load()
    node.deliver()
    assert len(texts(messages)[0]) == 4000
    node.history[BOB.id] = [message(1, BOB, text="\n" * 5000)]
    messages.load()
    node.deliver()
    assert texts(messages)[0].count("\n") == MAX_LINES - 1
    assert row(messages, 0).cut
