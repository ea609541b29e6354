"""The window's languages: every sentence is in the catalogues, and translated as it can be shown.

After a change of a sentence: `make translations`, then the new entries of each `.ts` file.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import pytest
import window_texts
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from window_texts import Text

from onionchat_gui import translation
from onionchat_gui.viewmodels import when

TRANSLATED = sorted(translation.LANGUAGES.keys() - {translation.SOURCE_LANGUAGE})
PLACEHOLDER = re.compile(r"%(?:\d+|n)")
NUMBERS = {"en": (1, 2), "de": (1, 2)}
"""For each form of the plural, in the order of the catalogue, a number that has it."""


@dataclass
class Entry:
    """One entry of a catalogue."""

    text: Text
    state: str
    forms: list[str]


def catalogue(language):
    root = ET.parse(translation.FOLDER / f"onionchat_{language}.ts").getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            found = message.find("translation")
            plural = message.get("numerus") == "yes"
            yield Entry(
                Text(
                    context.findtext("name"),
                    message.findtext("source"),
                    message.findtext("comment") or "",
                    plural,
                ),
                found.get("type", "finished"),
                [form.text or "" for form in found.iter("numerusform")]
                if plural
                else [found.text or ""],
            )


@pytest.fixture(scope="module")
def sources():
    return window_texts.all_texts()


@pytest.fixture(scope="module")
def said(sources):
    return {text for texts in sources for text in texts.found}


# --- The sources ---------------------------------------------------------------------------------


def test_the_sources_translate_literals_and_show_nothing_else(sources):
    assert [wrong for texts in sources for wrong in texts.wrong] == []


@pytest.mark.parametrize(
    "line",
    [
        "self.tr(words)",
        "self.tr(f'Block {name}?')",
        "tr = QCoreApplication.translate",
        "QCoreApplication.translate('words', words)",
        "box.setText('Good evening')",
        "box.setText(f'{number} messages')",
        "box.setText('Good evening' if late else '')",
        "menu.addAction('Copy all', copy)",
        "self.add = Button(look, 'Add a contact', 'user-plus')",
        "box.setAccessibleName('Close' + ': ' + name)",
    ],
)
def test_a_sentence_that_could_not_be_translated_is_found(line):
    assert len(window_texts.read(f"class Page:\n    def show(self):\n        {line}").wrong) == 1


def test_what_is_translated_is_found_under_the_class_that_says_it():
    source = """
class Page:
    def show(self):
        self.tr("%n day(s)", "", days), QCoreApplication.translate("words", "a" "b")
        QT_TRANSLATE_NOOP("node", "It took too long."), box.setText("onionchat"), box.setText("%")
"""
    texts = window_texts.read(source)
    assert texts.wrong == []
    assert texts.found == [
        Text("Page", "%n day(s)", "", True),
        Text("words", "ab"),
        Text("node", "It took too long."),
    ]


# --- The catalogues ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_sources_is_in_the_catalogue_and_no_other(language, said):
    there = {entry.text for entry in catalogue(language)}
    assert said - there == set(), "run `make translations`"
    assert there - said == set(), "run `make translations`"


def test_english_has_the_sentences_that_depend_on_a_number(said):
    assert {e.text for e in catalogue("en")} == {text for text in said if text.plural}


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_every_entry_is_finished(language):
    unfinished = [
        entry.text.source
        for entry in catalogue(language)
        if entry.state != "finished" or not all(form.strip() for form in entry.forms)
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_placeholders_and_edges_are_those_of_the_source(language):
    for entry in catalogue(language):
        source = entry.text.source
        # A form for one thing alone may say "a" instead of the number.
        wanted = [sorted(set(PLACEHOLDER.findall(source)))] * len(entry.forms)
        found = [sorted(set(PLACEHOLDER.findall(form))) for form in entry.forms]
        if entry.text.plural:
            wanted[0] = [p for p in wanted[0] if p != "%n"] + ["%n"] * ("%n" in found[0])
            wanted[0].sort()
        assert found == wanted, source
        for form in entry.forms:
            assert "  " not in form, source
            assert (form[:1] == " ", form[-1:] == " ") == (source[:1] == " ", source[-1:] == " ")
            assert form.endswith("…") == source.endswith("…"), source
            assert form.endswith((".", ":", "?")) == source.endswith((".", ":", "?")), source
            assert form.count("\n") == source.count("\n"), source
            assert form.count("&") == source.count("&"), f"mnemonics: {source}"


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_what_is_compiled_is_what_the_catalogue_says(language):
    compiled = QTranslator()
    assert compiled.load(f"onionchat_{language}", str(translation.FOLDER))
    for entry in catalogue(language):
        numbers = NUMBERS[language] if entry.text.plural else (-1,)
        text = entry.text
        forms = [compiled.translate(text.context, text.source, text.comment, n) for n in numbers]
        assert forms == entry.forms, "run `make translations`"


# --- Choosing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "system", "language"),
    [
        ("", ["de-AT", "en-GB"], "de"),
        ("", ["de_DE"], "de"),
        ("en", ["de-DE"], "en"),
        ("", ["fr-FR", "de-DE"], "de"),
        ("", ["fr-FR"], "en"),
        ("", [], "en"),
        ("xx", ["de-DE"], "de"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_first_of_the_system(wanted, system, language):
    assert translation.choose(wanted, system) == language


def test_dates_are_written_as_the_system_does_or_as_the_chosen_language():
    austria = QLocale("de_AT")
    assert translation.locale_for("de", austria) == austria
    english = translation.locale_for("en", austria)
    assert english.language() == QLocale.Language.English
    assert english.territory() == QLocale.Country.Austria


@pytest.fixture
def speaking(qapp):
    """Lets the application speak a language until the test ends."""
    before = QLocale()
    installed = []

    def speak(language):
        known = set(qapp.findChildren(QTranslator))
        translation.install(qapp, language)
        installed.extend(set(qapp.findChildren(QTranslator)) - known)

    yield speak
    for translator in installed:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_the_window_speaks_german_and_so_do_the_dialogs_of_qt(speaking):
    speaking("de")
    assert QCoreApplication.translate("words", "not sent") == "nicht gesendet"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_english_counts(speaking):
    speaking("en")
    forms = [
        QCoreApplication.translate("ContactPage", "%n message(s) wait to be delivered", "", n)
        for n in (1, 2)
    ]
    assert forms == ["1 message waits to be delivered", "2 messages wait to be delivered"]


def test_dates_follow_the_language(speaking):
    speaking("de")
    noon = 1_790_000_000.0
    assert "September" in when.full_day(noon) and "2026" in when.full_day(noon)
    assert when.brief(noon, noon + 2 * 86400) in ("Mo", "Mo.", "So", "So.", "Di", "Di.")
