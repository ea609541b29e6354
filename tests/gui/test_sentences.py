"""What the node says, in the window's language: found whole, by its form, or shown as it came."""

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from onionchat import errors
from onionchat_gui import translation
from onionchat_gui.viewmodels import node_sentences, tor_sentences
from onionchat_gui.viewmodels.sentences import worded

ROOT = Path(__file__).parents[2]
VIEWS = ROOT / "gui" / "onionchat_gui"

ENGLISH = {
    errors.AmbiguousMessage,
    errors.UnknownMethod,
    errors.InvalidJson,
    errors.InvalidRequest,
    errors.InvalidParameters,
    errors.BadChain,
    errors.NotPermitted,
}
"""Which a mistake in the window or the node must have brought about; docs/desktop.md says so."""


@pytest.fixture
def german(qapp):
    catalogue = QTranslator()
    assert catalogue.load("onionchat_de", str(translation.FOLDER))
    qapp.installTranslator(catalogue)
    yield
    qapp.removeTranslator(catalogue)


def classes(above=errors.OnionchatError):
    yield above
    for below in above.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from classes(below)


# --- Looking up ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(classes()) - ENGLISH, key=lambda kind: kind.__name__))
def test_every_error_that_a_person_meets_is_worded(kind, german):
    assert worded(kind()) not in ("", kind.sentence)


@pytest.mark.parametrize(
    "kind", [errors.NodeNotRunning, errors.NoProfile, errors.KeyslotMissing, errors.NotARequest]
)
def test_nobody_in_the_window_is_sent_to_the_command_line(kind):
    assert "`" in kind.sentence and "`" not in worded(kind())


@pytest.mark.parametrize(
    ("said", "german_words"),
    [
        ("Connected to Tor.", "Mit Tor verbunden."),
        (
            "Connecting to Tor: 45 % (Loading relay descriptors).",
            "Verbindung zu Tor: 45 % (Angaben zu den Servern werden geladen).",
        ),
        (
            "Connecting to Tor: 45 % (conn_something).",
            "Verbindung zu Tor: 45 % (conn_something).",
        ),
        (
            "This computer's clock is at least 3 hours behind; Tor needs it right.",
            "Die Uhr dieses Computers geht mindestens 3 Stunden nach; für Tor muss sie stimmen.",
        ),
        (errors.TooManyTries("Too many wrong passphrases; try again in 20 s."), "in 20 s"),
        (errors.TextTooLong("The message is too long: 9 bytes, 8 are allowed."), "Die Nachricht"),
        ("The clock of Bob seems to be wrong: it is about 1 hour ahead.", "etwa 1 Stunde vor."),
    ],
)
def test_what_is_known_is_said_in_german(said, german_words, german):
    assert german_words in worded(said)


@pytest.mark.parametrize(
    "said", ["Nobody knows this sentence.", errors.StorageFailed("Another one."), ""]
)
def test_what_is_not_known_is_shown_as_it_came(said, german):
    assert worded(said) == str(said)
    assert worded(None) == ""


def test_a_name_is_never_taken_for_a_word_or_a_place(german):
    words = worded("The clock of ahead seems to be wrong: it is about 1 hour ahead.")
    assert words == "Die Uhr von ahead scheint falsch zu gehen: etwa 1 Stunde vor."
    words = worded("The clock of %2 %3 seems to be wrong: it is about 1 hour ahead.")
    assert words == "Die Uhr von %2 %3 scheint falsch zu gehen: etwa 1 Stunde vor."


def test_without_a_catalogue_the_sentence_comes_out_as_it_went_in():
    for said in ("Connected to Tor.", "Connecting to Tor: 45 % (Loading relay descriptors)."):
        assert worded(said) == said


# --- The list ------------------------------------------------------------------------------------


def spoken(source):
    """The constants and forms of a source, as patterns of what comes out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            pieces = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
            if len("".join(filter(None, pieces))) > 12:
                yield "".join(".+" if piece is None else re.escape(piece) for piece in pieces)


def test_every_listed_sentence_is_one_that_the_core_says():
    said = set()
    for folder in ("onionchat", "gui/onionchat_gui"):
        for file in (ROOT / folder).rglob("*.py"):
            left_out = {"node_sentences.py", "tor_sentences.py", "testing", "protocol"} & {
                *file.parts
            }
            if not left_out:
                said |= set(spoken(file.read_text(encoding="utf-8")))
    whole, forms = said, [re.compile(form) for form in said if ".+" in form]

    def known(sentence):
        # What is joined from a list ends with the words before it.
        begin = sentence.partition("%1")[0]
        return (
            re.escape(sentence) in whole
            or (len(begin) > 12 and re.escape(begin) in whole)
            or any(form.fullmatch(sentence) for form in forms)
        )

    listed = (*node_sentences.SENTENCES, *node_sentences.WITH_NAMES, *tor_sentences.SENTENCES)
    assert [sentence for sentence in listed if not known(sentence)] == []
    assert not known("The core has never said this.")


def test_view_models_word_the_errors_that_they_pass_on():
    for file in (VIEWS / "viewmodels").glob("*.py"):
        if file.name != "sentences.py":
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"\bstr\((error|missing|problem|why|reason)\)", text), file.name


def test_views_word_what_the_node_says():
    plain = re.compile(
        r"(displayable\w*|tooltip|setText|say)\((\w+\.)*"
        r"(\w+\.(summary|advice)|(view|contact|found)\.(problem|note))\b"
    )
    for file in (VIEWS / "views").glob("*.py"):
        assert not plain.search(file.read_text(encoding="utf-8")), file.name


def raised(source):
    """Sentences of errors that a source makes itself, with a name where something is put in."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[sentence, *_]) if hasattr(errors, name):
                match sentence:
                    case ast.Constant(value=str(words)):
                        yield words
                    case ast.JoinedStr(values=parts):
                        yield "".join(
                            part.value if isinstance(part, ast.Constant) else "window.json"
                            for part in parts
                        )


def test_errors_of_the_window_itself_are_worded(german):
    said = [
        sentence
        for file in VIEWS.rglob("*.py")
        for sentence in raised(file.read_text(encoding="utf-8"))
    ]
    assert "The node ended." in said
    assert [sentence for sentence in said if worded(sentence) == sentence] == []


def test_a_sentence_inside_of_another_is_worded_too(german):
    inner = "This file is not a picture (PNG, JPEG, WebP, GIF, BMP or PPM), or it is damaged."
    said = worded(f"The picture could not be read: {inner}")
    assert "This file" not in said
    assert worded(inner) in said
