"""The first run: from nothing to a profile, its recovery phrase on paper, and a node that starts.

What lives here: the steps, and the way between them. What may not: making a profile (`Starter`),
rules about names (`onionchat.names`), passphrases and phrases (`onionchat.control`), and what is
shown.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QRandomGenerator, Signal

from onionchat.control import first_run
from onionchat.errors import InvalidInput, NoProfile, OnionchatError, ProfileExists
from onionchat.names import clean_name
from onionchat_gui.node import Starter

from .new_passphrase import Flaw, NewPassphrase
from .preferences import Preferences
from .sentences import worded
from .session import Session


class Step(StrEnum):
    """What the person is asked or told."""

    WELCOME = "welcome"
    NAME = "name"
    PASSPHRASE = "passphrase"  # noqa: S105
    CREATING = "creating"
    WORDS = "words"
    CHECK = "check"
    DONE = "done"


_BACK: Final = {
    Step.NAME: Step.WELCOME,
    Step.PASSPHRASE: Step.NAME,
    Step.CREATING: Step.PASSPHRASE,
    Step.CHECK: Step.WORDS,
}


def _by_chance(size: int) -> bytes:
    """Random bytes of the operating system."""
    system = QRandomGenerator.system()
    return bytes(system.generate() & 0xFF for _ in range(size))


def _refused(name: str) -> str:
    """Why this cannot be a name, a sentence; empty if it can, or if there is none."""
    try:
        if name.strip():
            clean_name(name)
    except InvalidInput as error:
        return worded(error)
    return ""


class FirstRun(QObject):
    """One first run. It holds the passphrase from the moment it was chosen until the node was told,
    and the words until they were confirmed; nothing writes either down.
    """

    changed = Signal()
    """`step` is another, or what belongs to it."""

    def __init__(
        self,
        session: Session,
        starter: Starter,
        preferences: Preferences,
        parent: QObject | None = None,
        *,
        language: str = "",
        random_bytes: Callable[[int], bytes] = _by_chance,
    ) -> None:
        """`language` is kept for the profile that is made."""
        super().__init__(parent)
        self._session = session
        self._starter = starter
        self._preferences = preferences
        self._language = language
        self._random_bytes = random_bytes
        self.new_passphrase = NewPassphrase(self)
        self.step = Step.WELCOME
        self.wiped = session.wiped
        """The profile that was here was destroyed a moment ago, and that is to be read."""
        self.name = ""
        self.failure = ""
        """Why no profile could be made, a sentence; shown at `CREATING`, and at `NAME` why this one
        cannot be taken."""
        self.found = False
        """Somebody else made a profile here meanwhile: it can only be opened."""
        self.flaw = Flaw.NONE
        self.words: tuple[str, ...] = ()
        """The recovery phrase, from `WORDS` to `CHECK`."""
        self.places: tuple[int, int] = (1, 2)
        """Which words are asked back, from 1 on."""
        self.wrong: tuple[int, ...] = ()
        """Those of `places` at which something else was typed."""
        self._passphrase = ""

    @property
    def busy(self) -> bool:
        """Whether the profile is being made now."""
        return self.step == Step.CREATING and not self.failure

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step before, and nothing happened that cannot be undone."""
        return self.step in _BACK and not self.busy and not self.found

    @property
    def words_at_stake(self) -> bool:
        """Whether words that nobody confirmed to have written down would be lost for good."""
        return self.step in (Step.WORDS, Step.CHECK)

    def begin(self) -> None:
        """From the welcome on."""
        self.wiped = False
        self._enter(Step.NAME)

    def name_typed(self, name: str) -> None:
        """This stands in the field now; `failure` says whether the core would refuse it."""
        failure = _refused(name)
        if failure != self.failure:
            self.failure = failure
            self.changed.emit()

    def choose_name(self, name: str) -> None:
        """What contacts will see; may be empty. On to the passphrase, unless it is refused."""
        self.name = name.strip()
        failure = _refused(name)
        self._enter(Step.NAME if failure else Step.PASSPHRASE, failure)

    def choose_passphrase(self, first: str, again: str) -> None:
        """Make the profile, if the passphrase can be taken; else `flaw` says why it cannot."""
        self.flaw = self.new_passphrase.flaw(first, again)
        if self.flaw:
            self.changed.emit()
        else:
            self._passphrase = self.new_passphrase.normal(first)
            self._create()

    def try_again(self) -> None:
        """What failed may work now. What somebody else has made is opened."""
        if self.found:
            self._session.open()
        elif self.step == Step.CREATING and self.failure:
            self._create()

    def written_down(self) -> None:
        """Ask two words back, each time others."""
        self.places = first_run.places(self._random_bytes)
        self._enter(Step.CHECK)

    def check(self, one: str, other: str) -> None:
        """The words at `places`. If both are right, the node is started; else `wrong` says which
        is not.
        """
        typed = zip(self.places, (one, other), strict=True)
        self.wrong = tuple(at for at, word in typed if not first_run.right(self.words, at, word))
        if self.wrong:
            self.changed.emit()
            return
        self.words = ()
        self._preferences.change(words_open=False)
        passphrase, self._passphrase = self._passphrase, ""
        self._enter(Step.DONE)
        self._session.unlock(passphrase)

    def back(self) -> None:
        """To the step before, if that is safe."""
        if self.can_go_back:
            if self.step != Step.CHECK:
                self._passphrase = ""
            self._enter(_BACK[self.step])

    def leave(self) -> None:
        """The window closes. A profile that is being made is not made; one that is made stays."""
        if self.busy:
            self._starter.stop_creating()
        self._passphrase, self.words = "", ()
        self.step = Step.DONE

    def _create(self) -> None:
        self._enter(Step.CREATING)
        missing = self._starter.missing()
        if missing is None:
            self._profile_found("")
        elif isinstance(missing, NoProfile) or self._session.begins_anew:
            self._starter.create(self.name, self._passphrase, self._made, self._not_made)
        else:
            # There is a database without its key now. Its owner must not begin anew by mistake.
            self._passphrase = ""
            self._session.open()

    def _made(self, words: tuple[str, ...]) -> None:
        # Should this window die, the next one knows that the words are gone.
        self._preferences.change(words_open=True, language=self._language)
        self.words = words
        self._enter(Step.WORDS)

    def _not_made(self, error: OnionchatError) -> None:
        if self._starter.missing() is None:
            self._profile_found(worded(error))
        else:
            self._enter(Step.CREATING, worded(error))

    def _profile_found(self, sentence: str) -> None:
        self._passphrase = ""
        self.found = True
        self._enter(Step.CREATING, sentence or worded(ProfileExists()))

    def _enter(self, step: Step, failure: str = "") -> None:
        self.step, self.failure = step, failure
        self.flaw, self.wrong = Flaw.NONE, ()
        self.changed.emit()
