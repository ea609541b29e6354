"""From nothing to a profile with its recovery phrase on paper, without a screen."""

import pytest
from fake_node import PHRASE, FakeNode, FakeStarter

from onionchat.control import first_run
from onionchat.control.strength import Level
from onionchat.errors import (
    DiskFull,
    InvalidInput,
    KeyslotMissing,
    NodeNotRunning,
    NoProfile,
    ProfileExists,
    StorageFailed,
    TorNotFound,
)
from onionchat.names import clean_name
from onionchat_gui.viewmodels.conversations import Conversations
from onionchat_gui.viewmodels.first_run import FirstRun, Step
from onionchat_gui.viewmodels.new_passphrase import Flaw, NewPassphrase
from onionchat_gui.viewmodels.preferences import Preferences, Values
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.session import Phase, Session

SECRET = "correct horse battery"


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.running = False
    return made


@pytest.fixture
def starter(node):
    made = FakeStarter(node)
    made.lacks = NoProfile()
    return made


@pytest.fixture
def session(node, starter):
    made = Session(node, starter, Conversations(node))
    made.open()
    return made


@pytest.fixture
def preferences(qapp):
    return Preferences()


@pytest.fixture
def run(session, starter, preferences):
    return FirstRun(session, starter, preferences, language="de")


def choose(run, name="Zoë", passphrase=SECRET):
    run.begin()
    run.choose_name(name)
    run.choose_passphrase(passphrase, passphrase)


def right_words(run):
    return [PHRASE[place - 1] for place in run.places]


def secrets(run):
    """Whether the model has something that nobody else may know."""
    return [what for what in (run._passphrase, run.words) if what]


def test_from_nothing_to_a_node_that_runs(session, run, node, starter):
    assert session.offers_first_run
    steps = []
    run.changed.connect(lambda: steps.append(run.step))
    choose(run, " Zoë ")
    assert run.busy
    node.deliver()
    assert starter.made == [("Zoë", SECRET)]
    assert (run.step, run.words) == (Step.WORDS, PHRASE)
    run.written_down()
    run.check(*right_words(run))
    assert session.phase == Phase.STARTING
    assert secrets(run) == []
    node.deliver()
    assert session.phase == Phase.READY
    assert steps == [*Step][1:]


def test_words_that_nobody_confirmed_are_remembered_as_such(run, node, preferences):
    choose(run)
    assert not preferences.values.words_open
    node.deliver()
    # What the next window finds if this one dies now; and it speaks as this one.
    assert preferences.values == Values(words_open=True, language="de")
    run.written_down()
    run.check("wrong", "wrong")
    assert preferences.values.words_open
    run.check(*right_words(run))
    assert preferences.values == Values(language="de")


def test_a_name_may_be_left_out(run, node, starter):
    choose(run, "  ")
    node.deliver()
    assert starter.made == [("", SECRET)]


@pytest.mark.parametrize(
    ("first", "again", "flaw"),
    [
        ("", "", Flaw.SHORT),
        ("seven77", "seven77", Flaw.SHORT),
        (SECRET, "correct horse", Flaw.DIFFERENT),
        (SECRET, "", Flaw.DIFFERENT),
        ("x" * 1025, "x" * 1025, Flaw.REFUSED),
        ("long enough \ud800", "long enough \ud800", Flaw.REFUSED),
        # Eight characters for the keys, one for the profile.
        ("e\u0301" * 4, "e\u0301" * 4, Flaw.SHORT),
    ],
)
def test_a_passphrase_that_is_not_taken_says_why(run, starter, first, again, flaw):
    run.begin()
    run.choose_name("")
    run.choose_passphrase(first, again)
    assert (run.step, run.flaw) == (Step.PASSPHRASE, flaw)
    assert run.new_passphrase.sentence
    assert starter.made == [] and secrets(run) == []
    run.choose_passphrase(SECRET, SECRET)
    assert (run.step, run.flaw) == (Step.CREATING, Flaw.NONE)


def test_a_passphrase_that_would_be_guessed_is_taken_only_when_it_is_chosen_once_more(run, starter):
    run.begin()
    run.choose_name("")
    run.choose_passphrase("password", "password")
    assert (run.step, run.flaw) == (Step.PASSPHRASE, Flaw.GUESSED)
    run.choose_passphrase("12345678", "12345678")
    assert run.flaw == Flaw.GUESSED, "that is another one"
    run.choose_passphrase("12345678", "12345678")
    assert (run.step, run.flaw) == (Step.CREATING, Flaw.NONE)


def test_a_passphrase_typed_on_another_keyboard_is_the_same(run, node, starter):
    choose(run, passphrase="Zoe\u0308 and the others")
    assert starter.made == [("Zoë", "Zo\u00eb and the others")]


@pytest.mark.parametrize("error", [DiskFull(), StorageFailed("/x cannot be used: read-only.")])
def test_what_failed_can_be_tried_again_without_typing_anything(run, node, starter, error):
    starter.problem = error
    choose(run)
    node.deliver()
    assert (run.step, run.failure, run.busy) == (Step.CREATING, str(error), False)
    starter.problem = None
    run.try_again()
    assert run.busy and not run.failure
    node.deliver()
    assert (run.step, starter.made) == (Step.WORDS, [("Zoë", SECRET)] * 2)


@pytest.mark.parametrize("name", ["\u3164", "\u0301", "A\u202eda", "\ud800", "é" * 33])
def test_a_name_that_the_core_refuses_is_refused_before_a_passphrase_is_chosen(run, starter, name):
    with pytest.raises(InvalidInput) as core:
        clean_name(name)
    run.begin()
    run.choose_name(f" {name} ")
    assert (run.step, run.name) == (Step.NAME, name)
    assert run.failure and (str(core.value) in run.failure or "Character" in run.failure)
    run.choose_name("Zoë")
    assert (run.step, run.failure) == (Step.PASSPHRASE, "")
    assert starter.made == []


