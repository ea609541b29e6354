"""What the pages share: conversations kept open, drafts stored, what comes after a reconnection."""

import pytest
from fake_node import FakeNode, FakeStarter, contact

from onionchat.control import schema
from onionchat.errors import DiskFull, KeyslotMissing, NoProfile
from onionchat_gui.viewmodels.desk import MAX_CONVERSATIONS, Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.session import Phase

PEOPLE = [contact(number) for number in range(1, 2 * MAX_CONVERSATIONS)]
BOB = PEOPLE[0]


@pytest.fixture
def node(qapp):
    return FakeNode(*PEOPLE)


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def notices(desk):
    heard = []
    desk.notices.changed.connect(
        lambda: desk.notices.shown and heard.append(desk.notices.shown.sentence)
    )
    return heard


def bob(desk, node):
    opened = desk.conversation(BOB.id)
    node.deliver()
    return opened


def test_drafts_are_stored_before_the_window_closes(desk, node):
    bob(desk, node).type("Half a thought")
    desk.store_drafts()
    assert node.asked[-1] == schema.SetDraft(contact=BOB.id, text="Half a thought")
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}


def test_a_draft_typed_while_the_node_is_away_is_stored_when_it_is_back(desk, node, notices):
    conversation = bob(desk, node)
    node.lose(ended=False)
    conversation.type("Half a thought")
    node.connected = False
    conversation.store_draft()
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    assert notices == [], "a strip says already that the node is away"


def test_a_draft_whose_answer_was_lost_is_stored_again(desk, node, notices):
    conversation = bob(desk, node)
    conversation.type("Half a thought")
    conversation.store_draft()
    node.lose(ended=False)
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    assert notices == []


def test_a_draft_that_the_node_refuses_is_said_and_tried_again(desk, node, notices):
    conversation = bob(desk, node)
    node.problem = DiskFull()
    conversation.type("Half a thought")
    conversation.store_draft()
    node.deliver()
    assert notices == [DiskFull.sentence]
    node.problem = None
    desk.store_drafts()
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}


def test_a_conversation_opened_while_the_node_is_away_gets_its_draft_later(desk, node):
    node.drafts[BOB.id] = "From yesterday"
    node.lose(ended=False)
    conversation = desk.conversation(BOB.id)
    node.deliver()
    assert conversation.draft == "From yesterday"


def test_a_text_that_was_not_sent_is_sent_after_a_restart_of_the_node(desk, node):
    conversation = bob(desk, node)
    conversation.send("Precious")
    node.running_at_try = 3
    node.lose()
    node.deliver()
    assert desk.conversation(BOB.id) is conversation
    rows = conversation.messages
    last = rows.index(rows.rowCount() - 1).data(MessageRole.ROW)
    assert (last.view.text, last.view.state) == ("Precious", "queued")
    assert [view.text for view in node.history[BOB.id]][-1:] == ["Precious"]


def test_a_text_outlasts_a_node_that_is_gone_for_long_and_is_not_shown_meanwhile(desk, node):
    conversation = bob(desk, node)
    conversation.send("Precious")
    conversation.type("Half a thought")
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.LOCKED
    assert desk.keeps_something()
    desk.session.unlock("open sesame")
    node.deliver()
    assert desk.session.phase == Phase.READY
    assert [view.text for view in node.history[BOB.id]] == ["Precious"]
    assert node.drafts == {BOB.id: "Half a thought"}
    assert bob(desk, node).draft == "Half a thought"


def test_of_a_conversation_without_such_texts_nothing_is_kept_when_the_node_is_gone(desk, node):
    bob(desk, node).send("Stored")
    node.deliver()
    node.lose()
    node.deliver()
    assert not desk._open


@pytest.mark.parametrize("lacks", [NoProfile(), KeyslotMissing()])
def test_of_a_profile_that_is_gone_nothing_is_kept(desk, node, lacks):
    desk.conversation(BOB.id).send("Precious")
    node.deliver()
    desk.starter.lacks = lacks
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.NO_PROFILE
    assert (desk.conversations.rowCount(), desk._open) == (0, {})


def test_few_conversations_are_kept_open(desk, node):
    for person in PEOPLE:
        desk.conversation(person.id)
        node.deliver()
    assert len(desk._open) == MAX_CONVERSATIONS
    assert list(desk._open) == [person.id for person in PEOPLE[-MAX_CONVERSATIONS:]]


def test_a_conversation_with_an_unstored_draft_is_not_forgotten(desk, node):
    bob(desk, node).type("Half a thought")
    node.problem = DiskFull()
    for person in PEOPLE[1:]:
        desk.conversation(person.id)
        node.deliver()
    assert BOB.id in desk._open
    node.problem = None
    desk.conversation(PEOPLE[1].id)
    node.deliver()
    assert node.drafts == {BOB.id: "Half a thought"}
    desk.conversation(PEOPLE[2].id)
    assert BOB.id not in desk._open


def test_the_conversation_being_opened_is_kept_whatever_the_others_keep(desk, node):
    node.problem = DiskFull()
    for person in PEOPLE:
        desk.conversation(person.id).send("Precious")
        node.deliver()
    last = contact(99)
    node.people[last.id] = last
    assert desk.conversation(last.id) is desk.conversation(last.id)
