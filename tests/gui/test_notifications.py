"""What the desktop is told: how much, when, and what a click opens."""

import re

import pytest
from fake_node import FakeNode, FakeStarter, contact, message

from onionchat.control import schema
from onionchat.views import Arrived, ContactRemoved, RequestReceived, RequestView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.notifications import MAX_NAME, MAX_TEXT, Kind, Notifications
from onionchat_gui.viewmodels.preferences import Telling

BOB, CAROL = contact(1, name="Bob"), contact(2, name="Carol")
NAMED = (Telling.NAME, Telling.TEXT)
LINK = re.compile(r"\w+:[\w/]|www\d{0,3}[.]|[\w.-]+[.][a-z]{2,4}|\w@\w", re.IGNORECASE)
"""What GNOME Shell, dunst and others take for an address, and some more."""


@pytest.fixture
def node(qapp):
    return FakeNode(BOB, CAROL)


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def model(desk):
    made = Notifications(desk)
    made.look(False)
    return made


@pytest.fixture
def shown(model):
    """What the desktop shows: the newest of each kind."""
    heard = {}
    model.told.connect(lambda told: heard.__setitem__(told.kind, told))
    model.withdrawn.connect(lambda kind: heard.pop(kind))
    return heard


@pytest.fixture
def opened(desk):
    pages = []
    desk.page_opened.connect(lambda *page: pages.append(page))
    return pages


def said(shown):
    return [(told.title, told.body) for told in shown.values()]


def tell(desk, telling):
    desk.preferences.change(telling=telling)


def come(node, model, *messages):
    node.arrive(*messages)
    model.gather.timeout.emit()


def request(name="Grace"):
    return RequestReceived(RequestView("1", name, "Let me in", 0.0))


