"""Pictures of the page of one's own devices, and of a device that is being linked.

What lives here: what each picture shows. What may not: making pictures (`screenshots`).
"""

from fake_node import NOON
from msgspec.structs import replace

from onionchat.control import schema
from onionchat.errors import InviteLinkRefused, WrongDeviceCode
from onionchat.protocol.contacts.qr import paint
from onionchat.views import (
    DeviceHasView,
    DeviceView,
    LinkedView,
    LinkingChanged,
    MessageInfoView,
    RevokedView,
)
from onionchat_gui.viewmodels.message_rows import MessageRole

LINK = "onionchat-device:" + "ABCDEFGHIJKLMNOP" * 10
SIX = ("canyon", "dolphin", "ember", "falcon", "glacier", "harbor")
MINE = (
    DeviceView("1" * 64, "Computer at home", True, "active"),
    DeviceView("2" * 64, "Laptop", False, "active", connected=True),
    DeviceView("3" * 64, "The old telephone with the long name", False, "active"),
    DeviceView("4" * 64, "Telephone that was stolen", False, "revoked"),
)


def link_reply():
    return schema.DeviceLinkReply(LINK, NOON + 900 + 873, "", paint(LINK)[1])


def devices(scene, views=MINE):
    scene.node.replies[schema.Devices] = views
    scene.node.replies[schema.LinkDevice] = lambda _: link_reply()
    scene.open()
    scene.desk.open_page("devices")
    scene.settle()
    return scene.window.pages.currentWidget()


def device_renamed(scene):
    row = devices(scene).rows["2" * 64]
    row.rename.click()


def device_to_go(scene):
    page = devices(scene)
    page.rows["2" * 64].out.click()
    return page


def senior_device_to_go(scene):
    views = (replace(MINE[0], this=False), replace(MINE[1], this=True), *MINE[2:])
    page = devices(scene, views)
    page.rows["1" * 64].out.click()
    page.question.words.setText("abandon bamboo")
    page.problem.say("This recovery phrase does not belong to this account.")


def device_gone(scene):
    gone = RevokedView(replace(MINE[1], state="revoked"), contacts=3, senior=1, waiting=2)
    scene.node.replies[schema.RevokeDevice] = gone
    page = device_to_go(scene)
    page.question.yes.click()


def this_device_is_out(scene):
    devices(scene, (MINE[1], replace(MINE[0], state="revoked")))


def device_link(scene):
    page = devices(scene, MINE[:1])
    page.linking.make.click()
    scene.settle()
    return page


def device_waits(scene, waiting=1):
    page = device_link(scene)
    scene.node.happened.emit((LinkingChanged("old", "waiting", waiting=waiting),))
    return page


def device_wrong_code(scene):
    def wrong(_):
        raise WrongDeviceCode

    scene.node.replies[schema.ConfirmDevice] = wrong
    page = device_waits(scene, 2)
    page.linking.code.setText("1234 5678")
    page.linking.confirm.click()


def device_linked(scene):
    scene.node.replies[schema.ConfirmDevice] = LinkedView("Laptop", SIX)
    page = device_waits(scene)
    page.linking.code.setText("4821 7730")
    page.linking.confirm.click()


WHERE = (
    DeviceHasView("mine", 0, "this device", True, "wrote", NOON),
    DeviceHasView("mine", 2, "own device 2", True, "has", NOON + 60),
    DeviceHasView("contact", 1, "device 1", True, "has", NOON + 5),
    DeviceHasView(
        "contact", 2, "device 2", True, "waiting", why="Not connected; it is being called."
    ),
    DeviceHasView(
        "contact",
        3,
        "device 3",
        False,
        "waiting",
        why="This device was removed: it gets nothing any more.",
    ),
    DeviceHasView("contact", 4, "device 4", True, "sent"),
)


def where_a_message_is(scene):
    scene.open()
    scene.window.list.select(0)
    scene.settle()
    page = scene.window.pages.currentWidget()
    row = page.messages.model().index(0).data(MessageRole.ROW)
    scene.node.replies[schema.MessageInfo] = MessageInfoView(row.view, False, WHERE)
    page.messages.details.emit(row)


def join(scene):
    # A profile that has met nobody.
    scene.node.people = {}
    scene.open()
    scene.desk.open_page("join")
    scene.settle()
    return scene.window.pages.currentWidget()


def join_refused(scene):
    def refuse(_):
        raise InviteLinkRefused

    scene.node.replies[schema.JoinDevice] = refuse
    page = join(scene)
    page.link.setPlainText("onionchat:" + LINK)
    page.name.setText("Laptop")
    page.join.click()


def join_calls(scene):
    page = join(scene)
    page.link.setPlainText(LINK)
    page.name.setText("Laptop")
    page.join.click()
    scene.settle()
    sentence = "The other device cannot be reached now."
    scene.node.happened.emit((LinkingChanged("new", "calling", sentence=sentence),))
    return page


def join_code(scene):
    page = join_calls(scene)
    scene.node.happened.emit((LinkingChanged("new", "code", code="4821 7730", words=SIX),))
    return page


def join_confirmed(scene):
    join_code(scene)
    scene.node.happened.emit((LinkingChanged("new", "confirmed"),))


def join_linked(scene):
    join_confirmed(scene)
    scene.node.happened.emit((LinkingChanged("new", "linked", words=SIX),))


SCENES = (
    devices,
    device_renamed,
    device_to_go,
    senior_device_to_go,
    device_gone,
    this_device_is_out,
    device_link,
    device_waits,
    device_wrong_code,
    device_linked,
    where_a_message_is,
    join,
    join_refused,
    join_calls,
    join_code,
    join_confirmed,
    join_linked,
)
