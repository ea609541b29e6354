"""What was said of a message is the same for everybody, whatever came first."""

from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Deletion, Edit, Reaction
from onionchat.protocol.rooms.marks import Marks

TARGET = bytes(32)
ME, YOU = "me", "you"


def at(effective, depth=1, entry=b"a"):
    return OrderKey(effective, depth, entry)


def edit(text):
    return Edit(TARGET, text)


def react(emoji):
    return Reaction(TARGET, emoji)


DELETE = Deletion((TARGET,))

saids = st.builds(edit, st.sampled_from("abc")) | st.builds(react, st.sampled_from(["", "x", "y"]))
entries = st.dictionaries(
    st.builds(OrderKey, st.integers(0, 3), st.integers(0, 3), st.binary(min_size=1, max_size=1)),
    st.tuples(st.sampled_from([ME, YOU]), saids | st.just(DELETE)),
    max_size=12,
).map(lambda found: [(order, *rest) for order, rest in found.items()])


def marks(*entries):
    made = Marks()
    for order, account, said in entries:
        made.apply(order, account, said)
    return made


@given(entries, st.randoms(use_true_random=False))
def test_any_interleaving_converges(said, random):
    arrived = said * 2
    random.shuffle(arrived)
    assert marks(*arrived) == marks(*said)


@given(entries)
def test_of_what_an_account_said_the_last_in_order_is_in_force(said):
    made = marks(*said)
    for account in (ME, YOU):
        own = sorted((order, what) for order, who, what in said if who == account)
        edits = [(order, what) for order, what in own if isinstance(what, Edit)]
        emojis = [what.emoji for _, what in own if isinstance(what, Reaction)]
        asked = [order for order, what in own if isinstance(what, Deletion)]
        found = made.edit_by(account)
        assert (None if found is None else (found.order, found.edit)) == (
            edits[-1] if edits else None
        )
        assert made.reactions().get(account, "") == (emojis[-1] if emojis else "")
        assert made.deletion_by(account) == (asked[0] if asked else None)


def test_only_its_author_edits_and_deletes_a_message():
    made = marks((at(1), YOU, edit("not yours")), (at(2), YOU, DELETE))
    assert made.edit_by(ME) is None
    assert made.deletion_by(ME) is None


def test_an_edit_that_comes_before_an_older_one_stays():
    made = marks((at(5), ME, edit("new")), (at(3), ME, edit("old")))
    assert made.edit_by(ME).edit.text == "new"
    assert made.edit_by(ME).order == at(5)


def test_a_reaction_taken_back_stays_taken_back_when_it_arrives_after_that():
    assert marks((at(5), ME, react("")), (at(3), ME, react("x"))).reactions() == {}


def test_reactions_stand_in_the_order_in_which_they_were_said():
    made = marks((at(5), ME, react("x")), (at(3), YOU, react("y")))
    assert list(made.reactions().items()) == [(YOU, "y"), (ME, "x")]


def test_a_request_to_delete_is_never_taken_back():
    made = marks((at(5), ME, DELETE), (at(3), ME, DELETE), (at(9), ME, edit("again")))
    assert made.deletion_by(ME) == at(3)


def test_marks_are_no_other_thing():
    assert Marks() != 1
