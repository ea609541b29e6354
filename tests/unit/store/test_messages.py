"""Conversations as people see them: pages, states, unread, queued, search, erasing."""

import pytest

from onionchat.errors import FloodRefused, UnknownContact, UnknownMessage
from onionchat.store import contacts, entries, erasing, frontiers, journals, messages
from onionchat.types import MessageState

from .conftest import key32, make_entry


@pytest.fixture
def alice(world):
    return world.contact("alice")


def direct(name):
    return key32(f"direct {name}")


def texts(found):
    return [message.text for message in found]


# --- pages --------------------------------------------------------------------------------------


def test_a_page_is_the_newest_messages_oldest_first(tx, world, alice):
    said = [world.say("alice", f"text {n}", mine=n % 2 == 0) for n in range(10)]
    page = messages.history(tx, alice, 4)
    assert texts(page) == ["text 6", "text 7", "text 8", "text 9"]
    assert [message.mine for message in page] == [True, False, True, False]
    assert texts(messages.history(tx, alice, 3, said[6].entry_id)) == ["text 3", "text 4", "text 5"]
    assert texts(messages.history(tx, alice, 9, said[1].entry_id)) == ["text 0"]
    assert texts(messages.history_after(tx, alice, 2, said[6].entry_id)) == ["text 7", "text 8"]


def test_a_stretch_says_whether_the_conversation_goes_on_at_each_end(tx, world, alice):
    said = [world.say("alice", f"{n}", mine=n % 2 == 0).entry_id for n in range(10)]

    def seen(stretch):
        return "".join(texts(stretch.messages)), stretch.older, stretch.newer

    assert seen(messages.newest(tx, alice, 4)) == ("6789", True, False)
    assert seen(messages.newest(tx, alice, 10)) == ("0123456789", False, False)
    assert seen(messages.before(tx, alice, 2, said[3])) == ("12", True, True)
    assert seen(messages.before(tx, alice, 3, said[3])) == ("012", False, True)
    assert seen(messages.after(tx, alice, 3, said[6])) == ("789", True, False)
    assert seen(messages.after(tx, alice, 2, said[6])) == ("78", True, True)
    assert seen(messages.after(tx, alice, 2, said[9])) == ("", True, False)


@pytest.mark.parametrize(
    ("place", "limit", "expected"),
    [
        (5, 5, ("34567", True, True)),
        (5, 4, ("4567", True, True)),
        (5, 2, ("56", True, True)),
        (5, 1, ("5", True, True)),
        (0, 1, ("0", False, True)),
        (9, 1, ("9", True, False)),
        (0, 5, ("012", False, True)),
        (9, 5, ("789", True, False)),
        (4, 50, ("0123456789", False, False)),
    ],
)
def test_a_search_result_is_found_in_the_middle_of_its_neighbours(
    tx, world, alice, place, limit, expected
):
    said = [world.say("alice", f"{n}", mine=n % 2 == 0).entry_id for n in range(10)]
    found = messages.around(tx, alice, limit, said[place])
    assert ("".join(texts(found.messages)), found.older, found.newer) == expected


def test_around_a_message_of_somebody_else_there_is_nothing(tx, world, alice):
    world.contact("bob")
    elsewhere = world.say("bob", "to bob", mine=True).entry_id
    for look in (messages.before, messages.after, messages.around):
        for limit in (1, 2, 9):
            with pytest.raises(UnknownMessage):
                look(tx, alice, limit, elsewhere)


def test_a_message_that_arrives_late_stands_where_it_belongs(tx, world, alice):
    world.say("alice", "first", mine=True)
    world.say("alice", "third", mine=True)
    late = make_entry(
        direct("alice"), key32("another device"), 1, time=world.clock - 1, depth=9, text="second"
    )
    entries.insert(tx, [late])
    assert texts(messages.history(tx, alice, 9)) == ["first", "second", "third"]
    assert contacts.summary(tx, alice).last_text == "third"
    assert contacts.summary(tx, alice).unread == 1


def test_hidden_entries_and_other_conversations_are_not_in_a_page(tx, world, alice):
    bob = world.contact("bob")
    world.say("bob", "to bob", mine=True)
    world.say("alice", "to alice", mine=True)
    entries.insert(tx, [make_entry(direct("alice"), key32("x"), 1, shown=False)])
    assert texts(messages.history(tx, alice, 9)) == ["to alice"]
    assert contacts.summary(tx, alice).unread == 0
    elsewhere = messages.history(tx, bob, 9)[0].entry_id
    with pytest.raises(UnknownMessage):
        messages.history(tx, alice, 9, elsewhere)
    with pytest.raises(UnknownMessage):
        messages.history_after(tx, alice, 9, key32("unknown"))


