"""Notifications on a real bus, shown by a desktop that a test plays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jeepney import DBusAddress, HeaderFields, new_signal
from jeepney.bus_messages import DBus
from jeepney.io.blocking import open_dbus_connection
from played_desktop import PlayedDesktop, bus
from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalServer

from onionchat.control import address as profile_address
from onionchat_gui import freedesktop
from onionchat_gui.activation import ACTIVATION
from onionchat_gui.bus_wire import ADDRESS, places
from onionchat_gui.freedesktop import ENTRY, NAME, PATH, Notifier
from onionchat_gui.left_behind import LeftBehind
from onionchat_gui.session_bus import SessionBus
from onionchat_gui.viewmodels.notifications import Kind, Notification

pytestmark = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")

PLAIN = Notification(Kind.MESSAGES, "onionchat", "New message")
NAMED = Notification(Kind.MESSAGES, "Bob", "Hello", named=True, unnamed="1 new message(s)")
REQUEST = Notification(Kind.REQUESTS, "onionchat", "1 new contact request(s)")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with bus(tmp_path_factory.mktemp("bus")) as (_, where):
        yield where


@pytest.fixture
def played(qapp, address):
    """Starts desktops, which end with the test."""
    begun = []

    def play(where=address, **how):
        begun.append(PlayedDesktop(where, **how))
        return begun[-1]

    yield play
    for desktop in begun:
        desktop.end()


@pytest.fixture
def desktop(played):
    return played()


@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "profile"
    (folder / "run").mkdir(parents=True, mode=0o700)
    (folder / profile_address.KEYSLOT).touch()
    return folder


@pytest.fixture
def window(qapp, address, profile):
    """Makes what a window has for its notifications."""
    made = []

    def make(where=address, folder=profile):
        link = SessionBus(places({ADDRESS: where}))
        notifier = Notifier(link, LeftBehind(folder), "Show")
        notifier.link = link
        made.append(notifier)
        return notifier

    yield make
    for notifier in made:
        notifier.link._link.abort()


@pytest.fixture
def notifier(window):
    return window()


@pytest.fixture
def failed():
    return []


def wait(qtbot, until):
    qtbot.waitUntil(lambda: bool(until()), timeout=30_000)


def never():
    raise AssertionError("it works")


def shown(notifier, qtbot, desktop, *notifications):
    for notification in notifications:
        notifier.show(notification, never)
    settled(notifier, qtbot)
    return list(desktop.shown)


def settled(notifier, qtbot):
    """What is wanted is shown, and the window knows it."""
    wait(qtbot, lambda: all(s.shown is s.wanted for s in notifier._spots.values()))


class TestShows:
    def test_replaces_and_takes_away(self, desktop, notifier, qtbot):
        numbers = shown(notifier, qtbot, desktop, PLAIN)
        assert desktop.said() == [("onionchat", "New message")]
        notifier.show(NAMED, never)
        wait(qtbot, lambda: desktop.said() == [("Bob", "Hello")])
        assert list(desktop.shown) == numbers
        wait(qtbot, lambda: notifier._spots[Kind.MESSAGES].shown is not None)
        notifier.withdraw(Kind.MESSAGES)
        wait(qtbot, lambda: desktop.shown == {})

    def test_each_kind_at_a_place_of_its_own(self, desktop, notifier, qtbot):
        shown(notifier, qtbot, desktop, PLAIN, REQUEST)
        notifier.withdraw(Kind.MESSAGES)
        wait(qtbot, lambda: desktop.said() == [("onionchat", "1 new contact request(s)")])

    def test_says_whose_it_is_and_makes_no_sound(self, desktop, notifier, qtbot):
        (number,) = shown(notifier, qtbot, desktop, PLAIN)
        name, replaced, icon, _, _, actions, hints, ends = desktop.shown[number]
        assert (name, replaced, icon, ends) == ("onionchat", 0, ENTRY, -1)
        assert actions == ["default", "Show"]
        assert hints == {
            "desktop-entry": ("s", ENTRY),
            "category": ("s", "im.received"),
            "urgency": ("y", 1),
            "suppress-sound": ("b", True),
        }

    def test_what_names_somebody_is_for_no_list(self, desktop, notifier, qtbot):
        (number,) = shown(notifier, qtbot, desktop, NAMED)
        assert desktop.shown[number][6]["transient"] == ("b", True)

    @pytest.mark.parametrize(
        ("capabilities", "body"),
        [(("body", "body-markup"), "&lt;b&gt;a&amp;b"), (("body",), "<b>a&b"), ((), "<b>a&b")],
    )
    def test_mark_up_is_escaped_where_it_would_be_read(
        self, played, notifier, qtbot, capabilities, body
    ):
        desktop = played(capabilities=capabilities)
        shown(notifier, qtbot, desktop, Notification(Kind.MESSAGES, "<i>", "<b>a&b"))
        assert desktop.said() == [("<i>", body)]
        assert [fields[5] for fields in desktop.shown.values()] == [[]]

    @pytest.mark.parametrize(
        "hostile", ["\0" * 9, "\ud83d", "\u202e\u2066", "a" * 65_536, "\u0301" * 30_000, "\ufffe"]
    )
    def test_no_text_makes_the_bus_hang_up(self, desktop, notifier, qtbot, hostile):
        shown(notifier, qtbot, desktop, Notification(Kind.MESSAGES, hostile, hostile))
        shown(notifier, qtbot, desktop, REQUEST)
        assert len(desktop.shown) == 2

    def test_only_the_newest_while_the_desktop_is_slow(self, desktop, notifier, qtbot):
        desktop.hangs = True
        for number in range(50):
            notifier.show(Notification(Kind.MESSAGES, "onionchat", str(number)), never)
        wait(qtbot, lambda: bool(desktop.called))
        desktop.answer_all()
        settled(notifier, qtbot)
        assert desktop.said() == [("onionchat", "49")]
        assert desktop.called.count("Notify") <= 2

    def test_by_a_process_into_which_nobody_may_look(self, desktop, address, qtbot):
        """As the window is one, which the desktop's portal refuses."""
        script = """
import sys
from PySide6.QtCore import QCoreApplication
from onionchat.control import core_dumps
core_dumps.forbid()
application = QCoreApplication([])
import os
from pathlib import Path
from onionchat_gui.bus_wire import places
from onionchat_gui.freedesktop import Notifier
from onionchat_gui.left_behind import LeftBehind
from onionchat_gui.session_bus import SessionBus
from onionchat_gui.viewmodels.notifications import Kind, Notification
notifier = Notifier(SessionBus(places(os.environ)), LeftBehind(Path("none")), "Show")
notifier.show(Notification(Kind.MESSAGES, "onionchat", "New message"), lambda: sys.exit(3))
application.exec()
"""
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, ADDRESS: address},
            cwd=Path(__file__).parents[2],
        )
        try:
            wait(qtbot, lambda: desktop.shown or process.poll() is not None)
            assert desktop.said() == [("onionchat", "New message")]
        finally:
            process.kill()
            process.wait()


