"""What was said of a message: any order of arrival, on any device, the same edits and reactions."""

from __future__ import annotations

from collections.abc import Callable

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.bodies import Deletion, Edit, Reaction
from onionchat.protocol.rooms.marks import Marks
from onionchat.types import EntryId
from properties.case import Case

TARGET = EntryId(bytes(32))

NewMarks = Callable[[], Marks[str]]

Said = tuple[OrderKey, str, Edit | Reaction | Deletion]


def history(case: Case) -> list[Said]:
    """Entries with places in the order: who said what of one message."""
    chance = case.chance
    made: dict[OrderKey, Said] = {}
    for _ in range(chance.randint(0, 12)):
        order = OrderKey(chance.randrange(4), chance.randrange(3), EntryId(chance.randbytes(1)))
        said = chance.choice(
            (
                Edit(TARGET, chance.choice("abc")),
                Reaction(TARGET, chance.choice(("", "x", "y"))),
                Deletion((TARGET,)),
            )
        )
        made[order] = order, chance.choice(("me", "you")), said
    return list(made.values())


def marks(new: NewMarks, said: list[Said]) -> Marks[str]:
    made = new()
    for one in said:
        made.apply(*one)
    return made


def one_view(case: Case, new: NewMarks) -> None:
    """Any order of arrival, some twice, gives one view, of each account the last in order."""
    said = history(case)
    made = marks(new, case.doubled(said))
    case.require(made == marks(new, said), "any order of arrival gives the same marks")
    for account in ("me", "you"):
        own = sorted((one for one in said if one[1] == account), key=lambda one: one[0])
        edits = [(order, what) for order, _, what in own if isinstance(what, Edit)]
        found = made.edit_by(account)
        seen = [] if found is None else [(found.order, found.edit)]
        case.require(seen == edits[-1:], "of each account the last edit in order wins")
        emojis = [what.emoji for _, _, what in own if isinstance(what, Reaction)]
        emoji = made.reactions().get(account, "")
        case.require(emoji == (emojis[-1] if emojis else ""), "so does the last reaction")
        asked = [order for order, _, what in own if isinstance(what, Deletion)]
        case.require(made.deletion_by(account) == min(asked, default=None), "asked is asked")


CHECKS = (one_view,)