def test_a_message_is_found_by_its_id_and_its_prefix(tx, world, alice):
    said = world.say("alice", "hello", mine=True)
    message = messages.get(tx, said.entry_id)
    assert (message.contact, message.text, message.mine) == (alice, "hello", True)
    assert (message.seq, message.key, message.received) == (1, said.key, said.received)
    prefix = said.entry_id[:4]
    found = messages.by_id_prefix(tx, prefix + bytes(28), prefix + b"\xff" * 28)
    assert found == [message]
    with pytest.raises(UnknownMessage):
        messages.get(tx, key32("unknown"))


def test_a_message_shows_neither_text_nor_id_when_it_is_logged(tx, world, alice):
    world.say("alice", "a secret", mine=True)
    (message,) = messages.history(tx, alice, 1)
    assert repr(message) == f"Message(contact={alice}, seq=1, state=queued)"


def test_a_contact_without_conversation_has_an_empty_page(tx, world):
    number = contacts.add(
        tx, public_id=b"x", persona=world.persona("carol"), petname="carol", created=1
    )
    assert messages.history(tx, number, 5) == []
    assert messages.find(tx, "x", 5, number) == []
    assert frontiers.read_by_person(tx, number) == {}


def test_a_kind_of_a_newer_version_is_shown_without_text(tx, world, alice):
    entries.insert(tx, [make_entry(direct("alice"), key32("x"), 1, kind=99)])
    (message,) = messages.history(tx, alice, 5)
    assert (message.text, message.kind, message.erased) == (None, 99, False)


def test_the_first_message_that_was_not_read(tx, world, alice):
    assert frontiers.first_unread(tx, alice) is None
    world.say("alice", "mine", mine=True)
    assert frontiers.first_unread(tx, alice) is None
    theirs = [world.say("alice", f"theirs {n}", mine=False).entry_id for n in range(3)]
    entries.insert(tx, [make_entry(direct("alice"), key32("x"), 1, shown=False)])
    assert frontiers.first_unread(tx, alice) == theirs[0]
    frontiers.read_by_person(tx, alice, theirs[1])
    assert frontiers.first_unread(tx, alice) == theirs[2]
    # Another device of the contact, whose message belongs before that one.
    late = make_entry(direct("alice"), key32("y"), 1, time=1, depth=1, text="late")
    entries.insert(tx, [late])
    assert frontiers.first_unread(tx, alice) == late.entry_id
    frontiers.read_by_person(tx, alice)
    assert frontiers.first_unread(tx, alice) is None


# --- delivery and reading -----------------------------------------------------------------------


def test_states_follow_acknowledgements_and_read_marks(tx, world, alice):
    said = [world.say("alice", f"text {n}", mine=True).entry_id for n in range(4)]
    me = world.own_key("alice")
    assert frontiers.acknowledge(tx, alice, direct("alice"), {me: 3}) == said[:3]
    assert frontiers.acknowledge(tx, alice, direct("alice"), {me: 2}) == []
    assert frontiers.read_by_contact(tx, alice, direct("alice"), me, 2) == said[:2]
    assert [message.state for message in messages.history(tx, alice, 9)] == [
        MessageState.READ,
        MessageState.READ,
        MessageState.DELIVERED,
        MessageState.QUEUED,
    ]
    assert contacts.summary(tx, alice).queued == contacts.queued(tx) == 1
    assert messages.queued(tx, alice, 9) == said[3:]
    assert frontiers.acknowledged(tx, alice, direct("alice")) == {me: 3}


def test_what_each_device_has_is_kept_with_the_times(tx, world, alice):
    journal, me, phone = direct("alice"), world.own_key("alice"), b"p" * 32
    for number in range(1, 6):
        world.say("alice", f"text {number}", mine=True)
    assert frontiers.arrival(tx, phone, journal, me, 1) is None
    frontiers.arrived(tx, phone, journal, {me: 2}, 100)
    frontiers.arrived(tx, phone, journal, {me: 4}, 200)
    frontiers.arrived(tx, phone, journal, {me: 3}, 300)  # from an older link
    found = [frontiers.arrival(tx, phone, journal, me, seq) for seq in range(1, 6)]
    assert found == [100, 100, 200, 200, None]
    assert frontiers.reached_by(tx, phone, journal) == {me: 4}
    assert frontiers.reached_by(tx, b"t" * 32, journal) == {}


