"""Pictures of what the window shows of Tor: the page, bridges, the page that is open first.

What lives here: what each picture shows. What may not: making pictures (`screenshots`).
"""

from fake_node import NOON, STATUS
from msgspec.structs import replace

from onionchat.control import schema
from onionchat.views import (
    BridgeCheckView,
    BridgeView,
    CircuitsView,
    SettingView,
    TorDetailsView,
    TorServiceView,
    TorView,
    TroubleView,
)


def tor_details(tor, **changes):
    fields = dict(
        tor=tor,
        phase="connecting",
        online=False,
        circuits=None,
        connections=None,
        bridges=(),
        services=(),
        troubles=(),
        last_trouble=None,
    )
    return TorDetailsView(**(fields | changes))


def tor_is(scene, tor, *, online=False, **changes):
    scene.node.replies[schema.Status] = replace(STATUS, tor=tor, online=online)
    scene.node.replies[schema.TorDetails] = tor_details(tor, online=online, **changes)


BLOCKED = TroubleView(
    "blocked",
    "The network seems to block Tor; a bridge may help.",
    "Ask for bridges (by the Tor project's web page, e-mail or a friend) and add them; a café's or"
    " hotel's network may want you to log in first.",
    NOON + 400,
)
BRIDGE_LINES = (
    "obfs4 192.0.2.7:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=AAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAA iat-mode=0\nsnowflake 192.0.2.3:80 url=https://example.org/"
)
CHECKED = (
    BridgeCheckView(1, "obfs4", True, None, "This line can be used."),
    BridgeCheckView(
        2,
        "snowflake",
        False,
        "PluginMissing",
        "snowflake bridges need the program snowflake-client or lyrebird, which was not found.",
    ),
)
BEGINNING = TorView(True, 10, "Connecting to Tor: 10 % (Connected to a relay).")
CONNECTING = TorView(True, 35, "Connecting to Tor: 35 % (Loading consensus).", version="0.4.9.11")
UP = TorView(True, 100, "Connected to Tor.", version="0.4.9.11", services=3, services_published=3)


def tor_connecting(scene):
    tor_is(scene, CONNECTING)
    scene.open()
    scene.desk.open_page("tor")


def tor_blocked(scene):
    tor_is(scene, BEGINNING, troubles=(BLOCKED,))
    scene.open()
    scene.desk.open_page("tor")


def tor_missing(scene):
    sentence = "No tor program was found; install the package `tor`, or name one with --tor."
    missing = TroubleView(
        "not_found", sentence, "Install the package tor, or say where the program is.", NOON
    )
    tor_is(scene, TorView(False, 0, sentence), troubles=(missing,), phase="failed")
    scene.open()
    scene.desk.open_page("tor")


def tor_up(scene):
    tor_is(
        scene,
        UP,
        online=True,
        phase="online",
        circuits=CircuitsView(9, 4, 1, 3, 12, 1),
        connections=2,
        bridges=(
            BridgeView(1, "obfs4", "connected", "It is connected."),
            BridgeView(2, "snowflake", "silent", "It does not answer."),
        ),
        services=(
            TorServiceView("contacts", "published", 3, 4000),
            TorServiceView("contacts", "published", 3, 4000),
            TorServiceView("invite", "publishing", None, 8),
        ),
        last_trouble=replace(BLOCKED, until=NOON + 500),
    )
    scene.node.replies[schema.Settings] = (SettingView("bridges", BRIDGE_LINES, "", ""),)
    scene.node.replies[schema.CheckBridges] = CHECKED
    scene.open()
    scene.desk.open_page("tor")


def bridges(scene):
    tor_is(scene, BEGINNING, troubles=(BLOCKED,))
    scene.node.replies[schema.CheckBridges] = CHECKED
    scene.window.resize(1080, 1500)
    scene.open()
    scene.desk.open_page("tor", "bridges")
    page = scene.window.pages.currentWidget()
    page.bridges.lines.setPlainText(BRIDGE_LINES)
    page.bridges_model.check()


def welcome(scene):
    scene.node.people.clear()
    scene.open()


def welcome_connecting(scene):
    tor_is(scene, CONNECTING)
    welcome(scene)


def welcome_blocked(scene):
    tor_is(scene, BEGINNING, troubles=(BLOCKED,))
    welcome(scene)


SCENES = (
    tor_connecting,
    tor_blocked,
    tor_missing,
    tor_up,
    bridges,
    welcome,
    welcome_connecting,
    welcome_blocked,
)
