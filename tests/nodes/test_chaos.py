"""Three people, and everything that can happen to them in an order that a seed decides."""

import random
import shutil

import pytest

from onionchat.errors import RestoredBackup
from onionchat.testing.nodes import Person, World

NAMES = ("Alice", "Bob", "Carol")


class Chaos:
    def __init__(self, folder, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World(folder, seed)
        self.world.network.delay = lambda: self.chance.choice([0.02, 0.05, 0.3, 1.2])
        self.people = [self.world.person(name) for name in NAMES]
        self.wanted: dict[tuple[str, str], list[str]] = {}
        self.backups: dict[str, tuple] = {}
        for one, other in self.pairs():
            self.world.befriend(one, other)

    def pairs(self) -> list[tuple[Person, Person]]:
        alice, bob, carol = self.people
        return [(alice, bob), (alice, carol), (bob, carol)]

    def step(self) -> None:
        one, other = self.chance.sample(self.people, 2)
        if one.node is None:
            one.start()
        match self.chance.randrange(24):
            case 0:
                self.world.cut(one, other)
            case 1:
                self.world.silence(one, other)
            case 2:
                one.kill(noticed=self.chance.random() < 0.5)
            case 3:
                one.stop()
            case 4:
                one.kill()
                one.start()
            case 5:
                self.world.part(one, other)
                self.world.pass_time(self.chance.choice([1, 20]))
                self.world.heal(one, other)
            case 6:
                one.do(
                    one.api.set_visibility(self.chance.choice(["hidden", "online"]), contact=None)
                )
            case 7:
                copy = one.profile.with_name(f"{one.name} copy {self.world.time.now}")
                one.do(one.api.backup(str(copy)))
                self.backups[one.name] = copy
            case 8 if one.name in self.backups:
                one.kill()
                shutil.rmtree(one.profile)
                shutil.copytree(self.backups[one.name], one.profile)
                one.start()
            case 9:
                one.do(one.api.mark_read(other.name, None))
            case _:
                self.write(one, other)
        self.world.pass_time(self.chance.choice([0.0, 0.01, 0.2, 1.0, 8.0]))

    def write(self, one: Person, other: Person) -> None:
        said = self.wanted.setdefault((one.name, other.name), [])
        text = f"{one.name} to {other.name}, {self.world.time.now:.3f}, {len(said)}"
        try:
            one.send(other.name, text)
        except RestoredBackup:
            return
        said.append(text)

    def calm(self) -> None:
        """Let everybody come back, and all arrive."""
        for person in self.people:
            if person.node is None:
                person.start()
            person.do(person.api.set_visibility("online", contact=None))
        self.world.until(lambda: all(self.world.linked(*pair) for pair in self.pairs()), 1500)
        self.world.pass_time(30)

    def check(self) -> None:
        for one, other in self.pairs():
            here, there = one.history(other.name), other.history(one.name)
            assert [m.id for m in here] == [m.id for m in there]
            assert all(m.state in ("delivered", "read") for m in [*here, *there] if m.mine)
            for writer, reader in ((one, other), (other, one)):
                got = [m.text for m in reader.history(writer.name) if not m.mine]
                self.compare(self.wanted.get((writer.name, reader.name), []), got)
                assert reader.contact(writer.name).trust == "unvalidated"

    def compare(self, wanted: list[str], got: list[str]) -> None:
        """Whoever went back in time may have lost what never left; nothing comes twice or late."""
        if not self.backups:
            assert got == wanted
        assert len(set(got)) == len(got)
        assert [text for text in wanted if text in set(got)] == got


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_all_conversations_end_up_the_same_on_both_sides(folder, seed):
    chaos = Chaos(folder, seed)
    for _ in range(150):
        chaos.step()
    chaos.calm()
    chaos.check()
    chaos.world.end()
