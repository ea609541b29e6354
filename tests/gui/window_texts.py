"""What the window's sources say to people, read from the code, for the tests of its catalogues.

What lives here: finding calls that translate, and literals that should have been. What may not:
catalogues, widgets.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "gui" / "onionchat_gui"
LETTERS = re.compile(r"[^\W\d_]{2}")

SHOWING = {
    "addAction", "addItem", "addItems", "addMenu", "addRow", "addTab", "card", "label", "say",
    "setAccessibleDescription", "setAccessibleName", "setInformativeText", "setLabelText",
    "setPlaceholderText", "setStatusTip", "setText", "setTitle", "setToolTip", "setWhatsThis",
    "setWindowTitle", "showMessage", "notify",
    "Button", "Code", "QAction", "QCheckBox", "QGroupBox", "QLabel", "QPushButton", "QRadioButton",
    "Words", "confirm", "Choice", "Line", "Meaning", "Select", "TickBox", "heading",
    "emit", "mention", "setHeaderData", "setMessage", "setNameFilters", "setPrefix", "setSuffix",
}  # fmt: skip
"""Calls that show their first texts to a person."""

NAMES = {"onionchat", "Tor", "QR"}
"""The same in all languages."""

LOOKS_UP = "viewmodels/sentences.py"
"""The one place that looks up what it was given; the literals stand in the lists that it uses."""


@dataclass(frozen=True)
class Text:
    """One call that translates, as a catalogue has it."""

    context: str
    source: str
    comment: str = ""
    plural: bool = False


class Texts(ast.NodeVisitor):
    """Everything that one file translates, and what is wrong with it."""

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.found: list[Text] = []
        self.wrong: list[str] = []
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(attr="tr"):
                self._take(node, self._classes[-1] if self._classes else None, node.args)
            case ast.Attribute(value=ast.Name(id="QCoreApplication"), attr="translate"):
                if self.file == LOOKS_UP and ast.unparse(node.args[0]) == "CONTEXT":
                    return
                context = _literal(node.args[0])
                self._take(node, context, node.args[1:])
            case ast.Name(id="QT_TRANSLATE_NOOP"):
                self._take(node, _literal(node.args[0]), node.args[1:])
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in SHOWING:
                self._look_at(node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("tr", "translate"):
            self._complain(node, "lupdate does not follow another name for tr or translate")
        self.generic_visit(node)

    def _take(self, node: ast.Call, context: str | None, arguments: list[ast.expr]) -> None:
        source = _literal(arguments[0]) if arguments else None
        comment = _literal(arguments[1]) if len(arguments) > 1 else ""
        if context is None or source is None or comment is None:
            self._complain(node, "what is translated must be a literal")
        else:
            self.found.append(Text(context, source, comment, len(arguments) > 2))

    def _look_at(self, node: ast.Call) -> None:
        for argument in node.args:
            for words in _untranslated(argument):
                if LETTERS.search(words) and words.strip(" ()") not in NAMES:
                    self._complain(node, f"“{words}” is shown and not translated")

    def _complain(self, node: ast.AST, what: str) -> None:
        self.wrong.append(f"{self.file}:{node.lineno}: {what}")


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _untranslated(node: ast.expr) -> Iterator[str]:
    """The words of an argument that stand there as they are, outside of any call."""
    match node:
        case ast.Constant(value=str(words)):
            # One small word is a picture's or a colour's name: `Button(look, …, "user-plus")`.
            if not re.fullmatch(r"[a-z0-9_-]+", words):
                yield words
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _untranslated(part)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _untranslated(one)
            yield from _untranslated(other)


def read(source: str, file: str = "") -> Texts:
    """What this source says."""
    texts = Texts(file)
    texts.visit(ast.parse(source))
    return texts


def all_texts() -> list[Texts]:
    """What each file of the window says."""
    return [
        read(file.read_text(encoding="utf-8"), file.relative_to(SOURCES).as_posix())
        for file in sorted(SOURCES.rglob("*.py"))
    ]
