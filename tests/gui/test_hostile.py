"""Whatever others write is shown as it is, in bounded time, and makes no window wider."""

import re
import time

import device_scenes
import more_scenes
import pytest
import screenshots
import tor_scenes
from fake_node import NOON, STATUS, contact, message
from fake_windows import FakeWindows
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from onionchat.control import schema
from onionchat.control.profiles import ProfileView
from onionchat.displayable import displayable
from onionchat.types import MAX_GREETING_BYTES, MAX_NAME_BYTES, MAX_TEXT_BYTES
from onionchat.views import (
    BridgeCheckView,
    BridgeView,
    InviteView,
    LinkedView,
    LinkingChanged,
    MessageStateChanged,
    RequestView,
    RevokedView,
    SettingView,
    TorView,
    TroubleView,
)
from onionchat_gui.viewmodels import links
from onionchat_gui.views.conversation_menu import ConversationMenu

LONG = 10_000
TEXTS = {
    "signs": "<h1>a</h1><a href='x'>b</a>&amp;\u202e\u2066c\0\x1b[31m\r\n\u2028d\ud83d",
    "marks": "a" + "\u0301\u0334\u0489" * LONG,
    "no_blank": "W" * LONG,
}
"""What others could write: HTML, turned directions, NUL, lines and half of a character; signs that
stand on one letter without end; a word that never breaks.
"""
PLAIN = "Bob"
SMALLEST = 900
"""Pixels that a small screen has."""
CONTROLS = re.compile("[\0-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no title and no line of a menu has, for it would turn around or end what stands there; a tab
stands before the keys of a menu.
"""
MOST_WORDS = 200
"""Characters of a line of a menu."""
MOST = 1.5
"""Seconds of the processor for opening and painting all of it; without a bound it is minutes."""


def cut(text, most):
    """As much as the core lets pass. Half of a character is nothing that it cuts off itself."""
    return text.encode("utf-8", "surrogatepass")[:most].decode(
        "utf-8", "surrogatepass" if len(text) < most // 4 else "ignore"
    )


def said_by_others(scene, text):
    """A node all of whose people have nothing else to say; the core has measured it."""
    greeting, written = cut(text, MAX_GREETING_BYTES), cut(text, MAX_TEXT_BYTES)
    text = cut(text, MAX_NAME_BYTES)
    people = [
        contact(
            n,
            name=text,
            suggested_name=text + "2",
            lookalike=text,
            problem=text,
            last_text=written,
            last_time=NOON + n,
            draft=text if n == 3 else "",
            unread=n,
        )
        for n in range(1, 5)
    ]
    node = scene.node
    node.people = {person.id: person for person in people}
    node.history = {
        person.id: [
            message(n, person, text=written, author=text, note=text, time=NOON + n)
            for n in range(6)
        ]
        for person in people
    }
    trouble = TroubleView("blocked", text, text, NOON)
    tor = TorView(True, 45, text, version=text)
    node.replies = {
        schema.Status: replace(STATUS, name=text, profile=text, tor=tor, online=False),
        schema.TorDetails: tor_scenes.tor_details(
            tor,
            troubles=(trouble,),
            last_trouble=replace(trouble, until=NOON),
            bridges=(BridgeView(1, text, "silent", text),),
        ),
        schema.Settings: (SettingView("bridges", text, "", ""),),
        schema.CheckBridges: (BridgeCheckView(1, text, False, "PluginMissing", text),),
        schema.Requests: (RequestView("1", text, greeting, NOON, text),),
        schema.Invites: (InviteView("1", "onionchat:A", None, True, "unused", NOON, text),),
        schema.Devices: tuple(replace(one, name=text) for one in device_scenes.MINE),
        schema.LinkDevice: device_scenes.link_reply(),
        schema.ConfirmDevice: LinkedView(text, device_scenes.SIX),
        schema.RevokeDevice: RevokedView(replace(device_scenes.MINE[1], name=text), 1, 1, 1),
        schema.VerifyQr: schema.VerifyQrReply(("acid",) * 12, "acid", "", ""),
    }


def list_(scene):
    pass


def conversation(scene):
    scene.window.list.select(0)


def opens(page, place=""):
    return lambda scene: scene.desk.open_page(page, place)


def searching(scene):
    screenshots.searching(scene, "b")


def a_message(signal):
    def show(scene):
        conversation(scene)
        scene.settle()
        page, row = screenshots.row_of(scene, 1)
        getattr(page.messages, signal).emit(row if signal == "details" else row.view.text)

    return show


def not_sent(scene):
    conversation(scene)
    person = next(iter(scene.node.people.values()))
    ids = tuple(view.id for view in scene.node.history[person.id][:1])
    scene.node.happened.emit((MessageStateChanged(person.id, ids, "failed"),))


def notice(scene):
    scene.desk.notify(next(iter(scene.node.people.values())).name, "", None)


def removing(scene):
    scene.desk.open_page("contact", contact(1).id)
    more_scenes.page(scene).remove.click()


def link_dialog(scene):
    """For a link that goes on with whatever it is."""
    conversation(scene)
    scene.settle()
    page, row = screenshots.row_of(scene, 1)
    text = displayable(f"https://bank.example@аррӏе.com/{row.view.text}"[: links.MAX_LINK])
    (link,) = links.find(text)
    page.messages.link_chosen.emit(link)


def menu_of_links(scene):
    conversation(scene)
    scene.settle()
    page, row = screenshots.row_of(scene, 1)
    found = links.find(displayable(f"https://a.b/{row.view.text[: links.MAX_LINK - 20]}"))
    menu = page.messages._new_menu()
    page.messages._add_links(menu, found)
    menu.popup(scene.window.mapToGlobal(scene.window.pos()))


def menu_of_a_conversation(scene):
    view = scene.desk.conversations.everybody()[0]
    menu = ConversationMenu(scene.desk, scene.look, view, scene.window.list)
    menu.popup(scene.window.mapToGlobal(scene.window.pos()))


def blocking(scene):
    menu_of_a_conversation(scene)
    (menu,) = scene.window.list.findChildren(ConversationMenu)
    (block,) = [action for action in menu.actions() if action.text() == "Block…"]
    block.trigger()
    menu.close()


def profiles(scene):
    name = next(iter(scene.node.people.values())).name
    scene.desk.windows = FakeWindows(
        *(
            ProfileView(f"{n}{name}", f"/{n}", default=False, running=n > 1, key=n != 2)
            for n in range(3)
        ),
        own="/own/" + name.replace("\0", ""),
    )
    scene.desk.open_page("profiles")


def picture_that_cannot_be_read(scene):
    """Its name and what the reader says of it are somebody else's."""
    scene.desk.open_page("add")
    name = next(iter(scene.node.people.values())).name
    page = more_scenes.page(scene)
    page.model.failed.emit(f"The picture could not be read: {name}")


def backup(scene):
    scene.desk.open_page("settings")
    scene.settle()
    name = next(iter(scene.node.people.values())).name
    more_scenes.page(scene).model.saved.emit(f"/{name}/{name}")


def devices(scene):
    """Each says its name itself, and one of them may be somebody else's."""
    scene.desk.open_page("devices")
    scene.settle()
    return more_scenes.page(scene)


def device_linked(scene):
    page = devices(scene)
    page.linking.make.click()
    scene.settle()
    scene.node.happened.emit((LinkingChanged("old", "waiting", waiting=1),))
    page.linking.code.setText("4821 7730")
    page.linking.confirm.click()


def device_to_go(scene):
    page = devices(scene)
    page.rows[device_scenes.MINE[1].id].out.click()


def device_gone(scene):
    device_to_go(scene)
    more_scenes.page(scene).question.yes.click()


PLACES = {
    "devices": devices,
    "device linked": device_linked,
    "device to go": device_to_go,
    "device gone": device_gone,
    "link dialog": link_dialog,
    "menu of links": menu_of_links,
    "menu of a conversation": menu_of_a_conversation,
    "blocking": blocking,
    "profiles": profiles,
    "picture": picture_that_cannot_be_read,
    "backup": backup,
    "list": list_,
    "conversation": conversation,
    "not sent": not_sent,
    "details": a_message("details"),
    "reader": a_message("reading"),
    "contact": opens("contact", contact(1).id),
    "removing": removing,
    "requests": opens("requests"),
    "add": opens("add"),
    "tor": opens("tor"),
    "bridges": opens("tor", "bridges"),
    "search": searching,
    "search in one": opens("search", contact(1).id),
    "settings": opens("settings"),
    "about": opens("about"),
    "notice": notice,
}


def shown(qapp, look, text, place):
    """The scene, and the seconds of the processor that it took to show and paint it."""
    scene = screenshots.Scene(qapp, look)
    said_by_others(scene, text)
    scene.open()
    start = time.process_time()
    PLACES[place](scene)
    scene.settle()
    for window in windows(scene):
        window.grab()
    return scene, time.process_time() - start


def windows(scene):
    return [w for w in QApplication.topLevelWidgets() if w.isVisible()]


def put_away(scene):
    for window in windows(scene):
        window.close()
    scene.window.deleteLater()
    scene.desk.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def width(scene):
    return max(window.minimumSizeHint().width() for window in windows(scene))


@pytest.fixture(scope="module")
def widths():
    return {}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", TEXTS)
def test_it_is_text_takes_little_time_and_stays_in_its_place(qapp, look, widths, kind, place):
    if place not in widths:
        scene, _ = shown(qapp, look, PLAIN, place)
        widths[place] = width(scene)
        put_away(scene)
    scene, seconds = shown(qapp, look, TEXTS[kind], place)
    try:
        assert seconds < MOST
        assert width(scene) <= max(widths[place], SMALLEST)
        assert scene.window.width() == 1080
        for window in windows(scene):
            for label in window.findChildren(QLabel):
                if label.pixmap().isNull():
                    assert label.textFormat() == Qt.TextFormat.PlainText, label.text()[:80]
                assert "\0" not in label.text()
            assert not CONTROLS.search(window.windowTitle())
            for menu in (window, *window.findChildren(QMenu)):
                if isinstance(menu, QMenu):
                    for action in menu.actions():
                        assert not CONTROLS.search(action.text())
                        assert len(action.text()) < MOST_WORDS
        assert re.fullmatch(r"(\(\d+\) )?onionchat", scene.window.windowTitle()), "it names nobody"
    finally:
        put_away(scene)
