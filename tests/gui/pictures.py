"""The pictures of the documentation, from the scenes of `screenshots`: `make pictures`.

What lives here: which scenes, how large, and how they are made small. What may not: scenes.
"""

import argparse
from pathlib import Path

import first_run_scenes
import screenshots
import tor_scenes
from fake_node import NOON, contact, message
from PIL import Image
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from onionchat_gui import translation
from onionchat_gui.theme import Theme


def search(scene):
    """Without what the scene of the same page tries: emoji need a font that not everybody has."""
    bob = contact(2)
    scene.node.history[bob.id] = [
        message(n, bob, text=text, time=NOON - age)
        for n, text, age in (
            (1, "The bridge is closed, take the ferry", 86_400),
            (3, "Whose bridge lines did you use in the end?", 400_000),
        )
    ]
    screenshots.searching(scene, "brid")


PICTURES = (
    ("window-light", screenshots.conversation, "light", (1000, 660)),
    ("window-dark", screenshots.conversation, "dark", (1000, 660)),
    ("first-run", first_run_scenes.first_passphrase, "light", (900, 640)),
    ("add", screenshots.add, "light", (1000, 960)),
    ("contact", screenshots.about_a_contact, "light", (1000, 860)),
    ("bridges", tor_scenes.tor_blocked, "light", (1000, 660)),
    ("search", search, "light", (1000, 660)),
    ("settings", screenshots.settings, "light", (1000, 760)),
)
"""File, scene, colours, size. A new one is a line here and is looked at before it is committed."""

COLOURS = 256
"""As many as a palette holds: enough for a window of few colours with the soft edges of letters."""
OFTEN = 200
"""So many of them are those that are seen most; the rest are those that would be missed most."""


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def palette(counted):
    """The colours of a picture that stay; `counted` is how often each is there, and itself."""
    kept = [colour for _, colour in sorted(counted, reverse=True)[:OFTEN]]
    away = {colour: min(distance(colour, other) for other in kept) for _, colour in counted}
    while len(kept) < COLOURS and any(away.values()):
        missed = max(away, key=away.__getitem__)
        kept.append(missed)
        away = {colour: min(away[colour], distance(colour, missed)) for colour in away}
    return kept


def shrink(path):
    """Write a picture again with a palette: a third of the bytes, and nobody sees a difference.

    Large grounds stay exactly as they are; Pillow's own ways tint them.
    """
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    counted = picture.getcolors(picture.width * picture.height)
    kept = palette(counted)
    places = {
        colour: min(range(len(kept)), key=lambda place: distance(kept[place], colour))
        for _, colour in counted
    }
    parts = picture.tobytes()
    colours = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    drawn = Image.frombytes("P", picture.size, bytes(places[colour] for colour in colours))
    drawn.putpalette([part for colour in kept for part in colour])
    drawn.save(path, optimize=True)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    translation.install(application, "en")
    QLocale.setDefault(QLocale("en_GB"))
    look = Theme(application)
    for name, show, scheme, size in PICTURES:
        look.choose(scheme)
        scene = screenshots.Scene(application, look)
        scene.window.resize(*size)
        show(scene)
        scene.save(folder, name)
        shrink(folder / f"{name}.png")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="The pictures of the documentation.")
    asked.add_argument("folder", type=Path)
    main(**vars(asked.parse_args()))
