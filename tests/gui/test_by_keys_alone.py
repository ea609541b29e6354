"""A whole life of a profile without a mouse: each step by the keys that a person would press."""

import pytest
from fake_node import NOON, PHRASE, FakeNode, FakeStarter, contact, message
from fake_windows import FakeWindows
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tab_order import MOST, stops

from onionchat.control import schema
from onionchat.errors import NoProfile
from onionchat.views import ContactChanged, LinkView, RequestView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.first_run import Step
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.pages import PAGES

ADA, EVE = contact(1, name="Ada"), contact(7, name="Eve")
LINK = "onionchat:abc"
SECRET = "velvet orchard seven"
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Person:
    """Somebody with a keyboard: what is pressed goes where the focus is."""

    def __init__(self, window, desk, node):
        self.window, self.desk, self.node = window, desk, node

    @property
    def page(self):
        return self.window.pages.currentWidget()

    def settle(self):
        for _ in range(3):
            self.node.deliver()
            QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def open(self, page, contact=""):
        self.desk.open_page(page, contact)
        self.settle()

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.settle()

    def enter(self):
        self.press(Qt.Key.Key_Return)

    def type(self, text):
        QTest.keyClicks(QApplication.focusWidget(), text)
        self.settle()

    def paste(self, text):
        """What somebody gave one in another program."""
        QGuiApplication.clipboard().setText(text)
        self.press(Qt.Key.Key_V, CONTROL)

    def here(self):
        """What a screen reader calls the control with the focus."""
        focused = QApplication.focusWidget()
        return focused.accessibleName() or focused.property("text")

    def go_to(self, words):
        """Tab, until one is there."""
        met = []
        while self.here() != words:
            met.append(self.here())
            assert len(met) < MOST, f"Tab does not lead to {words}: {met}"
            self.press(Qt.Key.Key_Tab)


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.replies[schema.Invites] = ()
    made.replies[schema.Requests] = (RequestView(EVE.id, "Eve", "", NOON),)
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",), "", "", "")
    made.replies[schema.CheckLink] = LinkView(False, made.now + 86400)
    made.replies[schema.Wipe] = schema.StopReply(1)
    return made


@pytest.fixture
def person(qtbot, node, look):
    desk = Desk(node, FakeStarter(node), lambda: node.now, windows=FakeWindows())
    window = MainWindow(desk, look)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    return Person(window, desk, node)


@pytest.fixture
def reader(person, node):
    """The profile is open, and so is a conversation."""
    node.people[ADA.id] = ADA
    node.history[ADA.id] = [message(n, ADA, text=f"The bridge {n}") for n in range(40)]
    person.desk.session.open()
    person.settle()
    person.press(Qt.Key.Key_1, CONTROL)
    assert person.page.contact == ADA.id
    return person


# --- From the first run to the end ----------------------------------------------------------------


def test_a_profile_is_made_used_locked_and_destroyed(person, node):
    a_first_run(person, node)
    a_contact_by_a_link(person, node)
    a_message(person, node)
    a_search(person, node)
    a_lock(person, node)
    the_end(person, node)


def a_first_run(person, node):
    node.running = False
    person.desk.starter.lacks = NoProfile()
    person.desk.session.open()
    person.settle()
    first_run = person.window.first_run.pages.model
    assert person.here() == "Begin"
    person.enter()
    person.type("Zoe")
    person.press(Qt.Key.Key_Escape)
    assert first_run.step == Step.WELCOME
    person.enter()
    person.go_to("Your name (optional)")
    person.press(Qt.Key.Key_A, CONTROL)
    person.type("Zoe")
    person.enter()
    assert first_run.step == Step.PASSPHRASE
    person.press(Qt.Key.Key_Left, ALT)
    assert first_run.step == Step.NAME
    person.enter()
    person.type(SECRET)
    person.enter()
    assert person.here() == "The same again"
    person.type(SECRET)
    person.enter()
    assert person.desk.starter.made == [("Zoe", SECRET)]
    assert first_run.step == Step.WORDS
    on_paper = []
    for word in PHRASE:
        on_paper.append(person.here())
        person.press(Qt.Key.Key_Right)
        assert word in on_paper[-1]
    person.go_to("I have written them down")
    person.enter()
    for place in first_run.places:
        assert person.here() == f"Word {place}"
        person.type(PHRASE[place - 1])
        person.enter()
    assert person.desk.session.phase == Phase.READY