class TestTakesBack:
    def test_what_was_withdrawn_before_the_desktop_said_its_number(self, desktop, notifier, qtbot):
        shown(notifier, qtbot, desktop, REQUEST)
        desktop.hangs = True
        notifier.show(NAMED, never)
        wait(qtbot, lambda: desktop.called[-1] == "Notify")
        notifier.withdraw(Kind.MESSAGES)
        desktop.answer_all()
        wait(qtbot, lambda: bool(desktop.closed))
        assert desktop.said() == [("onionchat", "1 new contact request(s)")]

    def test_nothing_that_is_gone_by_itself(self, desktop, notifier, qtbot):
        (number,) = shown(notifier, qtbot, desktop, PLAIN)
        desktop.close(number)
        wait(qtbot, lambda: notifier._spots[Kind.MESSAGES].number == 0)
        notifier.withdraw(Kind.MESSAGES)
        shown(notifier, qtbot, desktop, REQUEST)
        assert desktop.closed == [number]

    def test_all_that_a_window_left_that_was_killed(self, desktop, window, qtbot, tmp_path):
        killed, other = window(), window(folder=tmp_path / "other")
        shown(killed, qtbot, desktop, NAMED, REQUEST)
        shown(other, qtbot, desktop, PLAIN)
        killed.link._link.abort()
        window()
        wait(qtbot, lambda: desktop.said() == [("onionchat", "New message")])

    def test_nothing_of_another_desktop_that_counts_from_one_again(
        self, played, window, profile, qtbot
    ):
        before = played()
        killed = window()
        shown(killed, qtbot, before, PLAIN)
        killed.link._link.abort()
        left = LeftBehind(profile).load()
        assert left.numbers == (1,)
        before.end()
        desktop = played()
        stranger = window(folder=profile / "none")
        assert shown(stranger, qtbot, desktop, PLAIN) == [1]
        following = window()
        shown(following, qtbot, desktop, REQUEST)
        assert desktop.closed == []
        assert LeftBehind(profile).load().numbers == (2,)

    def test_what_is_left_when_the_connection_breaks(self, desktop, notifier, qtbot):
        shown(notifier, qtbot, desktop, NAMED)
        notifier.link._failed()
        wait(qtbot, lambda: not notifier.link._busy)
        notifier.withdraw(Kind.MESSAGES)
        wait(qtbot, lambda: desktop.shown == {})

    def test_without_a_profile_nothing_is_written(self, desktop, notifier, profile, qtbot):
        (profile / profile_address.KEYSLOT).unlink()
        shown(notifier, qtbot, desktop, PLAIN)
        assert list((profile / "run").iterdir()) == []

    def test_nothing_is_written_of_what_it_says(self, desktop, notifier, profile, qtbot):
        shown(notifier, qtbot, desktop, NAMED)
        (file,) = (profile / "run").iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert "Bob" not in file.read_text()
        notifier.withdraw(Kind.MESSAGES)
        wait(qtbot, lambda: not file.exists())