class TestHowMuch:
    def test_nothing(self, desk, node, model, shown):
        tell(desk, Telling.NOTHING)
        come(node, model, message(1, BOB))
        node.happened.emit((request(),))
        model.gather.timeout.emit()
        assert shown == {}

    def test_that_there_is_a_message_is_all_unless_somebody_wants_more(self, node, model, shown):
        come(node, model, message(1, BOB, text="Secret"))
        assert said(shown) == [("onionchat", "New message")]

    def test_from_whom(self, desk, node, model, shown):
        tell(desk, Telling.NAME)
        come(node, model, message(1, BOB, text="Secret"))
        assert said(shown) == [("Bob", "1 new message(s)")]

    def test_the_text(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        come(node, model, message(1, BOB, text="See you\nat eight"))
        assert said(shown) == [("Bob", "See you␤at eight")]

    def test_of_what_was_deleted_nothing_stays(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        secret = message(1, BOB, text="Secret")
        come(node, model, secret)
        node.vanish(BOB, "another")
        assert said(shown) == [("Bob", "Secret")]
        node.change(secret.id, text="", deleted=True)
        assert shown == {}
        node.arrive(message(3, BOB))
        node.vanish(BOB, message(3, BOB).id)
        model.gather.timeout.emit()
        assert shown == {}, "it went before it was told of"

    def test_what_was_edited_before_it_is_told_of_says_what_it_says_now(
        self, desk, node, model, shown
    ):
        tell(desk, Telling.TEXT)
        node.arrive(message(1, BOB, text="at sevn"))
        node.change(message(1, BOB).id, text="at seven")
        model.gather.timeout.emit()
        assert said(shown) == [("Bob", "at seven")]

    def test_a_timer_is_told_in_words(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        come(node, model, message(1, BOB, text="", kind="timer", timer=0))
        ((_, body),) = said(shown)
        assert body.replace("\u2060", "") == "Bob: from here on messages stay."

    def test_ones_own_messages_from_elsewhere_are_no_news(self, node, model, shown):
        come(node, model, message(2, BOB))
        assert shown == {}

    @pytest.mark.parametrize(
        ("telling", "words"),
        [
            (Telling.SOMETHING, "1 new contact request(s)"),
            (Telling.NAME, "New contact request from “Grace”"),
            (Telling.TEXT, "New contact request from “Grace”"),
        ],
    )
    def test_a_contact_request(self, desk, node, model, shown, telling, words):
        tell(desk, telling)
        node.happened.emit((request(),))
        model.gather.timeout.emit()
        assert said(shown) == [("onionchat", words)]


class TestManyAtOnce:
    def test_are_one(self, desk, node, model):
        told = []
        model.told.connect(told.append)
        for number in range(1, 41, 2):
            node.arrive(message(number, BOB))
        model.gather.timeout.emit()
        assert [note.body for note in told] == ["20 new message(s)"]

    def test_of_several_people_name_nobody(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        come(node, model, message(1, BOB), message(1, CAROL))
        assert said(shown) == [("onionchat", "New messages in 2 conversation(s)")]

    def test_of_one_person_show_no_text(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        come(node, model, message(1, BOB), message(3, BOB))
        assert said(shown) == [("Bob", "2 new message(s)")]

    def test_a_flood_is_not_kept(self, node, model, shown):
        for first in range(0, 1000, 100):
            node.arrive(*(message(2 * n + 1, BOB) for n in range(first, first + 100)))
        assert len(model._messages) == 100


class TestWhatOthersWrote:
    @pytest.mark.parametrize("telling", NAMED)
    def test_is_harmless(self, desk, node, model, shown, telling):
        tell(desk, telling)
        evil = contact(1, name="\u202eevil\x1b" + "n" * 500)
        node.people[evil.id] = evil
        desk.conversations.load()
        node.deliver()
        come(node, model, message(1, evil, text="\u202e\x1b[2J" + "t" * 10_000))
        for words in said(shown)[0]:
            assert "\x1b" not in words
            assert "\u202e" not in words
            assert len(words) < max(MAX_NAME, MAX_TEXT) + 10

    @pytest.mark.parametrize("telling", NAMED)
    @pytest.mark.parametrize(
        "hostile",
        [
            "a" * 65_536,
            "\u0301" * 32_768,
            "\u202e" * 21_845,
            "<b>&" * 16_384,
            "\0\r\n\ud83d" * 9_000,
        ],
        ids=ascii,
    )
    def test_is_cut_and_turns_nothing_around_that_stands_after_it(
        self, desk, node, model, shown, telling, hostile
    ):
        tell(desk, telling)
        evil = contact(1, name=hostile)
        node.people[evil.id] = evil
        desk.conversations.load()
        node.deliver()
        come(node, model, message(1, evil, text=hostile))
        node.happened.emit((request(hostile),))
        model.gather.timeout.emit()
        assert len(shown) == 2
        for told in shown.values():
            for words in (told.title, told.body, told.unnamed):
                words.encode()
                assert not set("<>&\0\r\n") & set(words)
                assert words.count("\u202e") == words.count("\u202c")
                # An override that is closed is one letter more.
                assert len(words) <= 2 * MAX_TEXT + 40

    @pytest.mark.parametrize("telling", NAMED)
    @pytest.mark.parametrize(
        "address",
        [
            "http://example.org/x",
            "HTTPS://example.org",
            "ftp://[::1]/",
            "www.example.org",
            "www3.x",
            "example.org/",
            "a-b.example.org",
            "..ab/",
            "mailto:bob@example.org",
            "onionchat:AAAA",
        ],
    )
    def test_is_no_link_whatever_a_desktop_makes_of_it(
        self, desk, node, model, shown, telling, address
    ):
        tell(desk, telling)
        evil = contact(1, name=address)
        node.people[evil.id] = evil
        desk.conversations.load()
        node.deliver()
        come(node, model, message(1, evil, text=address))
        node.happened.emit((request(address),))
        model.gather.timeout.emit()
        written = [words for told in shown.values() for words in (told.title, told.body)]
        assert LINK.search(address)
        assert [words for words in written if LINK.search(words)] == []
        # Nothing that can be seen is another.
        assert sum(address in words.replace("\u2060", "") for words in written) >= 2

    def test_is_no_mark_up_whatever_a_desktop_takes_it_for(self, desk, node, model, shown):
        tell(desk, Telling.TEXT)
        come(node, model, message(1, BOB, text="<a href='http://x/'>&lt;"))
        assert not set("<>&") & set(said(shown)[0][1])

    def test_keeps_a_name_that_is_empty_from_being_nothing(self, desk, node, model, shown):
        tell(desk, Telling.NAME)
        nameless = contact(1, name="")
        node.people[nameless.id] = nameless
        desk.conversations.load()
        node.deliver()
        come(node, model, message(1, nameless))
        assert said(shown)[0][0] == "onionchat"


class TestWhoLooks:
    def test_at_the_conversation_needs_no_notification(self, desk, node, model, shown):
        desk.open_page("conversation", BOB.id)
        model.look(True)
        come(node, model, message(1, BOB))
        assert shown == {}
        come(node, model, message(1, CAROL))
        assert len(shown) == 1

    def test_elsewhere_has_not_read_what_comes_in_the_open_conversation(self, desk, node, model):
        desk.open_page("conversation", BOB.id)
        node.asked.clear()
        node.arrive(message(1, BOB))
        assert desk.conversations.contact(BOB.id).unread == 1
        assert not any(isinstance(asked, schema.MarkRead) for asked in node.asked)
        model.look(True)
        assert desk.conversations.contact(BOB.id).unread == 0
        assert node.asked[-1] == schema.MarkRead(contact=BOB.id)

    def test_within_the_second_is_not_told(self, desk, node, model, shown):
        node.arrive(message(1, BOB))
        model.look(True)
        desk.open_page("conversation", BOB.id)
        model.gather.timeout.emit()
        assert shown == {}

    def test_takes_the_notification_away(self, desk, node, model, shown):
        come(node, model, message(1, BOB))
        model.look(True)
        assert shown == {}

    def test_finds_a_mark_until_then(self, desk, node, model):
        marks = []
        model.waiting_changed.connect(lambda: marks.append(model.waiting))
        node.arrive(message(1, BOB))
        node.arrive(message(3, BOB))
        model.look(True)
        assert marks == [True, False]


class TestAClick:
    def test_opens_the_conversation(self, desk, node, model, shown, opened):
        come(node, model, message(1, BOB))
        wanted = []
        model.wanted.connect(lambda: wanted.append(1))
        model.open(Kind.MESSAGES)
        assert (wanted, opened) == ([1], [("conversation", BOB.id)])

    def test_of_several_people_opens_the_window_as_it_is(self, desk, node, model, shown, opened):
        come(node, model, message(1, BOB), message(1, CAROL))
        model.open(Kind.MESSAGES)
        assert opened == []

    def test_opens_the_requests(self, desk, node, model, opened):
        node.happened.emit((request(),))
        model.gather.timeout.emit()
        model.open(Kind.REQUESTS)
        assert opened == [("requests", "")]

    def test_about_somebody_who_was_removed_opens_nobody(self, node, model, opened):
        come(node, model, message(1, BOB))
        node.happened.emit((ContactRemoved(BOB.id, "Bob"),))
        model.open(Kind.MESSAGES)
        assert opened == []

    def test_on_an_old_one_opens_the_window_alone(self, model, opened):
        model.open(Kind.MESSAGES)
        assert opened == []


class TestLocked:
    @pytest.fixture
    def locked(self, desk, node):
        def lock():
            node.lose()
            node.deliver()

        return lock

    @pytest.mark.parametrize("telling", NAMED)
    def test_takes_back_what_names_somebody(self, desk, node, model, shown, locked, telling):
        tell(desk, telling)
        come(node, model, message(1, BOB))
        locked()
        assert shown == {}

    def test_takes_back_all_where_the_profile_was_destroyed(self, desk, node, model, shown):
        come(node, model, message(1, BOB))
        assert shown
        desk.session.be_gone()
        assert shown == {}

    def test_says_nothing_of_what_came_before(self, desk, node, model, shown, locked):
        tell(desk, Telling.TEXT)
        node.arrive(message(1, BOB))
        locked()
        model.gather.timeout.emit()
        assert shown == {}

    @pytest.mark.parametrize("telling", [Telling.SOMETHING, *NAMED])
    def test_says_that_something_came_and_a_click_opens_no_page(
        self, desk, node, model, shown, opened, locked, telling
    ):
        tell(desk, telling)
        locked()
        opened.clear()
        node.happened.emit((Arrived(), Arrived()))
        model.gather.timeout.emit()
        assert said(shown) == [("onionchat", "New message")]
        assert model.waiting
        model.open(Kind.MESSAGES)
        assert opened == []
