"""The windows of some profiles, for tests and pictures: none is opened, each is written down."""

from pathlib import Path

from onionchat.control import profiles
from onionchat.errors import OnionchatError


class FakeWindows:
    """A `viewmodels.profiles.Windows`; the first profile is the window's own unless said."""

    def __init__(self, *views, own: str = "", folder: Path = Path("/nowhere")) -> None:
        self.own = Path(own or (views[0].path if views else "/nowhere/own"))
        self.views = views
        self.folder = folder
        self.opened: list[Path] = []
        self.language = ""
        self.spoken: list[str] = []
        """With each of `opened`."""
        self.works = True
        self.problem: OnionchatError | None = None

    def profiles(self):
        if self.problem is not None:
            raise self.problem
        return self.views

    def place(self, name):
        profiles.named(name, {})
        return self.folder / name

    def open(self, profile, language=""):
        self.opened.append(profile)
        self.spoken.append(language)
        return self.works
