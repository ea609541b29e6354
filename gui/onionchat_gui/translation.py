"""The language of the window: which catalogues of sentences are installed, and how dates are said.

What lives here: choosing a language, and loading its catalogues. What may not: sentences
(`translations/*.ts`), when the choice is asked for (`viewmodels.preferences`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER: Final = Path(__file__).parent / "translations"
SOURCE_LANGUAGE: Final = "en"
"""Of the sentences in the sources. Its catalogue holds nothing but plural forms."""

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
"""What there is, each under the name that it has itself: who cannot read the window finds it."""


def choose(wanted: str, system: Iterable[str]) -> str:
    """One of `LANGUAGES`: the one wanted, else the first of the system's that there is."""
    for name in (wanted, *system):
        language = name.replace("_", "-").partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return SOURCE_LANGUAGE


def spoken() -> str:
    """The language that `install` has chosen."""
    return choose(QLocale.languageToCode(QLocale().language()), ())


def locale_for(language: str, system: QLocale) -> QLocale:
    """How dates and numbers are written beside sentences of this language."""
    if QLocale.languageToCode(system.language()) == language:
        # The system's own way to write them, which somebody may have chosen with care.
        return system
    return QLocale(QLocale(language).language(), system.territory())


def install(application: QCoreApplication, wanted: str = "") -> str:
    """Make the window speak; before any sentence is asked for. Returns the language.

    `wanted` is a name such as "de", or nothing for the system's.
    """
    system = QLocale.system()
    language = choose(wanted, system.uiLanguages())
    QLocale.setDefault(locale_for(language, system))
    # Qt's own first: of two catalogues that know a sentence, the one installed last is asked first.
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{language}", qt), (f"onionchat_{language}", str(FOLDER))):
        catalogue = QTranslator(application)
        if catalogue.load(name, folder):
            application.installTranslator(catalogue)
    return language
