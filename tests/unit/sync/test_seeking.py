"""Bodies that are missing are asked for once of each peer, in groups that one answer can hold."""

from onionchat.protocol.sync.messages import MAX_BATCH
from onionchat.protocol.sync.seeking import MAX_GROUP, MAX_SOUGHT, Hollow, Seeking


def hollow(number, size=100, seq=1):
    return Hollow(b"j" * 32, b"a" * 32, seq, number.to_bytes(32, "big"), size)


def everything(_journal, _author):
    return 2**53


def test_nothing_is_asked_for_nothing():
    assert Seeking().next(everything) == []


def test_each_is_asked_for_once():
    seeking = Seeking()
    seeking.add([hollow(1), hollow(2)])
    seeking.add([hollow(2)])
    asked = seeking.next(everything)
    assert asked == [hollow(1).id, hollow(2).id]
    assert seeking.next(everything) == [], "the answer is still to come"
    seeking.came(asked)
    seeking.add([hollow(1)])
    assert seeking.next(everything) == [], "who has not got it has not got it"


def test_groups_fit_one_answer():
    seeking = Seeking()
    seeking.add(hollow(number, MAX_BATCH // 3) for number in range(5))
    sizes = []
    while group := seeking.next(everything):
        sizes.append(len(group))
        seeking.came(group)
    assert sizes == [2, 2, 1]


def test_one_that_is_longer_than_an_answer_goes_alone():
    seeking = Seeking()
    seeking.add([hollow(1, MAX_BATCH), hollow(2)])
    assert seeking.next(everything) == [hollow(1).id]


def test_groups_leave_room_for_ancestors():
    seeking = Seeking()
    seeking.add(hollow(number, 0) for number in range(2 * MAX_GROUP))
    assert len(seeking.next(everything)) == MAX_GROUP


def test_what_the_peer_has_not_yet_waits():
    seeking = Seeking()
    seeking.add([hollow(1, seq=5), hollow(2, seq=1)])
    asked = seeking.next(lambda _journal, _author: 4)
    assert asked == [hollow(2).id]
    seeking.came(asked)
    assert seeking.next(lambda _journal, _author: 4) == []
    assert seeking.next(lambda _journal, _author: 5) == [hollow(1).id]


def test_it_is_bounded():
    seeking = Seeking()
    seeking.add(hollow(number, 0) for number in range(2 * MAX_SOUGHT))
    total = 0
    while group := seeking.next(everything):
        total += len(group)
        seeking.came(group)
    assert total == MAX_SOUGHT
