"""What commonly goes wrong is looked at from the Tor page, without a terminal."""

import pytest
from fake_node import STATUS, FakeNode, FakeStarter

from onionchat.control import schema
from onionchat.errors import DiskFull
from onionchat.node import health
from onionchat.views import CheckView
from onionchat_gui.viewmodels.checkup import Checkup, _finding
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.tor_page import TorPage

SOUND = CheckView("database", True, "The database is sound.")
FULL = CheckView("disk", False, "12 MiB are free for the profile.")
WAITS = CheckView("delivery", True, "3 messages wait for their contacts' devices.", note=True)
TOR = CheckView("tor", True, "tor 0.4: Tor is up.")


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.connected = True
    made.replies[schema.Doctor] = (SOUND, FULL, TOR, WAITS)
    return made


def test_it_looks_when_told_and_says_what_it_found(node):
    checkup = Checkup(node)
    assert not node.asked
    checkup.look()
    assert checkup.busy
    checkup.look()
    node.deliver()
    assert node.asked == [schema.Doctor()], "once at a time"
    assert [(f.title, f.wrong, f.note) for f in checkup.findings] == [
        ("Messages on this device", False, False),
        ("Room on the disk", True, False),
        ("Delivery", False, True),
    ], "the page says more of tor already"


def test_what_fails_is_said_and_can_be_tried_again(node):
    checkup = Checkup(node)
    node.problem = DiskFull()
    checkup.look()
    node.deliver()
    assert (checkup.busy, checkup.problem) == (False, DiskFull.sentence)
    node.problem = None
    checkup.look()
    node.deliver()
    assert (checkup.problem, len(checkup.findings)) == ("", 3)


def test_every_line_of_the_node_has_a_title(node, tmp_path):
    lines = health.checks(STATUS, tmp_path, ())
    shown = [line for line in lines if line.name not in ("tor", "reachable")]
    assert shown
    assert [line.name for line in shown if _finding(line).title == line.name] == []


def test_the_page_shows_it_below_what_tor_does(node, look, qtbot):
    page = TorPage(Desk(node, FakeStarter(node), lambda: node.now), look)
    qtbot.addWidget(page)
    node.deliver()
    page.checkup.button.click()
    assert page.checkup.button.text() == "Looking…"
    node.deliver()
    assert page.checkup.button.text() == "Look now"
    assert page.checkup.found.isVisibleTo(page)