def test_what_is_wrong_with_a_name_is_said_as_it_is_typed_and_no_longer_than_it_is(run):
    run.begin()
    said = []
    run.changed.connect(lambda: said.append(run.failure))
    for typed in ("A", "A\u200b", "A\u200bd", "Ad", ""):
        run.name_typed(typed)
    (wrong, right) = said
    assert "U+200B" in wrong and right == ""


def test_a_profile_that_appears_meanwhile_is_opened_and_not_replaced(session, run, node, starter):
    starter.problem = ProfileExists()
    choose(run)
    starter.lacks = None
    node.deliver()
    assert (run.step, run.failure, run.found) == (Step.CREATING, str(starter.problem), True)
    assert secrets(run) == [] and not run.can_go_back
    run.try_again()
    node.deliver()
    assert session.phase == Phase.LOCKED


def test_a_profile_that_is_there_already_is_not_even_tried(run, starter):
    run.begin()
    starter.lacks = None
    run.choose_name("")
    run.choose_passphrase(SECRET, SECRET)
    assert (run.found, run.failure, starter.made) == (True, ProfileExists.sentence, [])


def test_where_a_database_lacks_its_key_nobody_begins_anew(session, run, node, starter):
    choose(run)
    starter.problem = DiskFull()
    node.deliver()
    starter.lacks = KeyslotMissing()
    run.try_again()
    assert not session.offers_first_run
    assert (session.sentence, len(starter.made)) == (worded(KeyslotMissing()), 1)
    assert secrets(run) == []


def test_a_wrong_word_is_named_and_the_words_can_be_looked_at_again(run, node, session):
    choose(run)
    node.deliver()
    run.written_down()
    one, other = right_words(run)
    run.check(one, "zoo")
    assert (run.step, run.wrong) == (Step.CHECK, run.places[1:])
    run.check("", "")
    assert run.wrong == run.places
    run.back()
    assert (run.step, run.words, run.wrong) == (Step.WORDS, PHRASE, ())
    run.written_down()
    run.check(*(f" {word.upper()}. " for word in right_words(run)))
    assert session.phase == Phase.STARTING


def test_other_words_are_asked_each_time(session, starter, node):
    drawn = iter([b"\0\0", b"\0\1"])
    run = FirstRun(session, starter, Preferences(), random_bytes=lambda size: next(drawn))
    choose(run)
    node.deliver()
    run.written_down()
    asked = run.places
    run.back()
    run.written_down()
    assert asked == (1, 2) and run.places != asked


def test_back_leads_to_the_step_before_and_forgets_the_passphrase(run, node, starter):
    starter.problem = DiskFull()
    choose(run)
    node.deliver()
    steps = []
    while run.can_go_back:
        run.back()
        steps.append((run.step, secrets(run)))
    assert steps == [(Step.PASSPHRASE, []), (Step.NAME, []), (Step.WELCOME, [])]
    run.back()
    assert (run.step, run.name) == (Step.WELCOME, "Zoë")


def test_there_is_no_way_back_from_a_profile_that_is_made(run, node):
    choose(run)
    run.back()
    assert run.busy, "and while it is being made"
    node.deliver()
    run.back()
    assert run.step == Step.WORDS


def test_a_window_that_closes_stops_what_is_not_made_yet(run, node, starter):
    choose(run)
    assert not run.words_at_stake
    run.leave()
    node.deliver()
    assert (starter.stopped, run.step, secrets(run)) == (1, Step.DONE, [])
    assert starter.missing() is not None


def test_a_window_that_closes_over_the_words_leaves_a_profile(session, run, node, starter):
    choose(run)
    node.deliver()
    assert run.words_at_stake
    run.written_down()
    assert run.words_at_stake
    run.leave()
    assert (starter.stopped, secrets(run), starter.missing()) == (0, [], None)
    session.open()
    node.deliver()
    assert session.phase == Phase.LOCKED, "as at the next start"


def test_a_late_word_of_a_node_that_is_gone_does_not_end_it(session, run, node):
    choose(run)
    node.deliver()
    node.parted.emit(NodeNotRunning())
    assert session.offers_first_run and run.words


def test_a_node_that_does_not_start_is_said_as_ever(session, run, node, starter):
    choose(run)
    node.deliver()
    run.written_down()
    starter.problem = TorNotFound()
    run.check(*right_words(run))
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.LOCKED, worded(TorNotFound()))
    assert secrets(run) == []


def test_as_many_words_as_the_core_gives():
    assert len(PHRASE) == first_run.WORDS


# --- Strength ------------------------------------------------------------------------------------


def test_what_is_typed_is_rated_when_the_keys_rest(qtbot, monkeypatch):
    from onionchat.control import strength

    asked = []
    estimate = strength.estimate
    monkeypatch.setattr(
        strength, "estimate", lambda *given: asked.append(given) or estimate(*given)
    )
    model = NewPassphrase()
    with qtbot.waitSignal(model.rated):
        for end in range(1, 9):
            model.typed("password"[:end], ("Zoë",))
        assert asked == []
    assert asked == [("password", ("Zoë",))]
    assert model.level == Level.VERY_WEAK and "common password" in model.warning
    model.typed("")
    assert (model.level, model.warning) == (None, "")


def test_what_was_rated_is_forgotten(qtbot):
    model = NewPassphrase()
    with qtbot.waitSignal(model.rated):
        model.typed(SECRET)
    assert SECRET not in str(vars(model))
