"""Pictures of the window's main states, from fakes: `make screenshots`.

What lives here: what each picture shows. What may not: checks, which are tests.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))

import device_scenes
import first_run_scenes
import tor_scenes
from fake_node import NOON, STATUS, FakeNode, FakeStarter, contact, message
from fake_windows import FakeWindows
from msgspec.structs import replace
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QPainter, QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from onionchat.control import schema
from onionchat.control.profiles import ProfileView
from onionchat.errors import DiskFull, TooManyTries
from onionchat.protocol.contacts.qr import paint
from onionchat.views import (
    InviteView,
    QuoteView,
    ReactionView,
    RequestView,
    TorChanged,
    TorView,
    VersionView,
)
from onionchat_gui import translation
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.views.clearing import ask
from onionchat_gui.views.emoji_picker import EmojiPicker
from onionchat_gui.views.main_window import MainWindow

UNKNOWN_KIND = "A newer version of onionchat is needed to show this."
DELETED_BY_AUTHOR = "The author has deleted this for everyone."
DELETION_ARRIVED = "You deleted this; the request to delete it has arrived."
SAYINGS = (
    "Are you back from the mountains?",
    "Since yesterday! Two days without a signal, and nothing got lost: everything arrived at once.",
    "That is the point of it :)",
    "I will bring the maps on Thursday. Same place, same time? Tell the others, please.",
    "Yes. Seven o'clock, at the bridge.",
    "مرحبا! كيف حالك اليوم؟",
    "Good, thank you. See you on Thursday!",
    "The link was https://example.org/maps?region=north, if you need it.",
)


class Scene:
    """A window over a node with some people in it."""

    def __init__(self, application, look):
        self.application, self.look = application, look
        people = [
            contact(
                1,
                name="Ada Lovelace",
                connected=True,
                trust="validated",
                last_text=SAYINGS[-1],
                last_time=NOON + 800,
            ),
            contact(
                2,
                name="Bob",
                unread=3,
                connected=True,
                last_text="Have you seen this?",
                last_time=NOON + 700,
            ),
            contact(
                3,
                name="Charlotte from the choir, the one with the long name",
                draft="What I wanted to say",
                last_time=NOON - 90000,
                last_text="ok",
            ),
            contact(4, name="Dan", trust="compromised", last_time=NOON - 200000, last_text="Hm."),
            contact(5, name="Eve", state="requested", created=NOON - 600000),
        ]
        self.node = FakeNode(*people)
        self.node.now = NOON + 900
        ada = people[0]
        self.node.history[ada.id] = [
            message(
                n,
                ada,
                text=text,
                time=NOON - (86400 if n < 3 else 0) + 100 * n,
                state=("read" if n < 6 else "delivered") if n % 2 == 0 else "received",
            )
            for n, text in enumerate(SAYINGS)
        ]
        self.desk = Desk(self.node, FakeStarter(self.node), lambda: self.node.now)
        self.window = MainWindow(self.desk, look)
        self.window.show()

    def open(self):
        self.desk.session.open()
        self.settle()

    def settle(self):
        for _ in range(5):
            self.node.deliver()
            self.application.processEvents()

    def save(self, folder, name):
        self.grab().save(str(folder / f"{name}.png"))
        self.window.close()
        self.window.deleteLater()
        self.settle()

    def grab(self):
        self.settle()
        picture = self.window.grab()
        painter = QPainter(picture)
        for widget in self.window.findChildren(QWidget):
            # Dialogs and menus are windows of their own.
            if widget.isWindow() and widget.isVisible():
                place = widget.mapToGlobal(QPoint()) - self.window.mapToGlobal(QPoint())
                painter.drawPixmap(place, widget.grab())
        painter.end()
        return picture


def locked(scene):
    scene.node.running = False
    scene.open()


def wrong_passphrase(scene):
    locked(scene)
    scene.desk.session.unlock("wrong")


def curtain(scene):
    scene.open()
    scene.window.list.select(0)
    scene.settle()
    scene.desk.lock.lock()


def curtain_too_many(scene):
    scene.node.replies[schema.VerifyPassphrase] = raising(TooManyTries("", 42))
    curtain(scene)
    scene.desk.lock.unlock("wrong")


def raising(error):
    def answer(_):
        raise error

    return answer


def empty(scene):
    scene.open()


def conversation(scene):
    scene.open()
    scene.window.list.select(0)
    scene.settle()
    box = scene.window.pages.currentWidget().composer.box
    box.setPlainText("One more thing:\nbring the rope")
    box.moveCursor(QTextCursor.MoveOperation.End)


def row_of(scene, number):
    page = scene.window.pages.currentWidget()
    return page, page.messages.model().index(number).data(MessageRole.ROW)


def link(scene):
    conversation(scene)
    page, row = row_of(scene, len(SAYINGS) - 1)
    page.messages.link_chosen.emit(row.links[0])


def link_that_deceives(scene):
    text = "Log in here: https://bank.example@аррӏе.com/\u2060gpj.exe?account=17"
    ada = contact(1)
    scene.node.history[ada.id].append(message(9, ada, text=text, time=NOON + 850))
    conversation(scene)
    page, row = row_of(scene, len(SAYINGS))
    page.messages.link_chosen.emit(row.links[0])


def link_to_an_onion(scene):
    text = f"Our pages: http://{'example' * 8}.onion/"
    ada = contact(1)
    scene.node.history[ada.id].append(message(9, ada, text=text, time=NOON + 850))
    conversation(scene)
    page, row = row_of(scene, len(SAYINGS))
    page.messages.link_chosen.emit(row.links[0])


def menu_of_a_message(scene):
    conversation(scene)
    page, row = row_of(scene, len(SAYINGS) - 1)
    index = page.messages.model().index(len(SAYINGS) - 1)
    page.messages.setCurrentIndex(index)
    page.messages.menu(row).popup(page.messages._below(index))


def said_of_messages(scene):
    """All that can be said of messages, in one conversation."""
    ada = contact(1)
    scene.node.people[ada.id] = replace(scene.node.people[ada.id], disappear=7 * 86_400)
    mine, theirs = {"author": "Me", "mine": True}, {"author": "Ada Lovelace", "mine": False}
    quote = QuoteView("1", "Ada Lovelace", False, "Are you back from the mountains? " * 6)
    thumb, heart = ReactionView("👍", False, "Ada Lovelace"), ReactionView("❤", True, "Me")
    week = 7 * 86_400
    stored = [
        {**mine, "text": SAYINGS[1], "reply": quote, "edited": NOON, "reactions": (thumb, heart)},
        {**theirs, "text": SAYINGS[5], "reply": replace(quote, text=SAYINGS[5], mine=True)},
        {**theirs, "text": "ok", "reply": QuoteView("9", note="That message is not here.")},
        {**mine, "deleted": True, "asked": "arrived", "note": DELETION_ARRIVED},
        {**theirs, "deleted": True, "asked": "asked", "note": DELETED_BY_AUTHOR},
        {**theirs, "kind": "unknown", "note": UNKNOWN_KIND},
        {**theirs, "kind": "timer", "timer": week, "note": "From here on…"},
        {**mine, "text": "It is behind the third stone.", "lifetime": week},
        {**theirs, "text": "Found it!", "lifetime": week, "disappears": scene.node.now + 7000},
    ]
    scene.node.history[ada.id] = [
        message(n, ada, **({"text": "", "state": "read" if c["mine"] else "received"} | c))
        for n, c in enumerate(stored)
    ]
    for n, view in enumerate(scene.node.history[ada.id]):
        scene.node.history[ada.id][n] = replace(view, time=NOON + 60 * n)
    scene.open()
    scene.window.list.select(0)
    scene.settle()


def answering(scene):
    said_of_messages(scene)
    page = scene.window.pages.currentWidget()
    page.conversation.answer(page.conversation.messages.view(message(8, contact(1)).id))
    page.composer.set_text("Good. And the rope?")


def editing(scene):
    said_of_messages(scene)
    scene.window.pages.currentWidget().conversation.edit_last()


def edited(scene):
    said_of_messages(scene)
    page, row = row_of(scene, 0)
    texts = ("Since yesterday! Two days.", "Since yesterday! Two days without.", "")
    scene.node.versions[row.view.id] = tuple(VersionView(text, NOON) for text in texts)
    page.messages.details.emit(row)


def deleting(scene):
    said_of_messages(scene)
    page, row = row_of(scene, 0)
    page.messages.delete.emit(row.view)


def clearing(scene):
    said_of_messages(scene)
    view = scene.desk.conversations.contact(contact(1).id)
    page = scene.window.pages.currentWidget()
    ask(Contact(scene.desk.node, view.id, view, page), view, scene.look, page)


def details(scene):
    conversation(scene)
    page, row = row_of(scene, 0)
    page.messages.details.emit(row)


def whole_message(scene):
    ada = contact(1)
    text = "".join(f"{n}. {line}\n" for n, line in enumerate(SAYINGS * 40, 1))
    scene.node.history[ada.id].append(message(9, ada, text=text, time=NOON + 850))
    conversation(scene)
    page, row = row_of(scene, len(SAYINGS))
    page.messages.reading.emit(row.view.text)


def emoji(scene):
    conversation(scene)
    scene.desk.preferences.change(recent_emoji=("😀", "☕", "👍"))
    composer = scene.window.pages.currentWidget().composer
    composer.smile.click()
    picker = composer.findChild(EmojiPicker)
    picker.categories.button(1).click()
    picker.grid.setCurrentIndex(picker.grid.model().index(3, 0))


def nearly_full(scene):
    conversation(scene)
    scene.window.pages.currentWidget().composer.set_text("All that I wanted to say. " * 2500)


def too_long(scene):
    conversation(scene)
    scene.window.pages.currentWidget().composer.set_text("All that I wanted to say. " * 2700)


def not_sent(scene):
    conversation(scene)
    scene.node.problem = DiskFull()
    scene.desk.conversation(contact(1).id).send("This one is not lost.")
    scene.settle()
    scene.node.problem = None
    scene.desk.notify(
        "The disk is full: nothing more can be stored, and nothing was lost.",
        "Try again",
        lambda: None,
    )


def lost(scene):
    conversation(scene)
    scene.settle()
    scene.node.try_again = lambda: None
    scene.node.lose()


def tor_starts(scene):
    conversation(scene)
    half = TorView(True, 45, "Tor is connecting: loading the list of its servers.")
    scene.node.happened.emit((TorChanged(half, False),))


def drawn_code(text):
    return paint(text)[1]


def about_a_contact(scene):
    words = "acid bamboo canyon dolphin ember falcon glacier harbor icon jungle kitten lemon"
    text = "ONIONCHAT-VERIFY: " + words
    scene.node.replies[schema.VerifyQr] = schema.VerifyQrReply(
        tuple(words.split()), text, "", drawn_code(text)
    )
    scene.open()
    scene.desk.open_page("contact", contact(2).id)


def add(scene):
    once = InviteView("1", "onionchat:ABCDEFGHIJKLMNOP" * 4, NOON + 600_000, False, "unused", NOON)
    standing = InviteView("2", "onionchat:STANDING", None, True, "unused", NOON - 9)
    scene.node.replies[schema.Invites] = (standing,)
    scene.node.replies[schema.Invite] = schema.InviteReply(once, "", drawn_code(once.link))
    scene.open()
    scene.desk.open_page("add")
    scene.settle()
    scene.window.pages.currentWidget().make.click()


def searching(scene, text, contact=""):
    scene.open()
    scene.desk.open_page("search", contact)
    scene.window.search.setText(text)
    scene.desk.search_for(text)
    scene.desk.search.ask()
    scene.settle()


def search_results(scene):
    bob = contact(2)
    long = "Three days of rain, and the river took all that was not tied down. " * 5
    scene.node.history[bob.id] = [
        message(1, bob, text="The bridge is closed, take the ferry", time=NOON - 86400),
        message(2, bob, text=long + "Then the bridge went. " + long, time=NOON - 400_000),
        message(3, bob, text="الجسر (bridge) مغلق اليوم", time=NOON - 9_000_000),
        message(4, bob, text="👍🏽👍🏽 Cafe\u0301 at the BRIDGE?", time=NOON - 90_000_000),
    ]
    brid = contact(6, name="Bridget O'Brien-Bridges", connected=True, last_time=NOON)
    scene.node.people[brid.id] = brid
    searching(scene, "the brid")
    searching(scene, "brid")
    scene.node.arrive(message(6, bob, text="Another bridge"))


def search_nothing(scene):
    searching(scene, "zebra")


def search_in_one(scene):
    searching(scene, "th", contact(1).id)


def jumped(scene):
    ada = contact(1)
    history = scene.node.history[ada.id]
    scene.node.history[ada.id] = [
        message(100 + n, ada, text=f"{history[n % 8].text}", time=NOON - 800_000 + 90 * n)
        for n in range(200)
    ] + history
    searching(scene, "maps")
    scene.desk.search.open(12)


def requests(scene):
    scene.node.replies[schema.Requests] = (
        RequestView("1", "Bоb", "Hi, it is me again, from a new phone!", NOON - 4000, "Bob"),
        RequestView("2", "Grace", "We met at the compiler workshop.\nGrace", NOON),
    )
    scene.open()
    scene.desk.open_page("requests")


def shortcuts(scene):
    scene.open()
    scene.desk.open_page("shortcuts")


def about(scene):
    scene.node.replies[schema.Status] = replace(STATUS, profile="/media/ada/onionchat/default")
    scene.open()
    scene.desk.open_page("about")


def closing(scene):
    conversation(scene)
    scene.window.close()


def profiles(scene):
    scene.desk.windows = FakeWindows(
        ProfileView("default", "/default", default=True, running=True, key=True),
        ProfileView("work", "/work", default=False, running=False, key=True),
        ProfileView("travel", "/travel", default=False, running=True, key=True),
        ProfileView("old", "/old", default=False, running=False, key=False),
    )
    scene.open()
    scene.desk.open_page("profiles")
    scene.window.pages.currentWidget().model.create("work/2")


def settings(scene):
    scene.node.replies[schema.Status] = replace(STATUS, profile="~/.local/share/onionchat/default")
    scene.open()
    scene.desk.open_page("settings")


def settings_of_the_window(scene):
    settings(scene)
    scene.settle()
    scene.window.pages.currentWidget().sections["appearance"].click()


def settings_storage(scene):
    settings(scene)
    scene.settle()
    page = scene.window.pages.currentWidget()
    page.sections["storage"].click()
    page.cards["passphrase"].boxes["new"].setText("correct horse")
    page.cards["passphrase"].model.new.typed("correct horse")
    page.cards["passphrase"].model.new._rate()


def settings_danger(scene):
    settings(scene)
    scene.settle()
    page = scene.window.pages.currentWidget()
    page.sections["danger"].click()
    page.cards["danger"].word.setText("wipe")


def panic(scene):
    conversation(scene)
    scene.desk.preferences.change(panic_key=True)
    scene.desk.wiping.press()


SCENES = (
    *first_run_scenes.SCENES,
    locked,
    wrong_passphrase,
    curtain,
    curtain_too_many,
    empty,
    conversation,
    link,
    link_that_deceives,
    link_to_an_onion,
    menu_of_a_message,
    said_of_messages,
    answering,
    editing,
    edited,
    deleting,
    clearing,
    details,
    whole_message,
    emoji,
    nearly_full,
    too_long,
    not_sent,
    lost,
    tor_starts,
    about_a_contact,
    add,
    search_results,
    search_nothing,
    search_in_one,
    jumped,
    requests,
    shortcuts,
    about,
    closing,
    *tor_scenes.SCENES,
    *device_scenes.SCENES,
    profiles,
    settings,
    settings_of_the_window,
    settings_storage,
    settings_danger,
    panic,
)


def main(folder, language="en"):
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    translation.install(application, language)
    QLocale.setDefault(QLocale({"en": "en_GB"}.get(language, language)))
    look = Theme(application)
    for scheme in ("light", "dark"):
        look.choose(scheme)
        for show in SCENES:
            scene = Scene(application, look)
            show(scene)
            scene.save(folder, f"{show.__name__}-{scheme}")
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    scene = Scene(application, look)
    conversation(scene)
    scene.save(folder, "conversation-right-to-left")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Pictures of the window's main states.")
    asked.add_argument("folder", type=Path, help="is made")
    asked.add_argument("language", nargs="?", default="en")
    main(**vars(asked.parse_args()))