def test_of_very_many_steps_the_newest_are_kept(tx, world, alice, monkeypatch):
    monkeypatch.setattr(frontiers, "STEPS", 3)
    journal, me, phone = direct("alice"), world.own_key("alice"), b"p" * 32
    for number in range(1, 7):
        world.say("alice", f"text {number}", mine=True)
        frontiers.arrived(tx, phone, journal, {me: number}, number * 100)
    found = [frontiers.arrival(tx, phone, journal, me, seq) for seq in range(1, 7)]
    assert found == [0, 0, 0, 0, 500, 600], "that it is there is known of all"


def test_what_is_read_is_delivered(tx, world, alice):
    world.say("alice", "text", mine=True)
    frontiers.read_by_contact(tx, alice, direct("alice"), world.own_key("alice"), 1)
    assert contacts.queued(tx) == 0
    assert messages.queued(tx, alice, 9) == []


def test_claims_beyond_what_was_written_count_for_what_was_written(tx, world, alice):
    me = world.own_key("alice")
    world.say("alice", "one", mine=True)
    world.say("alice", "theirs", mine=False)
    claims = {me: 99, key32("device of alice"): 1, key32("stranger"): 5}
    assert len(frontiers.acknowledge(tx, alice, direct("alice"), claims)) == 1
    world.say("alice", "two", mine=True)
    assert contacts.queued(tx) == 1
    assert frontiers.read_by_contact(tx, alice, direct("alice"), key32("device of alice"), 1) == []
    assert frontiers.read_by_contact(tx, alice, key32("other"), me, 1) == []
    assert frontiers.acknowledge(tx, alice, key32("other"), {me: 1}) == []


def test_hidden_entries_of_ours_are_not_waited_for(tx, world, alice):
    me = world.own_key("alice")
    entries.insert(tx, [make_entry(direct("alice"), me, 1, shown=False)])
    assert contacts.queued(tx) == 0
    assert frontiers.acknowledge(tx, alice, direct("alice"), {me: 1}) == []


def test_an_entry_that_a_restored_device_gets_back_is_not_queued(tx, world, alice):
    """Acknowledged before it is here again: our own entry comes back from the contact."""
    me = world.own_key("alice")
    first = world.say("alice", "one", mine=True)
    frontiers.acknowledge(tx, alice, direct("alice"), {me: 1})
    tx.execute("UPDATE delivered SET seq = 2")
    again = make_entry(direct("alice"), me, 2, previous=first.entry_id, time=9999, text="two")
    entries.insert(tx, [again])
    assert contacts.queued(tx) == 0


def test_another_own_device_counts_as_ours(tx, world, alice):
    journals.mark_own(tx, key32("laptop"))
    entries.insert(tx, [make_entry(direct("alice"), key32("laptop"), 1, text="from the laptop")])
    assert messages.history(tx, alice, 1)[0].mine
    assert contacts.summary(tx, alice).unread == 0


def test_unread_follows_the_person(tx, world, alice):
    said = [world.say("alice", f"text {n}", mine=n == 2) for n in range(5)]
    theirs = key32("device of alice")
    assert contacts.summary(tx, alice).unread == 4
    assert frontiers.read_by_person(tx, alice, said[2].entry_id) == {theirs: 2}
    assert contacts.summary(tx, alice).unread == 2
    assert frontiers.read_by_person(tx, alice, said[0].entry_id) == {}
    assert frontiers.read_by_person(tx, alice, key32("unknown")) == {}
    assert frontiers.read_by_person(tx, alice) == {theirs: 4}
    assert contacts.summary(tx, alice).unread == 0
    world.say("alice", "new", mine=False)
    assert contacts.summary(tx, alice).unread == 1


def test_very_many_are_read_in_pieces_up_to_a_message_and_at_once_if_all_are(
    tx, world, alice, monkeypatch
):
    monkeypatch.setattr(frontiers, "PIECE", 3)
    said = [world.say("alice", f"text {n}", mine=False) for n in range(10)]
    late = make_entry(direct("alice"), key32("y"), 1, time=1, depth=1, text="late")
    entries.insert(tx, [late])
    theirs = key32("device of alice")
    pieces, unread = [], []
    while marks := frontiers.read_by_person(tx, alice, said[7].entry_id):
        pieces.append(marks)
        unread.append(contacts.summary(tx, alice).unread)
    assert pieces == [{theirs: 3, key32("y"): 1}, {theirs: 6}, {theirs: 8}]
    assert unread == [7, 4, 2]
    world.say("alice", "more", mine=False)
    assert frontiers.read_by_person(tx, alice) == {theirs: 11}
    assert contacts.summary(tx, alice).unread == 0
    assert frontiers.read_by_person(tx, alice) == {}