class TestClicks:
    @pytest.fixture
    def clicked(self, notifier):
        heard = []
        notifier.clicked.connect(heard.append)
        return heard

    def test_are_told_by_kind_and_it_is_gone(self, desktop, notifier, clicked, qtbot):
        shown(notifier, qtbot, desktop, PLAIN)
        (number,) = shown(notifier, qtbot, desktop, REQUEST)[1:]
        desktop.tell("ActionInvoked", "us", number + 7, "default")
        desktop.tell("ActionInvoked", "us", number, "other")
        desktop.tell("ActionInvoked", "us", 0, "default")
        desktop.tell("ActionInvoked", "us", number, "default")
        wait(qtbot, lambda: len(desktop.shown) == 1)
        assert clicked == [Kind.REQUESTS]

    def test_bring_the_leave_to_come_to_the_front(
        self, desktop, notifier, clicked, qtbot, monkeypatch
    ):
        monkeypatch.setenv(ACTIVATION, "before")
        (number,) = shown(notifier, qtbot, desktop, PLAIN)
        desktop.tell("ActivationToken", "us", number + 7, "other")
        desktop.tell("ActivationToken", "us", number, "a b\n")
        desktop.tell("ActivationToken", "us", number, "token-1_TIME2")
        desktop.tell("ActionInvoked", "us", number, "default")
        wait(qtbot, lambda: bool(clicked))
        assert os.environ[ACTIVATION] == "token-1_TIME2"

    def test_of_programs_that_show_none_count_for_nothing(
        self, desktop, notifier, clicked, address, qtbot
    ):
        (number,) = shown(notifier, qtbot, desktop, PLAIN)
        with open_dbus_connection(bus=address) as other:
            listed = other.send_and_get_reply(DBus().ListNames(), timeout=30).body[0]
            for name in listed:
                if name.startswith(":"):
                    signal = new_signal(
                        DBusAddress(PATH, bus_name=name, interface=NAME),
                        "ActionInvoked",
                        "us",
                        (number, "default"),
                    )
                    signal.header.fields[HeaderFields.destination] = name
                    other.send(signal)
            other.send_and_get_reply(DBus().GetId(), timeout=30)
        desktop.close(number)
        wait(qtbot, lambda: notifier._spots[Kind.MESSAGES].number == 0)
        assert clicked == []


