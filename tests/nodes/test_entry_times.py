"""What the times of entries tell (finding 17 of the security audit: milliseconds of the clock)."""

from onionchat.protocol.journal.entry import parse_header


def test_finding_17_entries_say_whole_seconds(world, friends):
    alice, bob = friends
    for number in range(5):
        alice.send("Bob", f"{number}")
        world.pass_time(0.37)
    alice.do(alice.api.own_onion("Bob"))
    world.pass_time(5)
    for person in friends:
        headers = person.read(lambda tx: tx.rows("SELECT header FROM entries"))
        times = [parse_header(header).time for (header,) in headers]
        assert len(times) > 7
        assert all(time % 1000 == 0 for time in times)
    assert alice.texts("Bob") == bob.texts("Alice") == ["0", "1", "2", "3", "4"]
    assert all(message.time == int(message.time) for message in alice.history("Bob"))


def test_finding_17_an_answer_within_the_same_second_stands_behind_the_question(world, friends):
    alice, bob = friends
    for turn in range(3):
        alice.send("Bob", f"question {turn}")
        world.until(lambda number=turn: f"question {number}" in bob.texts("Alice"), 10)
        bob.send("Alice", f"answer {turn}")
        world.until(lambda number=turn: f"answer {number}" in alice.texts("Bob"), 10)
    expected = [f"{what} {turn}" for turn in range(3) for what in ("question", "answer")]
    assert alice.texts("Bob") == bob.texts("Alice") == expected


def test_finding_17_what_is_shown_at_once_says_the_same_time_as_later(world, friends):
    alice, _ = friends
    world.pass_time(0.7)
    sent = alice.send("Bob", "hello")
    assert alice.history("Bob")[-1].time == sent.time
