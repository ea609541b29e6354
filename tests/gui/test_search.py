"""Search as one types: when the node is asked, which answer counts, what the rows say."""

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from onionchat.control import schema
from onionchat.errors import OnionchatError, Stopping, UnknownMessage
from onionchat.views import ContactChanged, ContactRemoved, MessageAdded
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.search import (
    MAX_CONTACTS,
    MAX_MESSAGES,
    MAX_TEXT,
    PAGE,
    PAUSE_MILLIS,
    SearchRole,
    State,
)

ADA, BOB = contact(1, name="Ada Lovelace"), contact(2, name="Bób")


@pytest.fixture
def node(qapp):
    made = FakeNode(ADA, BOB)
    made.history[ADA.id] = [message(n, ADA, text=f"The bridge {n}") for n in range(120)]
    made.history[BOB.id] = [message(n, BOB, text=f"No bridges, {n}") for n in (3, 1000)]
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    node.asked.clear()
    return made


@pytest.fixture
def search(desk):
    made = desk.search
    made.tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


def asked(node):
    return [request.words for request in node.asked if isinstance(request, schema.Search)]


def pass_time(search):
    """The pause is over; without waiting for it."""
    assert search.pause.isActive()
    search.pause.stop()
    search.pause.timeout.emit()


def find(search, node, text):
    search.type(text)
    pass_time(search)
    node.deliver()


def texts(search):
    return [search.index(row).data(SearchRole.MARKED).text for row in range(search.rowCount())]


# --- Asking --------------------------------------------------------------------------------------


def test_the_node_is_asked_once_after_a_pause(search, node):
    for text in ("b", "br", "bri"):
        search.type(text)
    assert asked(node) == []
    assert (search.pause.interval(), search.pause.isSingleShot()) == (PAUSE_MILLIS, True)
    pass_time(search)
    assert node.asked == [schema.Search(words="bri", limit=PAGE)]
    assert search.state == State.ASKING
    node.deliver()
    assert search.state == State.DONE
    assert texts(search)[:3] == ["No bridges, 1000", "The bridge 119", "The bridge 118"]


def test_one_request_is_on_its_way_and_the_newest_text_wins(search, node):
    search.type("the")
    pass_time(search)
    search.type("brid")
    pass_time(search)
    assert asked(node) == ["the"], "the first is not answered yet"
    node.step()
    assert texts(search) == [], "a late answer is dropped"
    assert asked(node) == ["the", "brid"]
    node.deliver()
    assert texts(search)[0] == "No bridges, 1000"
    assert asked(node) == ["the", "brid"]


def test_a_late_answer_does_not_end_the_pause_of_who_goes_on_typing(search, node):
    search.type("the")
    pass_time(search)
    search.type("bri")
    node.deliver()
    assert asked(node) == ["the"]
    pass_time(search)
    assert asked(node) == ["the", "bri"]


def test_an_answer_counts_again_when_its_text_is_typed_again(search, node):
    search.type("bri")
    pass_time(search)
    search.type("bric")
    search.type("bri")
    node.deliver()
    assert (search.state, asked(node)) == (State.DONE, ["bri"])
    assert not search.pause.isActive(), "nothing is asked twice"


def test_what_was_found_stays_until_there_is_something_else(search, node):
    find(search, node, "bri")
    shown = texts(search)
    search.type("brid")
    assert texts(search) == shown
    assert search.state == State.ASKING
    search.type("")
    assert texts(search) == []
    assert search.state == State.EMPTY


def test_a_late_answer_to_a_text_that_is_gone_brings_nothing(search, node):
    search.type("bri")
    pass_time(search)
    search.clear()
    node.deliver()
    assert (search.rowCount(), search.state, asked(node)) == (0, State.EMPTY, ["bri"])


def test_a_space_at_the_end_is_asked_for_since_it_ends_a_word(search, node):
    find(search, node, "  the ")
    assert asked(node) == ["the "]