def a_contact_by_a_link(person, node):
    def added(request):
        assert (request.link, request.name, request.greeting) == (LINK, "Eve", "Me, from the choir")
        node.people[EVE.id] = EVE
        node.history[EVE.id] = []
        node.tell(ContactChanged(EVE))
        return EVE

    node.replies[schema.Add] = added
    person.go_to("Add a contact")
    person.enter()
    assert person.here() == "Invite link", "one can paste at once"
    person.paste(LINK)
    person.go_to("Your name for this contact")
    person.type("Eve")
    person.go_to("Greeting")
    person.type("Me, from the choir")
    person.go_to("Send the request")
    person.enter()
    assert person.page.model.id == EVE.id
    person.go_to("Write a message")
    person.enter()


def a_message(person, node):
    assert person.here() == person.page.composer.box.accessibleName(), "one can write at once"
    person.type("Are you at the bridge?")
    person.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    person.type("Eight is fine.")
    assert node.history[EVE.id] == []
    person.enter()
    assert [view.text for view in node.history[EVE.id]] == [
        "Are you at the bridge?\nEight is fine.",
    ]
    node.arrive(*(message(2 * n + 101, EVE, text=f"Noise {n}", time=node.now) for n in range(60)))
    person.settle()


def a_search(person, node):
    person.press(Qt.Key.Key_F, CONTROL)
    person.type("bridge")
    person.desk.search.pause.timeout.emit()
    person.settle()
    person.enter()
    jumped = person.page.messages.currentIndex()
    assert jumped.data().startswith("Are you at the bridge?")
    assert QApplication.focusWidget() is person.page.messages
    person.press(Qt.Key.Key_Escape)
    person.press(Qt.Key.Key_Escape)
    assert person.page.contact == EVE.id
    assert person.window.search.text() == ""


def a_lock(person, node):
    def verify(request):
        assert request.passphrase == SECRET
        return schema.Nothing()

    node.replies[schema.VerifyPassphrase] = verify
    person.press(Qt.Key.Key_L, CONTROL)
    assert person.desk.session.phase == Phase.CURTAIN
    assert not any("Eve" in shown.text() for shown in person.window.findChildren(QLabel))
    person.press(Qt.Key.Key_Escape)
    person.press(Qt.Key.Key_Comma, CONTROL)
    assert person.desk.session.phase == Phase.CURTAIN, "no key leads past it"
    assert person.here() == "Passphrase"
    person.type(SECRET)
    person.enter()
    assert person.desk.session.phase == Phase.READY
    assert person.page.contact == EVE.id, "where one was"


def the_end(person, node):
    person.press(Qt.Key.Key_Comma, CONTROL)
    person.go_to("Danger")
    person.enter()
    assert person.here() == "Type “wipe” to destroy it"
    person.type("wipe")
    person.go_to("Destroy")
    person.enter()
    assert [type(request) for request in node.asked].count(schema.Wipe) == 1
    assert person.desk.session.phase == Phase.NO_PROFILE
    assert person.here() == "Begin"


# --- The way back ---------------------------------------------------------------------------------


def test_escape_and_the_arrow_lead_back_from_every_page(reader, monkeypatch):
    for name in sorted(set(PAGES) - {"", "conversation"}):
        about = ADA.id if name == "contact" else ""
        reader.open(name, about)
        assert kept(reader, monkeypatch) == [], f"on the page {name}"
        for keys in ((Qt.Key.Key_Escape,), (Qt.Key.Key_Left, ALT)):
            reader.press(*keys)
            assert reader.page.composer.isVisible(), name
            reader.open(name, about)
        reader.go_to("Back")
        reader.enter()
        assert reader.page.composer.isVisible(), name


def kept(reader, monkeypatch):
    """Controls that keep Escape for themselves, as a box or a list may; of each kind, one."""
    back, found = [], []
    with monkeypatch.context() as patch:
        patch.setattr(reader.desk, "back", lambda: back.append(True))
        for kind, control in {type(control): control for control in stops(reader.page)}.items():
            control.setFocus()
            reader.press(Qt.Key.Key_Escape)
            if not back:
                found.append(kind.__name__)
            back.clear()
    return found
