"""Pictures of the first run, from the welcome to the recovery words.

What lives here: what each picture shows. What may not: making pictures (`screenshots`).
"""

from onionchat.errors import DiskFull, NoProfile

SECRET = "velvet orchard seven"


def welcome(scene):
    scene.desk.starter.lacks = NoProfile()
    scene.node.running = False
    scene.open()


def card(scene):
    scene.settle()
    return scene.window.first_run.pages.card


def first_name(scene):
    welcome(scene)
    card(scene).go()
    card(scene).name.setText("Zoë")


def first_passphrase(scene, *, again=SECRET):
    first_name(scene)
    card(scene).go()
    shown = card(scene)
    shown.first_time.setText(SECRET)
    shown.again.setText(again)
    scene.window.first_run.pages.model.new_passphrase._rate()


def first_passphrase_refused(scene):
    first_passphrase(scene, again="something else")
    card(scene).reveal.click()
    card(scene).go()


def creating(scene):
    first_passphrase(scene)
    card(scene).go()
    scene.node._queue.clear()


def not_created(scene):
    scene.desk.starter.problem = DiskFull()
    first_passphrase(scene)
    card(scene).go()


def recovery_words(scene):
    first_passphrase(scene)
    card(scene).go()


def recovery_check(scene):
    recovery_words(scene)
    card(scene).go()
    shown = card(scene)
    for field in shown.fields:
        field.setText("zebra")
    shown.go()


SCENES = (
    welcome,
    first_name,
    first_passphrase,
    first_passphrase_refused,
    creating,
    not_created,
    recovery_words,
    recovery_check,
)
