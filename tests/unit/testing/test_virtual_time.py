"""Virtual time calls when Twisted's reactor would."""

from onionchat.testing.virtual_time import VirtualTime


def called_at(change):
    """When a call of second 2 happens if it is changed in second 1."""
    time, calls = VirtualTime(), []
    call = time.callLater(2, lambda: calls.append(time.now))
    time.advance(1)
    change(call)
    time.advance(20)
    return calls


def test_a_call_happens_when_it_is_due():
    assert called_at(lambda call: None) == [2]


def test_a_call_that_is_put_off_happens_later():
    assert called_at(lambda call: call.reset(5)) == [6]
    assert called_at(lambda call: call.delay(5)) == [7]


def test_a_call_that_is_put_forward_happens_earlier():
    assert called_at(lambda call: call.reset(0.5)) == [1.5]


def test_a_call_that_is_moved_twice_happens_once():
    def there_and_back(call):
        call.reset(0.5)
        call.reset(1)

    assert called_at(there_and_back) == [2]


def test_a_cancelled_call_does_not_happen():
    assert called_at(lambda call: call.cancel()) == []