# --- the chat list ------------------------------------------------------------------------------


def test_the_chat_list_is_the_latest_conversation_first(tx, world, alice):
    bob, carol = world.contact("bob"), world.contact("carol")
    world.say("bob", "x" * 500, mine=False)
    world.say("alice", "newest", mine=True)
    listed = contacts.chat_list(tx)
    assert [line.contact.number for line in listed] == [alice, bob, carol]
    assert [line.last_text for line in listed] == ["newest", "x" * 200, ""]
    assert [line.last_mine for line in listed] == [True, False, False]
    assert [(line.unread, line.queued) for line in listed] == [(0, 1), (1, 0), (0, 0)]
    assert listed[2].last_time is None
    assert listed[0] == contacts.summary(tx, alice)
    with pytest.raises(UnknownContact):
        contacts.summary(tx, 999)


def tied(name, number, *, depth=1):
    """A text of a contact that says the same time as all others of this function."""
    journal, author = key32(f"direct {name}"), key32(f"device of {name} {number}")
    return make_entry(journal, author, 1, time=5000, depth=depth, text=f"{name} {number}")


@pytest.mark.parametrize("turned", [False, True])
def test_of_texts_of_one_time_the_last_line_is_the_last_by_order_not_by_arrival(
    tx, world, alice, turned
):
    same = sorted((tied("alice", number) for number in range(3)), key=lambda new: new.entry_id)
    deeper = tied("alice", 4, depth=2)
    for last, arriving in ((same[-1], same), (deeper, [deeper, *same])):
        for new in reversed(arriving) if turned else arriving:
            if entries.get(tx, new.entry_id) is None:
                entries.insert(tx, [new])
        assert contacts.summary(tx, alice).last_text == last.text
        assert messages.newest(tx, alice, 1).messages[0].text == last.text


@pytest.mark.parametrize("turned", [False, True])
def test_conversations_of_one_time_have_one_order_in_the_chat_list_whichever_came_first(
    tx, world, alice, turned
):
    world.contact("bob")
    world.contact("carol")
    deep = tied("bob", 0, depth=2)
    flat = sorted((tied("alice", 0), tied("carol", 0)), key=lambda new: new.entry_id, reverse=True)
    ordered = [deep, *flat]
    for new in reversed(ordered) if turned else ordered:
        entries.insert(tx, [new])
    assert [line.last_text for line in contacts.chat_list(tx)] == [new.text for new in ordered]


# --- search -------------------------------------------------------------------------------------


def test_all_words_must_occur_the_last_as_a_beginning_newest_first(tx, world, alice):
    bob = world.contact("bob")
    world.say("alice", "Meet me at the harbour", mine=True)
    world.say("bob", "harbour closed", mine=False)
    world.say("alice", "the Harbours are closed", mine=False)

    def find(typed, contact=None, limit=10):
        return texts(messages.find(tx, typed, limit, contact))

    assert find("harbour") == [
        "the Harbours are closed",
        "harbour closed",
        "Meet me at the harbour",
    ]
    assert find("HARBOUR ") == ["harbour closed", "Meet me at the harbour"]
    assert find("closed harb") == ["the Harbours are closed", "harbour closed"]
    assert find("harb", alice) == ["the Harbours are closed", "Meet me at the harbour"]
    assert find("harb", bob) == ["harbour closed"]
    assert find("harb", limit=1) == ["the Harbours are closed"]
    assert find("nothing like it") == []


def test_accents_and_case_do_not_matter(tx, world, alice):
    world.say("alice", "Großes CAFÉ in Łódź", mine=True)
    assert texts(messages.find(tx, "café", 5)) == texts(messages.find(tx, "CAFE", 5)) != []


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        '"',
        '""',
        "'",
        "a OR b",
        "NOT a",
        "NEAR(a b)",
        "text:a",
        "scope:j1",
        "a*",
        "*",
        "^a",
        "a AND",
        "(",
        ")",
        "a-b",
        "{text}:a",
        "a\x00b",
        "\udcff",
        "\udcff a",
        "x" * 100_000,
        "a " * 50_000,
        "'; DROP TABLE entries; --",
        "💥",
        "日本語",
    ],
)
def test_nothing_that_is_typed_is_an_error(tx, world, alice, typed):
    world.say("alice", "a text with NOT and OR and NEAR, text, scope, j1", mine=True)
    messages.find(tx, typed, 5)
    messages.find(tx, typed, 5, alice)