def test_no_text_is_longer_than_the_node_takes_and_none_is_impossible(search, node):
    search.type("x" * 5000)
    assert len(search.text) == MAX_TEXT
    find(search, node, "a \ud800")
    assert asked(node) == ["a ?"]


def test_an_error_is_a_sentence_and_can_be_tried_again(search, node):
    node.problem = OnionchatError("The disk is gone.")
    find(search, node, "bri")
    assert (search.state, search.problem) == (State.FAILED, "The disk is gone.")
    node.problem = None
    search.ask()
    assert search.problem == ""
    node.deliver()
    assert search.state == State.DONE


def test_a_node_that_is_back_is_asked_again(search, node):
    search.type("bri")
    pass_time(search)
    node.lose(ended=False)
    assert (search.state, search.problem) == (State.FAILED, Stopping.sentence)
    node.deliver()
    assert search.state == State.DONE


def test_nothing_found_is_an_answer(search, node):
    find(search, node, "zebra")
    assert (search.state, search.rowCount(), search.row) == (State.DONE, 0, -1)


# --- Rows ----------------------------------------------------------------------------------------


def test_contacts_are_found_at_once_without_case_and_accents(search, node):
    search.type("bo")
    assert texts(search) == ["Bób"]
    assert search.index(0).data(SearchRole.MARKED).ranges == ((0, 2),)
    search.type("love ada")
    assert texts(search) == ["Ada Lovelace"]
    assert node.asked == []


def test_contacts_stand_first_and_are_few(desk, search, node):
    for number in range(10, 50):
        person = contact(number, name=f"Bridget {number}")
        node.happened.emit((ContactChanged(person),))
    find(search, node, "bri")
    kinds = [search.index(row).data(SearchRole.FOUND).message is None for row in range(10)]
    assert kinds == [True] * MAX_CONTACTS + [False] * (10 - MAX_CONTACTS)
    firsts = [row for row in range(10) if search.index(row).data(SearchRole.FIRST)]
    assert firsts == [0, MAX_CONTACTS]
    assert search.matching == 40


def test_a_contact_that_is_renamed_or_gone_is_so_here_too(search, node):
    find(search, node, "bo")
    node.happened.emit((ContactChanged(contact(2, name="Robert")),))
    assert texts(search) == []
    find(search, node, "bridges")
    assert search.index(0).data() == "Robert"
    node.happened.emit((ContactRemoved(BOB.id, "Robert"),))
    assert search.rowCount() == 0


def test_older_messages_come_with_scrolling(search, node):
    find(search, node, "bri")
    assert (search.rowCount(), search.more) == (PAGE, True)
    search.want_more()
    search.want_more()
    node.deliver()
    assert search.rowCount() == 2 * PAGE
    assert len(asked(node)) == 2
    while search.more:
        search.want_more()
        node.deliver()
    assert search.rowCount() == 122
    assert len(set(texts(search))) == 122


def test_not_all_of_a_life_is_shown(search, node):
    node.history[BOB.id] = [message(n, BOB, text=f"bridge {n}") for n in range(2 * MAX_MESSAGES)]
    find(search, node, "bri")
    while search.more:
        search.want_more()
        node.deliver()
    assert search.rowCount() == MAX_MESSAGES
    assert search.cut
    find(search, node, "bridge 1999")
    assert not search.cut


def test_a_page_that_comes_after_the_text_changed_is_dropped(search, node):
    find(search, node, "bri")
    search.want_more()
    search.type("bridges")
    node.deliver()
    assert search.rowCount() == PAGE
    pass_time(search)
    node.deliver()
    assert search.rowCount() == 2


def test_of_a_long_text_only_a_piece_is_kept(search, node):
    node.history[BOB.id] = [message(1, BOB, text="bridge " + "e\u0301" * 500_000)]
    find(search, node, "bridge")
    found = search.index(0).data(SearchRole.FOUND)
    assert found.marked is None, "nothing is made before it is seen"
    assert len(search.index(0).data(SearchRole.MARKED).text) < 300
    assert found.message.text == ""


