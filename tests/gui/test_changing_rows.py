"""Rows follow what is said of their messages: edits, reactions, deletions, the time."""

import pytest
from fake_node import NOON, FakeNode, contact, message
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from onionchat.displayable import displayable_line
from onionchat.views import MessageAdded, MessageChanged, MessagesDeleted, QuoteView, ReactionView
from onionchat_gui.viewmodels import remarks
from onionchat_gui.viewmodels.conversation import Conversation
from onionchat_gui.viewmodels.conversations import Conversations
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.search import Search

BOB = contact(1, name="Bob")


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.connected = True
    return made


@pytest.fixture
def messages(node):
    node.history[BOB.id] = [message(n, BOB) for n in range(6)]
    made = Conversation(node, BOB.id, lambda: node.now)
    made.tester = QAbstractItemModelTester(
        made.messages, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    made.open()
    node.deliver()
    made.messages.conversation = made
    return made.messages


def texts(messages):
    return [messages.index(row).data() for row in range(messages.rowCount())]


def row(messages, number):
    return messages.index(number).data(MessageRole.ROW)


def said(messages, number):
    return messages.index(number).data(Qt.ItemDataRole.AccessibleTextRole)


def test_an_edit_shows_what_it_says_now_where_it_stands(node, messages):
    node.change(row(messages, 2).view.id, text="Corrected", edited=NOON)
    assert texts(messages)[2] == "Corrected"
    assert "edited" in said(messages, 2)


def test_what_answers_quote_follows_the_message(node, messages):
    first = row(messages, 0).view
    quote = QuoteView(first.id, "Me", True, first.text)
    node.arrive(message(7, BOB, reply=quote))
    node.change(first.id, text="Corrected")
    assert row(messages, 6).quote.line == "Corrected"
    node.vanish(BOB, first.id)
    answer = row(messages, 5)
    assert (answer.quote.line, answer.quote.here) == ("The text was deleted.", False)


def test_a_deleted_message_is_gone_and_one_deleted_for_everyone_says_so(node, messages):
    gone, asked = row(messages, 1).view.id, row(messages, 2).view.id
    node.vanish(BOB, gone)
    note = "You deleted this and asked for it to be deleted everywhere."
    node.change(asked, text="", deleted=True, asked="asked", note=note)
    assert len(texts(messages)) == 5
    assert row(messages, 1).bare and row(messages, 1).remark == note
    assert note in said(messages, 1)


def test_many_deletions_at_once_are_one_removal_for_each_stretch(node, messages):
    removed = []
    messages.rowsRemoved.connect(lambda _, first, last: removed.append((first, last)))
    ids = [row(messages, n).view.id for n in (0, 1, 2, 4)]
    node.vanish(BOB, *ids)
    assert removed == [(4, 4), (0, 2)]
    assert texts(messages) == ["Message 3", "Message 5"]


def test_what_a_page_brings_after_it_was_deleted_does_not_come_back(node, messages):
    node.history[BOB.id] = [message(n, BOB) for n in range(200)]
    messages.load()
    node.deliver()
    first = messages.index(0).data(MessageRole.ROW).view.id
    messages.want_older()
    gone = node.history[BOB.id][140].id
    node.tell(MessagesDeleted(BOB.id, (gone,)))
    node.deliver()
    assert messages.row(gone) < 0 < messages.row(first)
    assert messages.rowCount() == 149


def test_a_message_that_came_and_went_in_one_batch_was_never_here(node, messages):
    new = message(8, BOB)
    node.tell(MessageAdded(new), MessageChanged(new), MessagesDeleted(BOB.id, (new.id,)))
    assert messages.row(new.id) < 0


def test_where_all_that_is_shown_is_deleted_the_newest_are_asked_for(node, messages):
    node.history[BOB.id] = [message(n, BOB) for n in range(200)]
    messages.load()
    node.deliver()
    node.vanish(BOB, *(row(messages, n).view.id for n in range(messages.rowCount())))
    node.deliver()
    assert messages.rowCount() == 50
    assert texts(messages)[-1] == "Message 149"


def test_the_same_reaction_of_two_is_one_with_a_number(node, messages):
    both = (ReactionView("👍", False, "Bob"), ReactionView("👍", True, "Me"))
    node.change(row(messages, 1).view.id, reactions=both)
    assert row(messages, 1).reactions == (remarks.Reaction("👍 2", mine=True, emoji="👍"),)
    assert "Bob reacted with 👍, you reacted with 👍" in said(messages, 1)


def test_a_hostile_reaction_is_short_and_turns_nothing(node, messages):
    hostile = "\N{RIGHT-TO-LEFT OVERRIDE}" + "x\n" * 30
    node.change(row(messages, 1).view.id, reactions=(ReactionView(hostile, False, "Bob"),))
    (shown,) = row(messages, 1).reactions
    assert len(shown.words) <= remarks.MAX_EMOJI
    assert not set("\N{RIGHT-TO-LEFT OVERRIDE}\n") & set(shown.words)


def test_a_hostile_quotation_is_one_line_and_turns_nothing(node, messages):
    text = "\N{RIGHT-TO-LEFT EMBEDDING}evil\n\n\N{RIGHT-TO-LEFT OVERRIDE}" * 9
    node.change(row(messages, 1).view.id, reply=QuoteView("1", "Bob", False, text))
    assert row(messages, 1).quote.line == displayable_line(text)


def test_how_long_a_message_is_still_here_goes_down_with_the_time(node, messages):
    view = node.change(row(messages, 1).view.id, lifetime=3600, disappears=node.now + 3600)
    assert row(messages, 1).left == "60 min"
    changed = []
    messages.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    node.now += 1800
    messages.tick()
    messages.tick()
    assert (row(messages, 1).left, changed) == ("30 min", [(1, 1)])
    node.now += 9999
    messages.tick()
    assert row(messages, 1).left == "1 min", "never less than that"
    assert "disappears" in said(messages, 1)
    assert view.id == row(messages, 1).view.id


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(90, "2 min"), (3600, "60 min"), (7200, "2 h"), (86_400, "24 h"), (28 * 86_400, "28 d")],
)
def test_what_is_left_is_said_in_few_letters(seconds, words, qapp):
    assert remarks.left(message(1, BOB, disappears=NOON + seconds), NOON) == words


def test_a_timer_is_a_line_that_says_who_set_it(node, messages):
    node.arrive(message(7, BOB, text="", kind="timer", timer=300, note="English"))
    node.arrive(message(8, BOB, text="", kind="timer", timer=0, note="English"))
    assert row(messages, 6).is_line
    assert row(messages, 6).remark.startswith("Bob: from here on messages disappear 5 minute")
    assert row(messages, 7).remark == "You: from here on messages stay."
    assert said(messages, 7).startswith("You: from here on")


def test_a_locked_window_counts_no_time(node, messages):
    node.change(row(messages, 1).view.id, disappears=node.now + 3600)
    assert messages._clock.isActive()
    messages.conversation.put_away()
    assert not messages._clock.isActive()


def test_search_results_follow_edits_and_deletions(node):
    node.history[BOB.id] = [message(n, BOB, text=f"bridge {n}") for n in range(4)]
    search = Search(node, Conversations(node))
    search.type("bridge")
    search.ask()
    node.deliver()
    assert search.rowCount() == 4
    node.vanish(BOB, node.history[BOB.id][0].id)
    node.change(node.history[BOB.id][0].id, text="ferry")
    assert search.rowCount() == 2
    node.vanish(BOB, *(view.id for view in node.history[BOB.id]))
    assert search.rowCount() == 0
    search.want_more()