def test_operators_are_words(tx, world, alice):
    world.say("alice", "this or that", mine=True)
    world.say("alice", "only this", mine=True)
    assert texts(messages.find(tx, "this OR that", 5)) == ["this or that"]
    assert messages.find(tx, "j1", 5) == []


def test_a_step_that_fails_after_searching_leaves_the_index_whole(database, rng):
    from .conftest import World

    def ok(tx):
        World(tx, rng).contact("alice")
        World(tx, rng).say("alice", "kept words", mine=True)

    def fails(tx):
        assert messages.find(tx, "kept", 5)
        World(tx, rng).say("alice", "lost words", mine=True)
        assert messages.find(tx, "lost", 5)
        raise ValueError

    group = database.run_group([ok, fails])
    assert isinstance(group.outcomes[1].error, ValueError)
    with database.transaction() as tx:
        assert texts(messages.find(tx, "words", 5)) == ["kept words"]
    assert database.check() == []


# --- erasing ------------------------------------------------------------------------------------


def test_an_erased_message_is_gone_from_everywhere_but_its_place(tx, world, alice):
    first = world.say("alice", "keep this", mine=False)
    said = world.say("alice", "erase this", mine=False)
    assert erasing.erase(tx, alice, [said.entry_id, key32("never seen")], 5) == 1
    assert entries.get(tx, said.entry_id).body is None
    assert entries.get(tx, said.entry_id).header == said.header
    assert texts(messages.history(tx, alice, 5)) == ["keep this", None]
    assert messages.history(tx, alice, 1)[0].erased
    assert texts(messages.find(tx, "this", 5)) == ["keep this"]
    assert contacts.summary(tx, alice).last_text == ""
    assert entries.is_erased(tx, journals.direct(tx, alice).number, said.entry_id)
    assert not entries.is_erased(tx, journals.direct(tx, alice).number, first.entry_id)
    assert erasing.erase(tx, alice, [said.entry_id], 6) == 1


def test_an_erased_body_is_not_taken_again_from_anybody(tx, world, alice):
    entry = make_entry(direct("alice"), key32("x"), 1, text="secret")
    erasing.erase(tx, alice, [entry.entry_id], 5)
    (kept,) = entries.insert(tx, [entry])
    assert (kept.body, kept.text, kept.shown) == (None, None, False)
    assert messages.history(tx, alice, 5) == []
    assert messages.find(tx, "secret", 5) == []
    assert contacts.summary(tx, alice).unread == 0


# --- what peers have ----------------------------------------------------------------------------


def test_a_bookmark_is_what_the_last_link_agreed_on(tx, world, alice):
    phone, journal, a, b = key32("phone"), direct("alice"), key32("a"), key32("b")
    assert frontiers.sync_bookmark(tx, phone, journal) is None
    told, theirs = {a: (5, b"id of 5"), b: (2, b"id of 2")}, {a: (4, b"id of 4")}
    frontiers.put_sync_bookmark(tx, phone, journal, told, theirs)
    assert frontiers.sync_bookmark(tx, phone, journal) == (told, theirs)
    told, theirs = {a: (6, b"id of 6")}, {b: (1, b"id of 1")}
    frontiers.put_sync_bookmark(tx, phone, journal, told, theirs)
    assert frontiers.sync_bookmark(tx, phone, journal) == (told, theirs)
    frontiers.put_sync_bookmark(tx, phone, journal, {}, {})
    assert frontiers.sync_bookmark(tx, phone, journal) == ({}, {})
    assert frontiers.sync_bookmark(tx, key32("laptop"), journal) is None
    with pytest.raises(KeyError):
        frontiers.put_sync_bookmark(tx, phone, key32("other"), {}, {})


def test_a_peer_cannot_fill_the_disk_with_invented_logs(tx, world, alice):
    peer, journal = key32("phone"), direct("alice")
    many = {key32(n): (1, b"tag") for n in range(frontiers.MAX_AUTHORS + 1)}
    with pytest.raises(FloodRefused):
        frontiers.put_sync_bookmark(tx, peer, journal, {}, many)
    frontiers.put_sync_bookmark(tx, peer, journal, {}, dict(list(many.items())[1:]))
