"""How often a passphrase may be tried."""

from onionchat.node.tries import FREE, LONGEST, Tries


def test_the_first_ones_are_free_then_the_pause_doubles():
    tries, now, pauses = Tries(), 1000.0, []
    for _ in range(FREE + 12):
        assert tries.pause(now) == 0
        tries.wrong(now)
        pauses.append(tries.pause(now))
        now += pauses[-1]
    assert pauses == [0.0] * (FREE - 1) + [1, 2, 4, 8, 16, 32, 64, 128, 256] + [LONGEST] * 4


def test_a_day_of_guessing_is_some_hundred():
    tries, now, guesses = Tries(), 0.0, 0
    while now < 86400:
        now += tries.pause(now)
        tries.wrong(now)
        guesses += 1
    assert guesses < 310


def test_the_right_one_begins_anew():
    tries = Tries()
    for _ in range(FREE + 3):
        tries.wrong(0)
    tries.right()
    assert tries.pause(0) == 0
    tries.wrong(0)
    assert tries.pause(0) == 0