class TestAnotherWay:
    """Is taken where the desktop shows none."""

    def test_where_nobody_does(self, notifier, failed, qtbot):
        notifier.show(PLAIN, lambda: failed.append(1))
        assert failed == []
        wait(qtbot, lambda: failed == [1])

    @pytest.mark.parametrize("where", ["", "tcp:host=localhost,port=1", "unix:path=/nowhere;x"])
    def test_where_there_is_no_bus(self, window, failed, qtbot, where):
        notifier = window(where)
        for _ in range(2):
            notifier.show(PLAIN, lambda: failed.append(1))
            wait(qtbot, lambda: failed == [1])
            failed.clear()
        notifier.withdraw(Kind.MESSAGES)

    def test_where_the_desktop_refuses(self, desktop, notifier, failed, qtbot):
        desktop.refuses = True
        notifier.show(PLAIN, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1])
        desktop.refuses = False
        shown(notifier, qtbot, desktop, PLAIN)

    @pytest.mark.parametrize("member", ["GetCapabilities", "Notify"])
    @pytest.mark.parametrize(
        "answer",
        [(), ("s", ("1",)), ("v", (("u", 1),)), ("x", (-1,)), ("u", (0,)), ("as", ([],))],
        ids=str,
    )
    def test_where_the_answer_is_none(self, desktop, notifier, failed, qtbot, member, answer):
        desktop.odd[member] = answer
        notifier.show(PLAIN, lambda: failed.append(1))
        right = (member, answer) == ("GetCapabilities", ("as", ([],)))
        wait(qtbot, lambda: failed == [1] or (right and desktop.said()))
        assert failed == [] if right else [1]
        desktop.odd.clear()
        shown(notifier, qtbot, desktop, REQUEST)

    def test_where_what_is_shown_cannot_be_replaced_it_goes(self, desktop, notifier, failed, qtbot):
        shown(notifier, qtbot, desktop, NAMED)
        desktop.refuses = True
        notifier.show(PLAIN, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1] and desktop.shown == {})

    def test_where_the_desktop_hangs_and_what_comes_late_is_taken_back(
        self, desktop, notifier, failed, qtbot, monkeypatch
    ):
        monkeypatch.setattr(freedesktop, "PATIENCE_MILLIS", 50)
        desktop.hangs = True
        for _ in range(3):
            notifier.show(PLAIN, lambda: failed.append(1))
            wait(qtbot, lambda: failed == [1])
            failed.clear()
        # What it can do is still not known, so it was asked for nothing else.
        assert desktop.called == ["GetCapabilities"]
        notifier.show(NAMED, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1])
        desktop.answer_all()
        shown(notifier, qtbot, desktop, REQUEST)
        assert desktop.said() == [("onionchat", "1 new contact request(s)")]

    def test_where_the_desktop_dies_over_it(self, desktop, notifier, failed, qtbot):
        shown(notifier, qtbot, desktop, REQUEST)
        desktop.hangs = True
        notifier.show(PLAIN, lambda: failed.append(1))
        wait(qtbot, lambda: desktop.called[-1] == "Notify")
        desktop.end()
        wait(qtbot, lambda: failed == [1])

    def test_until_the_desktop_is_back(self, played, notifier, failed, qtbot):
        before = played(capabilities=())
        shown(notifier, qtbot, before, PLAIN)
        before.end()
        wait(qtbot, lambda: notifier._owner == "")
        notifier.show(PLAIN, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1])
        desktop = played(first=70)
        numbers = shown(notifier, qtbot, desktop, PLAIN)
        # Neither a number nor what it can do is believed of the one before.
        assert numbers == [70]
        assert desktop.shown[70][1] == 0
        assert desktop.shown[70][5] == ["default", "Show"]

    def test_when_the_bus_goes_and_back_when_there_is_one(
        self, played, window, failed, qtbot, tmp_path
    ):
        with bus(tmp_path) as (daemon, where):
            desktop = played(where)
            notifier = window(where)
            shown(notifier, qtbot, desktop, PLAIN)
            daemon.terminate()
            wait(qtbot, lambda: not notifier.link.greeted)
            notifier.show(PLAIN, lambda: failed.append(1))
            wait(qtbot, lambda: failed == [1])

    @pytest.mark.parametrize("answer", ["", "REJECTED EXTERNAL\r\n", "\0" * 9000, "OK 1\r\nmore"])
    def test_where_what_listens_is_no_bus(self, window, failed, qtbot, tmp_path, answer):
        server = QLocalServer()
        assert server.listen(str(tmp_path / "bus"))

        def come():
            link = server.nextPendingConnection()
            link.readyRead.connect(lambda: link.write(answer.encode()) or link.flush())
            if not answer:
                link.disconnectFromServer()

        server.newConnection.connect(come)
        notifier = window(f"unix:path={tmp_path / 'bus'}")
        notifier.show(PLAIN, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1])
        server.close()

    def test_where_the_bus_says_nothing_and_then_does(
        self, window, failed, qtbot, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(freedesktop, "PATIENCE_MILLIS", 50)
        server = QLocalServer()
        assert server.listen(str(tmp_path / "bus"))
        notifier = window(f"unix:path={tmp_path / 'bus'}")
        notifier.show(NAMED, lambda: failed.append(1))
        wait(qtbot, lambda: failed == [1])
        link = server.nextPendingConnection()
        link.write(b"OK 0123\r\n")
        link.flush()
        wait(qtbot, lambda: b"BEGIN" in bytes(link.readAll().data()))
        # A bus without end: in between the window does what else there is.
        for _ in range(8):
            link.write(b"l\1\0\1\0\0\0\0\1\0\0\0\0\0\0\0" * 4096)
        ticks = []
        ticking = QTimer(interval=0)
        ticking.timeout.connect(lambda: ticks.append(link.bytesToWrite()))
        ticking.start()
        wait(qtbot, lambda: link.bytesToWrite() == 0)
        assert len(set(ticks)) > 4
        link.write(b"HTTP/1.1 400 Bad")
        wait(qtbot, lambda: not notifier.link._busy)
        server.close()

    def test_where_the_program_does_not_start(self, window, failed, tmp_path, qtbot):
        mark = tmp_path / "started"
        with bus(tmp_path) as (_, where):
            service = f"[D-BUS Service]\nName={NAME}\nExec=/bin/sh -c 'mkdir {mark}; exit 1'\n"
            (tmp_path / "services" / "shows.service").write_text(service)
            notifier = window(where)
            notifier.withdraw(Kind.MESSAGES)
            notifier.link.join()
            wait(qtbot, lambda: notifier.link.greeted and not notifier.link._waiting)
            # Nobody is started before there is something to be shown.
            assert not mark.exists()
            notifier.show(PLAIN, lambda: failed.append(1))
            wait(qtbot, lambda: failed == [1])
            assert mark.exists()

    def test_not_where_the_bus_has_no_file(self, played, window, tmp_path, qtbot):
        with bus(tmp_path, f"unix:abstract={tmp_path}") as (_, where):
            assert where.startswith("unix:abstract=")
            shown(window(where), qtbot, played(where), PLAIN)

    def test_the_second_address_is_as_good(self, desktop, window, address, qtbot):
        notifier = window(f"tcp:host=x;unix:path=/nowhere;{address}")
        shown(notifier, qtbot, desktop, PLAIN)
