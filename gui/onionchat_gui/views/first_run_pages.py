"""The first run: one card after the other, from the welcome to the recovery words.

What lives here: the frame around the steps, and the steps until the profile is made. What may not:
the recovery words (`recovery_words`), what any of it does (`viewmodels.first_run`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from onionchat_gui import icons, theme, translation
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.first_run import FirstRun, Step
from onionchat_gui.viewmodels.new_passphrase import Flaw

from .boxes import LineBox
from .choices import Select
from .column import Column
from .page_frame import Button, Warning, confirm, label
from .recovery_words import CheckCard, WordsCard
from .roll import Roll
from .secret_field import SecretField
from .step_card import StepCard
from .strength_meter import StrengthMeter

MAX_CARD: Final = 560
PICTURE: Final = 72
MAX_NAME: Final = 64
"""Characters that fit into a name at all."""

_NUMBERS: Final = {
    Step.NAME: 1,
    Step.PASSPHRASE: 2,
    Step.CREATING: 2,
    Step.WORDS: 3,
    Step.CHECK: 4,
}
"""Which step of how many; the welcome is none."""


class WelcomeCard(StepCard):
    """What this is, in a language that the person understands."""

    language_picked = Signal(str)

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, "")
        picture = QLabel()
        picture.setPixmap(icons.application_icon().pixmap(QSize(PICTURE, PICTURE)))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.insertWidget(0, picture)
        self.name_it(self.tr("Welcome to onionchat"))
        self.wiped = ""
        if model.wiped:
            self.name_it(self.tr("The profile was destroyed"))
            self.wiped = self.tr(
                "Its key is gone from this device: nobody can open its messages and contacts any"
                " more, you neither. What could not be destroyed are backups and copies of this"
                " disk, the recovery phrase on paper, and what your contacts have."
            )
            self.explain(self.wiped).setFont(look.font(bold=True))
            self.explain(self.tr("You can begin anew here:"))
        self.explain(
            self.tr(
                "Your messages go from your device to that of your contact, encrypted and over Tor:"
                " there is no server in between that could keep them, and nobody learns where"
                " you are."
            )
        )
        self.explain(
            self.tr(
                "You need no telephone number and no e-mail address. All that you need is made now,"
                " on this device, and stays here."
            )
        )
        self.explain(
            self.tr(
                "You have onionchat on another device already? Make a profile here first. Then"
                " choose “This is another device of mine”."
            )
        )
        for words in (self.title, *self.texts):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.languages = Select(look, self.tr("Language"), translation.LANGUAGES.items())
        spoken = translation.spoken()
        self.languages.show_value(spoken, spoken)
        self.languages.picked.connect(self._speak)
        self.main_button(self.tr("Begin"))
        self.column.addWidget(self.languages, 0, Qt.AlignmentFlag.AlignHCenter)
        self.main.setAccessibleDescription(self.wiped)
        self.first = self.main

    def go(self) -> None:
        """As `StepCard.go`."""
        self.model.begin()

    def _speak(self, language: str) -> None:
        if language != translation.spoken():
            self.language_picked.emit(language)


class NameCard(StepCard):
    """What contacts will see."""

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, self.tr("What is your name?"))
        self.explain(
            self.tr("Your contacts see this name. It can be any name, and you may leave it empty.")
        )
        self.problem = Warning(look)
        self.name = LineBox(model.name, says=self.problem)
        self.name.setMaxLength(MAX_NAME)
        self.name.setPlaceholderText(self.tr("Your name (optional)"))
        self.name.setAccessibleName(self.tr("Your name (optional)"))
        self.name.setAccessibleDescription(self.texts[-1].text())
        self.column.addWidget(self.name)
        self.column.addWidget(self.problem)
        self.main_button(self.tr("Continue"))
        self.first = self.name
        self.name.textChanged.connect(model.name_typed)

    def go(self) -> None:
        """As `StepCard.go`."""
        self.model.choose_name(self.name.text())

    def show_state(self) -> None:
        """As `StepCard.show_state`."""
        self.problem.say(self.model.failure)


class PassphraseCard(StepCard):
    """The passphrase, twice, and how strong it is."""

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, self.tr("Choose a passphrase"))
        self.explain(
            self.tr(
                "It encrypts your messages and contacts on this device, and opens them again. Five"
                " or six words drawn by chance are strong, and can be remembered."
            )
        )
        self.problem = Warning(look)
        self.first_time = self._field(self.tr("Passphrase"))
        self.again = self._field(self.tr("The same again"))
        self.reveal = Button(look, self.tr("Show"), "eye")
        self.reveal.setCheckable(True)
        self.reveal.setAccessibleName(self.tr("Show the passphrase"))
        self.reveal.toggled.connect(self._reveal)
        self.meter = StrengthMeter(model.new_passphrase, look)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.first_time, 1)
        row.addWidget(self.reveal)
        self.column.addLayout(row)
        self.column.addWidget(self.again)
        self.column.addWidget(self.meter)
        self.column.addWidget(self.problem)
        self.forgotten = label(
            self.tr(
                "Nobody can restore a passphrase that is forgotten, and nobody can help you then:"
                " your messages and contacts are lost."
            )
        )
        self.forgotten.setFont(look.font(bold=True))
        self.column.addWidget(self.forgotten)
        self.main_button(self.tr("Make my profile"))
        self.first = self.first_time
        self.first_time.setAccessibleDescription(self.forgotten.text())
        self.first_time.textChanged.connect(self._typed)
        self.again.textChanged.connect(lambda: self.problem.say(""))
        model.new_passphrase.rated.connect(self._rated)
        model.new_passphrase.prepare()

    def go(self) -> None:
        """As `StepCard.go`; from the first field to the second, as long as that is empty."""
        if self.first_time.hasFocus() and self.first_time.text() and not self.again.text():
            self.again.setFocus()
        else:
            self.model.choose_passphrase(self.first_time.text(), self.again.text())

    def show_state(self) -> None:
        """As `StepCard.show_state`."""
        flaw = self.model.flaw
        self.problem.say(self.model.new_passphrase.sentence if flaw else "")
        if flaw:
            (self.again if flaw == Flaw.DIFFERENT else self.first_time).setFocus()

    def _field(self, name: str) -> SecretField:
        field = SecretField(name, says=self.problem)
        field.setPlaceholderText(name)
        return field

    def _reveal(self, shown: bool) -> None:
        for field in (self.first_time, self.again):
            field.reveal(shown)
        self.reveal.show_as(
            self.tr("Hide") if shown else self.tr("Show"), "eye-off" if shown else "eye"
        )

    def _typed(self, text: str) -> None:
        self.problem.say("")
        self.model.new_passphrase.typed(text, (self.model.name, *self.model.name.split()))

    def _rated(self) -> None:
        self.first_time.setAccessibleDescription(
            f"{self.meter.words.text()} {self.forgotten.text()}"
        )


class CreatingCard(StepCard):
    """The profile is being made, or could not be."""

    def __init__(self, model: FirstRun, look: Theme) -> None:
        super().__init__(model, look, self.tr("Your profile is being made"))
        self.waiting = self.explain(
            self.tr("This takes some seconds: your key is made so that guessing takes long.")
        )
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(self.tr("Your profile is being made"))
        self.busy.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.problem = Warning(look)
        self.column.addWidget(self.busy)
        self.column.addWidget(self.problem)
        self.main_button("")
        self.first = self.busy

    def go(self) -> None:
        """As `StepCard.go`."""
        self.model.try_again()

    def show_state(self) -> None:
        """As `StepCard.show_state`."""
        busy = self.model.busy
        for part in (self.waiting, self.busy):
            part.setVisible(busy)
        self.title.setText(
            self.tr("Your profile is being made") if busy else self.tr("No profile was made")
        )
        self.problem.say(self.model.failure)
        self.main.setText(
            self.tr("Open that profile") if self.model.found else self.tr("Try again")
        )
        self.main.setVisible(not busy)
        (self.busy if busy else self.main).setFocus()


_CARDS: Final[dict[Step, Callable[[FirstRun, Theme], StepCard]]] = {
    Step.WELCOME: WelcomeCard,
    Step.NAME: NameCard,
    Step.PASSPHRASE: PassphraseCard,
    Step.CREATING: CreatingCard,
    Step.WORDS: WordsCard,
    Step.CHECK: CheckCard,
}


class FirstRunPages(QWidget):
    """All of a first run. Enter goes on; the arrow, Escape and Alt+Left go back."""

    language_picked = Signal(str)
    """The person wants this window in another language."""

    def __init__(self, model: FirstRun, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.model = model
        self._look = look
        self._step = Step.DONE
        self.card: StepCard | None = None
        self.back = Button(look, "", "arrow-left")
        self.back.setFlat(True)
        self.back.setAccessibleName(self.tr("Back"))
        self.back.setToolTip(self.tr("Back (Esc)"))
        self.back.clicked.connect(model.back)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.number = label("", "dim")
        self.number.setWordWrap(False)
        self.bar = QFrame()
        self.bar.setObjectName("header")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(theme.M, theme.S, theme.L, theme.S)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.number)
        inside = QWidget()
        inside.setObjectName("page")
        column = Column(MAX_CARD, inside)
        self._place = QVBoxLayout(column)
        self._place.setContentsMargins(theme.L, theme.L, theme.L, theme.XL)
        self._place.addStretch(2)
        self._place.addStretch(3)
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(column, 100)
        around.addStretch(1)
        area = Roll()
        area.setWidget(inside)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.bar)
        rows.addWidget(area, 1)
        model.changed.connect(self._show)
        self._show()

    def begin(self) -> None:
        """Now it is seen: the first control gets the focus."""
        assert self.card is not None
        self.card.first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it: Enter presses the button that has the focus, and else goes on."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()
        elif self.card is not None:
            self.card.go()

    def may_close(self, close: Callable[[], object]) -> bool:
        """Whether the window may close now. If not, the person is asked, and `close` called on
        "yes".
        """
        if not self.model.words_at_stake:
            self.model.leave()
            return True
        if any(box.isVisible() for box in self.findChildren(QMessageBox)):
            # It is asked already.
            return False

        def leave() -> None:
            self.model.leave()
            close()

        confirm(
            self,
            self.tr("Close although the words are not confirmed?"),
            self.tr(
                "Your profile is made, and your passphrase opens it at the next start. But these"
                " words are never shown again."
            ),
            self.tr("Close"),
            leave,
        )
        return False

    def _show(self) -> None:
        step = self.model.step
        if step == Step.DONE:
            return
        if step != self._step:
            self._step = step
            card = _CARDS[step](self.model, self._look)
            if isinstance(card, WelcomeCard):
                card.language_picked.connect(self.language_picked)
            self._exchange(card)
        assert self.card is not None
        number = _NUMBERS.get(step)
        self.number.setText(
            self.tr("Step %1 of %2")
            .replace("%1", str(number))
            .replace("%2", str(max(_NUMBERS.values())))
            if number
            else ""
        )
        self.bar.setVisible(number is not None)
        self.back.setVisible(self.model.can_go_back)
        self.card.show_state()

    def _exchange(self, card: StepCard) -> None:
        gone, self.card = self.card, card
        self._place.insertWidget(1, card)
        # Now, for what is not seen takes no focus.
        card.show()
        card.first.setFocus()
        if gone is not None:
            # With what was typed into it.
            self._place.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
