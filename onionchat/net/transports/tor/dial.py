"""Dialling an onion through a `TorRun`: authorisation, SOCKS, a time limit, named reasons."""

from __future__ import annotations

from twisted.internet.defer import CancelledError, TimeoutError
from twisted.internet.error import ConnectError, ConnectingCancelledError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorTime
from twisted.internet.protocol import Factory, Protocol
from twisted.logger import Logger

from onionchat.errors import TorFailed
from onionchat.net.transports.interface import Address, DialFailed, DialReason
from onionchat.net.transports.tor import onions
from onionchat.net.transports.tor.run import TorRun
from onionchat.net.transports.tor.socks import SocksCore, SocksFactory

_log = Logger()


async def dial(
    run: TorRun,
    clock: IReactorTime,
    address: Address,
    isolation: str,
    factory: IProtocolFactory,
    timeout: float,
) -> IProtocol:
    """Connect to `address`; returns the factory's protocol, connected.

    Raises:
        DialFailed: with the reason that tor gave, or TIMED_OUT after `timeout` seconds.
        InvalidInput: `isolation` is empty or has more than 255 bytes.
        CancelledError: it was cancelled, at whatever step.
    """
    end = clock.seconds() + timeout
    given = run.authorised.get(address.onion_key)
    try:
        return await _dial(run, clock, address, isolation, factory, timeout)
    except DialFailed as failed:
        if failed.reason is not DialReason.NO_CLIENT_AUTH or given is None:
            raise
    # It had the secret: a new identity, whoever asked for it, makes tor forget all of them.
    run.authorised.pop(address.onion_key, None)
    return await _dial(run, clock, address, isolation, factory, max(end - clock.seconds(), 0.1))


async def _dial(
    run: TorRun,
    clock: IReactorTime,
    address: Address,
    isolation: str,
    factory: IProtocolFactory,
    timeout: float,
) -> IProtocol:
    core = SocksCore(f"{onions.onion_host(address.onion_key)}.onion", address.port, isolation)
    await _authorise(run, address)
    socks = SocksFactory(core, factory)
    done = socks.done
    try:
        await run.socks.connect(socks)
    except ConnectError:
        raise DialFailed(DialReason.NOT_READY) from None
    except ConnectingCancelledError:
        # An endpoint's own word for it, which no caller expects.
        raise CancelledError from None
    done.addTimeout(timeout, clock)
    try:
        return await done
    except TimeoutError:
        raise DialFailed(DialReason.TIMED_OUT) from None


class _HangUp(Protocol):
    """The caller's side of a test call: to have reached the service is enough."""

    def connectionMade(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()


async def test_call(
    run: TorRun, clock: IReactorTime, address: Address, isolation: str, seconds: float
) -> bool:
    """Whether a service of our own can be reached; the call is ended as soon as it is answered."""
    factory = Factory.forProtocol(_HangUp)
    factory.noisy = False
    try:
        await dial(run, clock, address, isolation, factory, seconds)
    except DialFailed as failed:
        _log.info("test call: {reason}", reason=failed.reason.value)
        return False
    return True


async def _authorise(run: TorRun, address: Address) -> None:
    secret = address.access_secret
    if secret is None or run.authorised.get(address.onion_key) == secret:
        return
    try:
        await onions.authorise(run.control, address.onion_key, secret)
    except TorFailed:
        raise DialFailed(DialReason.NOT_READY) from None
    run.authorised[address.onion_key] = secret


async def forget(run: TorRun, onion_key: bytes) -> None:
    """Take an access secret back from tor. Raises as `Control.command`."""
    if run.authorised.pop(onion_key, None) is not None:
        await onions.unauthorise(run.control, onion_key)
