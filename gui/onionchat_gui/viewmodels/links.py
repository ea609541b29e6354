"""Links in texts of other people: where they stand, and what would be opened.

What lives here: recognising web links in a text as it is shown, and taking one apart for the person
to judge. What may not: opening, which is the application's, and pixels.

What is shown is what is opened: a link is read off the text on the screen (`displayable`), and its
address is the one that `QUrl` makes of it, in ASCII alone, so nobody between here and the browser
can read it in another way. Where lines run from the right, its parts stand in the order in which
they are opened (`turned`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from itertools import islice
from typing import Final

from PySide6.QtCore import QUrl

MAX_LINK: Final = 2000
"""Characters of a link; what is longer is text."""

MAX_LINKS: Final = 100
"""Places of one text at which a link may begin that are looked at; what comes after is text. Taking
one apart costs far more than finding it."""

SCHEMES: Final = ("http", "https")

_TURNS: Final = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
_ENDS: Final = f'\\s\\x00-\\x20\\x7f-\\x9f<>"\\u2400-\\u2421\\ufffd{_TURNS}'
"""What no link contains: blanks, quotes, the pictures of control characters, and formatting that
would show its parts in another order."""

# Each alternative begins with a literal or a run of fixed length, so that the search is linear.
_LINK: Final = re.compile(
    rf"(?:https?://|(?<![a-z0-9.@/-])(?:[a-z0-9-]{{1,63}}\.){{0,2}}[a-z2-7]{{56}}\.onion(?![a-z0-9.-]*[a-z0-9]))"
    rf"[^{_ENDS}]*",
    re.IGNORECASE,
)
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u2067\u2068\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Scripts and formatting by which a line can run from the right."""
_CLOSING: Final = {")": "(", "]": "[", "}": "{", "»": "«", "›": "‹", "”": "“", "’": "‘"}
_PUNCTUATION: Final = frozenset(".,;:!?'*_~|…。、，；：！？\u060c\u061b\u061f")
_ACE: Final = re.compile(r"(?:^|\.)xn--")
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Link:
    """A link at a place of a shown text, in characters."""

    start: int
    end: int
    text: str
    """As it stands there."""
    address: str
    """What would be opened: ASCII."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A link taken apart, all of it safe to show."""

    address: str
    written: str
    """As it stands in the message, with what is invisible made visible; empty if that is the
    address."""
    host: str
    """Where it leads to, in ASCII."""
    host_decoded: str
    """The same in its own letters; empty if those are ASCII."""
    has_user: bool
    """Whether something stands before an "@", which can look like the site and is none."""
    is_onion: bool
    is_near: bool
    """Whether it leads to this computer or into the person's own network."""


def find(text: str, *, cut: bool = False) -> tuple[Link, ...]:
    """The links of a text as it is shown. Linear in its length.

    `cut`: the text goes on; a link at its end may be the beginning of another one, and is none.
    """
    found: list[Link] = []
    for start, end, goes_on in _stretches(text):
        address = "" if cut and goes_on else _address(text[start:end])
        if address:
            found.append(Link(start, end, text[start:end], address))
    return tuple(found)


def turned(text: str) -> tuple[tuple[int, int], ...]:
    """Where a shown text could show a link in another order than it is opened, as the line it
    stands in runs from the right: it has to be isolated there. Costs much less than `find`.
    """
    if _RIGHT_TO_LEFT.search(text) is None:
        return ()
    return tuple((start, end) for start, end, _ in _stretches(text))


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """From where to where links may stand, and whether that could be the beginning of another."""
    for match in islice(_LINK.finditer(text), MAX_LINKS):
        start, end = match.start(), match.start() + _length(match.group()[: MAX_LINK + 1])
        if end - start <= MAX_LINK:
            yield start, end, match.end() == len(text)


def read(link: Link) -> Reading:
    """A link for the person to judge."""
    url = QUrl(link.address, QUrl.ParsingMode.StrictMode)
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    decoded = ""
    if _ACE.search(host):
        decoded = QUrl.fromAce(host.encode(), QUrl.AceProcessingOption.IgnoreIDNWhitelist)
    same = link.text.lower().removeprefix("http://").removesuffix(
        "/"
    ) == link.address.lower().removeprefix("http://").removesuffix("/")
    return Reading(
        address=link.address,
        written="" if same else visible(link.text),
        host=host,
        host_decoded="" if decoded == host else visible(decoded),
        has_user=bool(url.userInfo()),
        is_onion=host.rstrip(".").endswith(".onion"),
        is_near=_is_near(host.rstrip(".")),
    )


def _is_near(host: str) -> bool:
    try:
        number = ip_address(host.strip("[]"))
    except ValueError:
        # Names without a point are looked up in one's own network.
        return "." not in host or host.endswith((".localhost", ".local", ".lan", ".home.arpa"))
    inside = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return not (inside or number).is_global


def may_be_opened(address: str) -> bool:
    """Whether an address is one of the web and nothing else, in the form that `find` gives."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    return address.isascii() and url.isValid() and url.scheme() in SCHEMES and bool(url.host())


def visible(text: str) -> str:
    """`text` with everything that draws nothing, or turns text around, as its number."""
    return "".join(f"[U+{ord(char):04X}]" if _hides(char) else char for char in text)


def _hides(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char) in {
        "Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn", "Zl", "Zp", "Zs",
    }  # fmt: skip


def _length(text: str) -> int:
    """The length without what belongs to the sentence around it: points, closing brackets that are
    not opened inside, bidirectional formatting.
    """
    open_ = {closer: text.count(opener) - text.count(closer) for closer, opener in _CLOSING.items()}
    end = len(text)
    while end:
        last = text[end - 1]
        if last in _CLOSING and open_[last] < 0:
            open_[last] += 1
        elif last not in _PUNCTUATION and unicodedata.category(last) != "Cf":
            break
        end -= 1
    return end


def _address(text: str) -> str:
    whole = text if text[:7].lower() in ("http://", "https:/") else f"http://{text}"
    url = QUrl(whole, QUrl.ParsingMode.TolerantMode)
    address = bytes(url.toEncoded().data()).decode("ascii") if url.isValid() else ""
    return address if may_be_opened(address) else ""
