"""News of the machine's network from the kernel, one call for a burst of changes."""

import errno
import socket

import pytest
from twisted.internet.task import Clock

from onionchat.net.transports.tor import network_watch
from onionchat.net.transports.tor.network_watch import NetworkWatch


class FakeSocket:
    def __init__(self, *kind):
        self.kind, self.news, self.closed, self.bound = kind, [], False, None

    def bind(self, where):
        self.bound = where

    def setblocking(self, flag):
        assert flag is False

    def fileno(self):
        return 42

    def recv(self, size):
        item = self.news.pop(0) if self.news else BlockingIOError()
        if isinstance(item, Exception):
            raise item
        return item

    def close(self):
        self.closed = True


class Reactor(Clock):
    def __init__(self):
        super().__init__()
        self.readers = []
        self.addReader, self.removeReader = self.readers.append, self.readers.remove


class Watched:
    def __init__(self):
        self.reactor, self.calls, self.socket = Reactor(), [], FakeSocket()
        self.watch = NetworkWatch(self.reactor, lambda: self.calls.append(self.reactor.seconds()))


@pytest.fixture
def watched(monkeypatch):
    made = Watched()

    def opened(*kind):
        made.socket.kind = kind
        return made.socket

    monkeypatch.setattr(network_watch.socket, "AF_NETLINK", 16, raising=False)
    monkeypatch.setattr(network_watch.socket, "socket", opened)
    assert made.watch.start()
    return made


def test_it_listens_to_the_kernel_and_to_nobody_else(watched):
    assert watched.socket.kind[0] == 16
    assert watched.socket.bound == (0, 0x111)
    assert watched.reactor.readers == [watched.watch] and watched.watch.fileno() == 42
    assert watched.watch.logPrefix() == "network watch"


def test_a_burst_of_changes_is_one_call(watched):
    for _ in range(3):
        watched.socket.news = [b"link", b"address"]
        watched.watch.doRead()
        watched.reactor.advance(0.5)
    assert watched.calls == []
    watched.reactor.advance(10)
    assert len(watched.calls) == 1
    watched.watch.doRead()
    watched.reactor.advance(10)
    assert len(watched.calls) == 2


def test_more_news_than_fit_are_news_too(watched):
    watched.socket.news = [OSError(errno.ENOBUFS, "")]
    watched.watch.doRead()
    watched.reactor.advance(3)
    assert len(watched.calls) == 1


def test_stopping_leaves_nothing_behind(watched):
    watched.watch.doRead()
    watched.watch.stop()
    watched.watch.stop()
    watched.watch.doRead()
    watched.reactor.advance(10)
    assert watched.socket.closed and watched.reactor.readers == [] and watched.calls == []
    assert watched.watch.fileno() == -1


def test_a_socket_that_breaks_ends_the_watch(watched):
    watched.watch.connectionLost(None)
    assert watched.socket.closed


def test_without_netlink_there_is_no_watch(monkeypatch):
    made = Watched()
    monkeypatch.delattr(network_watch.socket, "AF_NETLINK", raising=False)
    assert not made.watch.start()
    made.watch.stop()


@pytest.mark.parametrize("where", ["open", "bind"])
def test_a_kernel_that_refuses_is_no_error(monkeypatch, where):
    made = Watched()

    def refuse(*_):
        raise PermissionError

    if where == "bind":
        made.socket.bind = refuse
    monkeypatch.setattr(network_watch.socket, "AF_NETLINK", 16, raising=False)
    opened = refuse if where == "open" else lambda *_: made.socket
    monkeypatch.setattr(network_watch.socket, "socket", opened)
    assert not made.watch.start()
    assert made.socket.closed == (where == "bind")


def test_the_real_kernel_grants_it():
    if not hasattr(socket, "AF_NETLINK"):
        pytest.skip("no netlink here")
    made = Watched()
    started = made.watch.start()
    made.watch.doRead()
    made.watch.stop()
    assert started in (True, False)
