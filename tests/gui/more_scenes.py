"""States of the window of which no picture is made, for the tests that look at every state.

What lives here: scenes beside those of `screenshots`. What may not: checks.
"""

import screenshots
from fake_node import NOON, contact
from msgspec.structs import replace
from screenshots import conversation, raising, row_of

from onionchat.control import schema
from onionchat.errors import DiskFull, KeyslotMissing
from onionchat.views import ContactChanged, ContactRemoved, DeviceNewsView
from onionchat_gui.viewmodels.preferences import Closing
from onionchat_gui.views.conversation_menu import ConversationMenu
from onionchat_gui.views.text_reader import TextReader


def page(scene):
    scene.settle()
    return scene.window.pages.currentWidget()


def no_key(scene):
    """There are messages, and nothing that opens them."""
    scene.desk.starter.lacks = KeyslotMissing()
    scene.open()


def starting(scene):
    screenshots.locked(scene)
    scene.desk.session.unlock("open sesame")
    scene.node._queue.clear()


def failed(scene):
    scene.node.replies[schema.Status] = raising(DiskFull())
    scene.open()


def curtain_busy(scene):
    screenshots.curtain(scene)
    scene.desk.lock.unlock("open sesame")
    scene.node._queue.clear()


def menu_of_the_window(scene):
    conversation(scene)
    scene.window.menu_button.menu().popup(scene.window.mapToGlobal(scene.window.pos()))


def menu_of_a_conversation(scene):
    menu = ConversationMenu(scene.desk, scene.look, contact(1), scene.window.list)
    menu.popup(scene.window.mapToGlobal(scene.window.pos()))


def menu_of_links(scene):
    conversation(scene)
    shown, row = row_of(scene, 0)
    menu = shown.messages._new_menu()
    menu.addAction("https://example.org")
    menu.popup(scene.window.mapToGlobal(scene.window.pos()))


def gone_contact(scene):
    conversation(scene)
    scene.node.happened.emit((ContactRemoved(contact(1).id, "Ada Lovelace"),))


def notice(scene):
    scene.open()
    scene.desk.notify("Something was lost.", "Look", lambda: None)


def state_of_contact(scene, **changes):
    screenshots.about_a_contact(scene)
    person = contact(9, name="Heidi", **changes)
    scene.node.people[person.id] = person
    scene.desk.conversations.load()
    scene.settle()
    scene.desk.open_page("contact", person.id)


def contact_blocked(scene):
    state_of_contact(scene, state="blocked", trust="validated", own_onion=True)


def contact_who_cannot_call(scene):
    state_of_contact(scene, visibility="hidden")


def contact_asked(scene):
    state_of_contact(scene, state="requested")


def contact_with_a_problem(scene):
    state_of_contact(
        scene, trust="compromised", problem="The keys do not fit.", lookalike="Ada", queued=3
    )
    page(scene).model.rename("x")
    scene.node.problem = DiskFull()
    scene.settle()
    scene.node.problem = None


def block_question(scene):
    screenshots.about_a_contact(scene)
    page(scene).block.click()


def remove_question(scene):
    screenshots.about_a_contact(scene)
    page(scene).remove.click()


def withdraw_question(scene):
    screenshots.add(scene)
    shown = page(scene)
    shown._revoke(shown.invites.outstanding[0])


def request_question(scene):
    screenshots.requests(scene)
    next(iter(page(scene).cards.values())).block.click()


def no_requests(scene):
    scene.node.replies[schema.Requests] = ()
    scene.open()
    scene.desk.open_page("requests")


def add_without_a_picture(scene):
    screenshots.add(scene)
    page(scene).sources.from_clipboard.click()
    page(scene).greeting.setPlainText("Hello " * 2000)


def add_for_many(scene):
    screenshots.add(scene)
    page(scene).standing.click()


def search_failed(scene):
    scene.node.replies[schema.Search] = raising(DiskFull())
    screenshots.searching(scene, "brid")


def closing_would_lose(scene):
    screenshots.closing(scene)
    scene.window.leaving._ask(loses=True)


def storing(scene):
    screenshots.closing(scene)
    scene.node._queue.clear()
    scene.window.leaving.answer(Closing.STOP)
    scene.node._queue.clear()


def panic_failed(scene):
    screenshots.panic(scene)
    scene.desk.wiping.failed.emit("The disk is full.")


def emoji_not_found(scene):
    screenshots.emoji(scene)
    composer = scene.window.pages.currentWidget().composer
    composer.findChild(screenshots.EmojiPicker).search.setText("zzzz")


def last_page_of_a_message(scene):
    screenshots.whole_message(scene)
    scene.settle()
    reader = scene.window.findChild(TextReader)
    while reader.after.isEnabled():
        reader.after.click()


def profile_without_name(scene):
    scene.node.replies[schema.Status] = replace(screenshots.STATUS, name="")
    scene.open()


def notes_of_a_contact(scene):
    """Proof and the news of a device. The advice never stands beside a proof."""
    conversation(scene)
    against = (
        "Device 1 of this contact signed two different messages for one place, as was seen on"
        " 2026-09-21: somebody else may have its key."
    )
    news = (DeviceNewsView(2, "added", NOON),)
    ada = scene.node.people[contact(1).id]
    worse = {"trust": "compromised", "against": against, "news": news}
    scene.node.happened.emit((ContactChanged(replace(ada, **worse)),))
    scene.settle()


def question_before_sending(scene):
    notes_of_a_contact(scene)
    page(scene).composer.submit()


SCENES = (
    notes_of_a_contact,
    question_before_sending,
    no_key,
    starting,
    failed,
    curtain_busy,
    menu_of_the_window,
    menu_of_a_conversation,
    menu_of_links,
    gone_contact,
    notice,
    contact_blocked,
    contact_who_cannot_call,
    contact_asked,
    add_for_many,
    contact_with_a_problem,
    block_question,
    remove_question,
    withdraw_question,
    request_question,
    no_requests,
    add_without_a_picture,
    search_failed,
    closing_would_lose,
    storing,
    panic_failed,
    emoji_not_found,
    last_page_of_a_message,
    profile_without_name,
)