def test_rows_are_read_out(search, node):
    node.history[ADA.id] = [message(2, ADA, text="The\nbridge"), message(1, ADA, text="A bridge")]
    node.history[BOB.id] = []
    find(search, node, "bridge")
    mine, theirs = (search.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2))
    assert mine.startswith("You to Ada Lovelace: The bridge, ")
    assert theirs.startswith("Ada Lovelace: A bridge, ")
    find(search, node, "ada")
    assert search.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Contact: Ada Lovelace"


# --- What comes meanwhile ------------------------------------------------------------------------


def test_messages_that_come_meanwhile_move_no_row_but_are_told(search, node):
    find(search, node, "bri")
    shown = texts(search)
    new = [message(2001, BOB, text="A bridge"), message(2003, BOB, text="A ridge")]
    node.arrive(*new)
    assert (texts(search), search.fresh) == (shown, 1)
    search.ask()
    node.deliver()
    assert texts(search)[0] == "A bridge"
    assert search.fresh == 0


def test_what_comes_elsewhere_is_nothing_to_a_search_in_one_conversation(search, node):
    search.within(ADA.id)
    find(search, node, "bri")
    node.happened.emit((MessageAdded(message(2001, BOB, text="A bridge")),))
    assert search.fresh == 0


# --- One conversation, and the way through the pages ---------------------------------------------


def test_a_search_in_one_conversation_finds_no_contact_and_nothing_of_others(search, node):
    search.within(ADA.id)
    find(search, node, "bri")
    assert node.asked[-1].contact == ADA.id
    assert {search.index(row).data() for row in range(search.rowCount())} == {"Ada Lovelace"}
    search.type("ada")
    assert all(search.index(row).data(SearchRole.FOUND).message for row in range(search.rowCount()))
    search.within("")
    assert search.index(0).data(SearchRole.FOUND).message is None


def pages(desk):
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    return shown


def test_the_page_opens_with_the_first_letter_and_goes_with_the_last(desk):
    desk.open_page("conversation", ADA.id)
    shown = pages(desk)
    desk.search_for("b")
    desk.search_for("br")
    assert shown == [("search", "")]
    desk.search_for("")
    assert shown[1:] == [("conversation", ADA.id)]
    desk.back()
    assert shown[2:] == [("", "")]


def test_back_from_what_was_found_leads_to_the_results(desk, search, node):
    desk.open_page("conversation", BOB.id)
    desk.search_for("bri")
    pass_time(search)
    node.deliver()
    search.open(4)
    shown = pages(desk)
    desk.back()
    assert shown == [("search", "")]
    assert (search.text, search.row, search.rowCount()) == ("bri", 4, PAGE)
    desk.back()
    assert shown[1:] == [("conversation", BOB.id)]
    assert (search.text, search.rowCount()) == ("", 0)


def test_who_leaves_one_search_has_left_those_before_it(desk):
    desk.open_page("conversation", ADA.id)
    desk.search_for("bri")
    desk.open_page("conversation", ADA.id)
    desk.open_page("search", ADA.id)
    shown = pages(desk)
    desk.back()
    desk.back()
    assert shown == [("conversation", ADA.id), ("", "")]


def test_in_one_conversation_an_empty_field_leads_nowhere_else(desk, search):
    desk.open_page("search", ADA.id)
    shown = pages(desk)
    desk.search_for("b")
    desk.search_for("")
    desk.search_for("c")
    assert (shown, search.contact) == ([], ADA.id)


def test_of_a_locked_profile_nothing_is_kept(desk, search, node):
    desk.search_for("bri")
    pass_time(search)
    node.deliver()
    node.lose()
    node.deliver()
    assert (search.text, search.rowCount(), search.state) == ("", 0, State.EMPTY)


