"""What the node and the core say, in the window's language. They say it in English.

What lives here: from an English sentence or an error to the sentence that is shown. What may not:
which sentences there are (`node_sentences`, `tor_sentences`), words of the window itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from onionchat import errors
from onionchat.errors import OnionchatError

from . import node_sentences, tor_sentences

CONTEXT: Final = "node"
"""Of these sentences in the catalogues."""
_PLACE: Final = re.compile(r"%(\d)")


def worded(said: OnionchatError | str | None) -> str:
    """An error, or a sentence of the node, as it is shown: as it came where nobody translated it.

    Nothing is worded twice, and nothing that people wrote is given to this.
    """
    if said is None:
        return ""
    text = str(said)
    if isinstance(said, OnionchatError) and text == type(said).sentence:
        own = _own(type(said))
        if own:
            return own
    return _sentence(text)


def _own(kind: type[OnionchatError]) -> str:
    """What the window says where the core would tell how to go on at the command line."""
    translate = {
        errors.NodeNotRunning: QCoreApplication.translate(
            "sentences", "The service in the background is not running. Open the profile again."
        ),
        errors.NodeLocked: QCoreApplication.translate(
            "sentences", "The service in the background waits for the passphrase."
        ),
        errors.NoProfile: QCoreApplication.translate("sentences", "There is no profile here yet."),
        errors.KeyslotMissing: QCoreApplication.translate(
            "sentences",
            "Here is a database, but the file with its key (keyslot) is missing.",
        ),
        errors.AmbiguousContact: QCoreApplication.translate(
            "sentences", "Several contacts have that name."
        ),
        errors.NotARequest: QCoreApplication.translate(
            "sentences", "That is a contact already, not a request."
        ),
        errors.InternalError: QCoreApplication.translate(
            "sentences", "That failed because of a mistake in onionchat. Its log says where."
        ),
        errors.ApiVersionUnknown: QCoreApplication.translate(
            "sentences",
            "The window and the service in the background are of different versions. Stop the"
            " service, and open the profile again.",
        ),
        errors.NotAuthorised: QCoreApplication.translate(
            "sentences", "The service in the background does not accept this window."
        ),
    }
    return translate.get(kind, "")


def _sentence(text: str) -> str:
    if text in _known():
        return QCoreApplication.translate(CONTEXT, text)
    for form, template in _forms():
        found = form.fullmatch(text)
        if found is None:
            continue
        values = found.groups()
        names = 1 if template in node_sentences.WITH_NAMES else 0
        return _put_in(template, (*values[:names], *map(_phrase, values[names:])))
    return text


def _put_in(template: str, values: tuple[str, ...]) -> str:
    words = QCoreApplication.translate(CONTEXT, template)
    # In one go: what is put in may look like a place itself.
    return _PLACE.sub(lambda place: values[int(place[1]) - 1], words)


def _phrase(text: str) -> str:
    """What stands in a place: a number, some words of their own, or a whole sentence."""
    phrases = (*node_sentences.PHRASES, *tor_sentences.STEPS)
    if text in phrases or text in _known():
        return QCoreApplication.translate(CONTEXT, text)
    for phrase in filter(lambda phrase: "%1" in phrase, phrases):
        if found := _form(phrase).fullmatch(text):
            return _put_in(phrase, (_phrase(found[1]),))
    return text


@cache
def _known() -> frozenset[str]:
    return frozenset(
        (
            *node_sentences.SENTENCES,
            *node_sentences.OF_PASSPHRASES,
            *node_sentences.WITH_NAMES,
            *tor_sentences.SENTENCES,
        )
    )


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    templates = [sentence for sentence in _known() if "%1" in sentence]
    # The longest first: it says the most of what it stands for.
    templates.sort(key=lambda template: (-len(template), template))
    return tuple((_form(template), template) for template in templates)


@cache
def _form(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)
    # Every second piece is the number of a place; they come in their order.
    return re.compile("(.+)".join(map(re.escape, pieces[::2])), re.DOTALL)
