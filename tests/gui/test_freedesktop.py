"""Notifications by the desktop portal, over a real bus with a portal that a test plays."""

import os
import shutil
import subprocess

import pytest

pytest.importorskip("PySide6.QtDBus", exc_type=ImportError)

from PySide6.QtCore import ClassInfo, Property, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant

from onionchat_gui.freedesktop import INTERFACE, PATH, SERVICE, Portal

pytestmark = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")


@ClassInfo({"D-Bus Interface": INTERFACE})
class PlayedPortal(QObject):
    """Keeps what it is asked to show."""

    def __init__(self):
        super().__init__()
        self.shown = {}

    @Property(int)
    def version(self):
        return 1

    @Slot(str, "QVariantMap")
    def AddNotification(self, name, fields):
        self.shown[name] = fields

    @Slot(str)
    def RemoveNotification(self, name):
        self.shown.pop(name, None)


@pytest.fixture(scope="module")
def address():
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield bus.stdout.readline().strip()
    bus.terminate()
    bus.wait()
    bus.stdout.close()


@pytest.fixture
def connect(qapp, address, request):
    names = []

    def connect(name):
        names.append(f"{request.node.name}-{name}")
        return QDBusConnection.connectToBus(address, names[-1])

    yield connect
    for name in names:
        QDBusConnection.disconnectFromBus(name)


@pytest.fixture
def played(connect):
    made = PlayedPortal()
    bus = connect("portal")
    made.bus = bus
    assert bus.registerObject(PATH, made, QDBusConnection.RegisterOption.ExportAllContents)
    assert bus.registerService(SERVICE)
    return made


@pytest.fixture
def portal(connect):
    return Portal(connect("window"))


def wait(qtbot, until):
    qtbot.waitUntil(until, timeout=30_000)


def never():
    raise AssertionError("it works")


def test_shows_replaces_and_takes_away(played, portal, qtbot):
    wait(qtbot, lambda: portal.available)
    portal.show("messages", "onionchat", "New message", never)
    portal.show("messages", "Bob", "Hello", never)
    wait(qtbot, lambda: any(f["body"] == "Hello" for f in played.shown.values()))
    ((name, fields),) = played.shown.items()
    assert fields["title"] == "Bob"
    assert name == f"{os.getpid()}-messages"
    portal.withdraw("messages")
    wait(qtbot, lambda: not played.shown)


def click(played, name, action="open"):
    signal = QDBusMessage.createSignal(PATH, INTERFACE, "ActionInvoked")
    signal.setArguments([name, action, [QDBusVariant("")]])
    assert played.bus.send(signal)


def test_a_click_is_told_unless_it_is_for_another_window(played, portal, qtbot):
    wait(qtbot, lambda: portal.available)
    clicked = []
    portal.clicked.connect(clicked.append)
    click(played, "1-messages")
    click(played, f"{os.getpid()}-messages", "other")
    click(played, f"{os.getpid()}-requests")
    wait(qtbot, lambda: bool(clicked))
    assert clicked == ["requests"]


def test_what_a_window_of_the_profile_left_that_was_killed_is_taken_away(played, connect, qtbot):
    first = Portal(connect("killed"), "bob", ("messages",))
    other = Portal(connect("other"), "carol", ("messages",))
    wait(qtbot, lambda: first.available and other.available)
    first.show("messages", "Bob", "Secret", never)
    other.show("messages", "Carol", "Hello", never)
    wait(qtbot, lambda: set(played.shown) == {"bob-messages", "carol-messages"})
    Portal(connect("next"), "bob", ("messages",), first)
    wait(qtbot, lambda: set(played.shown) == {"carol-messages"})


def test_without_a_portal_there_is_another_way(portal, qtbot):
    failed = []
    portal.show("messages", "onionchat", "New message", lambda: failed.append(1))
    wait(qtbot, lambda: bool(failed))
    assert not portal.available


def test_without_a_bus_nothing_is_asked(qapp):
    portal = Portal(QDBusConnection("no-such-bus"))
    portal.withdraw("messages")
    assert not portal.available