def test_a_locked_window_has_no_way_back_to_a_search(desk, search, node):
    desk.open_page("conversation", ADA.id)
    desk.search_for("bri")
    pass_time(search)
    node.deliver()
    desk.lock.lock()
    assert (search.text, search.rowCount(), search.state) == ("", 0, State.EMPTY)
    assert desk._way_before == [("conversation", ADA.id)]


# --- Choosing ------------------------------------------------------------------------------------


def test_enter_opens_the_chosen_row_and_waits_for_no_pause(search, node):
    heard = []
    search.opened.connect(lambda *what: heard.append(what))
    search.type("bri")
    search.enter()
    assert (heard, asked(node)) == ([], ["bri"]), "there is nothing to open yet"
    node.deliver()
    search.move(1)
    search.move(1)
    search.move(-1)
    search.enter()
    assert heard == [(ADA.id, message(119, ADA).id)]
    search.type("bob")
    search.enter()
    assert heard[1:] == [(BOB.id, "")]
    search.type("the")
    search.enter()
    assert len(heard) == 2, "these are the messages of another text"


def test_choosing_stops_at_the_ends_and_asks_for_more_before(search, node):
    search.move(1)
    assert search.row == -1
    find(search, node, "bri")
    search.move(-5)
    assert search.row == 0
    search.move(1000)
    assert search.row == PAGE - 1
    node.deliver()
    assert search.rowCount() == 2 * PAGE
    assert search.row == PAGE - 1


# --- The jump ------------------------------------------------------------------------------------


def histories(node):
    return [request for request in node.asked if isinstance(request, schema.History)]


def jumped(messages):
    rows = range(messages.rowCount())
    return [
        messages.index(row).data() for row in rows if messages.index(row).data(MessageRole.JUMPED)
    ]


def test_a_message_is_shown_with_those_around_it_for_one_request(desk, node):
    desk.open_message(ADA.id, message(20, ADA).id)
    node.deliver()
    assert [request.around for request in histories(node)] == [message(20, ADA).id]
    messages = desk.conversation(ADA.id).messages
    assert jumped(messages) == ["The bridge 20"]
    assert not messages.at_end
    sentence = messages.index(messages.row(message(20, ADA).id)).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    assert sentence.endswith(", this is what was found")


def test_a_message_that_is_there_already_costs_no_request(desk, node):
    messages = desk.conversation(ADA.id).messages
    node.deliver()
    node.asked.clear()
    desk.open_message(ADA.id, message(110, ADA).id)
    assert histories(node) == []
    assert jumped(messages) == ["The bridge 110"]


def test_what_arrives_on_the_way_does_not_lead_elsewhere(desk, node):
    desk.open_message(ADA.id, message(20, ADA).id)
    node.arrive(message(2001, ADA))
    node.deliver()
    assert jumped(desk.conversation(ADA.id).messages) == ["The bridge 20"]


def test_a_lost_node_is_asked_for_the_same_place_again(desk, node):
    desk.open_message(ADA.id, message(20, ADA).id)
    node.lose(ended=False)
    node.deliver()
    assert jumped(desk.conversation(ADA.id).messages) == ["The bridge 20"]


def test_a_message_that_is_gone_is_said_and_the_newest_are_shown(desk, node):
    desk.open_message(ADA.id, "gone")
    node.deliver()
    messages = desk.conversation(ADA.id).messages
    assert desk.notices.shown.sentence == UnknownMessage.sentence
    assert messages.at_end
    assert messages.rowCount() == 50
    assert messages.jumped_to is None


def test_the_mark_goes_with_the_page_and_who_comes_back_sees_the_newest(desk, node):
    desk.open_message(ADA.id, message(20, ADA).id)
    node.deliver()
    desk.open_page("conversation", BOB.id)
    messages = desk.conversation(ADA.id).messages
    node.deliver()
    assert jumped(messages) == []
    assert messages.at_end
