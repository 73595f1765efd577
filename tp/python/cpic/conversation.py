"""Conversations whose methods wait."""
from __future__ import annotations

import time
from types import TracebackType
from typing import Iterable, Iterator, Optional, Type, TypeVar, Union

from ._side import Data, Operation, Received, Side, Status, ready
from .errors import StateCheck, Timeout

T = TypeVar("T")
_LOOK = 0.25  # seconds after which a method looks whether the conversation has been ended under it

__all__ = ["Conversation", "Received", "Status", "accept", "allocate", "conversations"]

class Conversation(Side):
    """A conversation, from :func:`allocate` or :func:`accept`.

    Methods that wait take ``timeout`` in seconds; without it the limit is the attribute ``timeout``, and there is none when
    that is None.  At the end of the time they raise :class:`cpic.Timeout`; the operation is still under way, and the same
    method goes on with it.

    A ``with`` block deallocates the conversation at its end when this side has the turn, confirms an end that the partner
    asks for, and abends otherwise, as after an exception.  Iterating over a conversation gives records until the partner ends it, wants a confirmation, or gives the
    turn and does not get it back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.timeout: Optional[float] = None  #: seconds that a method waits

    def _drive(self, name: str, operation: Operation[T], timeout: Optional[float]) -> T:
        limit = self.timeout if timeout is None else timeout
        until = None if limit is None else time.monotonic() + limit
        going, wait = self._begin(name, operation)
        try:
            while True:
                if wait is None:
                    wait = next(going)
                rest = _LOOK if until is None else until - time.monotonic()
                try:
                    if not ready(wait, max(0.0, min(rest, _LOOK)) * 1000) and rest < _LOOK:
                        raise Timeout(name, limit or 0, self)
                except BaseException:
                    self._under_way = (name, going, wait)
                    raise
                wait = None
        except StopIteration as end:
            return end.value

    def send(self, data: Data, timeout: Optional[float] = None) -> None:
        """Send a record.  It waits in a buffer until something flushes it."""
        self._drive("send", self._send(data), timeout)

    def receive(self, timeout: Optional[float] = None, immediate: bool = False) -> Received:
        """A whole record, and what came with it.  If this side has the turn it gives it to the partner first."""
        return self._drive("receive", self._receive(immediate), timeout)

    def reply(self, data: Data, timeout: Optional[float] = None) -> None:
        """Wait for the turn if need be, send a record, and give the turn back."""
        self._drive("reply", self._reply(data), timeout)

    def flush(self, timeout: Optional[float] = None) -> None:
        """Send what waits in the buffer."""
        self._drive("flush", self._flush(), timeout)

    def turn(self, confirm: bool = False, timeout: Optional[float] = None) -> None:
        """Give the turn; with ``confirm`` wait until the partner has received everything."""
        self._drive("turn", self._turn(confirm), timeout)

    def confirm(self, timeout: Optional[float] = None) -> None:
        """Ask for a confirmation and wait for it."""
        self._drive("confirm", self._confirm(), timeout)

    def confirmed(self, timeout: Optional[float] = None) -> None:
        """Confirm."""
        self._drive("confirmed", self._confirmed(), timeout)

    def request_to_send(self, timeout: Optional[float] = None) -> None:
        """Ask for the turn."""
        self._drive("request_to_send", self._request_to_send(), timeout)

    def error(self, direction: Optional[str] = None, log: Optional[Data] = None, timeout: Optional[float] = None) -> None:
        """Tell the partner of an error and take the turn.  ``direction``, ``"receive"`` or ``"send"``, says what was wrong
        when data came with the turn."""
        self._drive("error", self._error(direction, log), timeout)

    def deallocate(self, how: str = "sync", timeout: Optional[float] = None) -> None:
        """End the conversation: ``"sync"`` as the sync level says, ``"flush"``, ``"confirm"``."""
        self._drive("deallocate", self._deallocate(how), timeout)

    def records(self) -> Iterator[Received]:
        """Records with what came with them; as iterating, which gives the records alone."""
        while True:
            got = self.receive()
            if got.data is not None:
                yield got
            if got.status is Status.END or self.state != "RECEIVE":
                return

    def __iter__(self) -> Iterator[bytes]:
        for got in self.records():
            if got.data is not None:
                yield got.data

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        end = "abend" if kind is not None else self._end_in_order()
        if end == "deallocate":
            self.deallocate()
        elif end == "confirm":
            self.confirmed()
        else:
            self.abend()

def allocate(to: str = "", *, partner: Optional[str] = None, mode: Optional[str] = None, tp: Optional[str] = None,
             sync: Optional[str] = None, type: Optional[str] = None, security: Optional[str] = None,  # noqa: A002
             user: Optional[str] = None, password: Optional[str] = None, immediate: bool = False,
             timeout: Optional[float] = None) -> Conversation:
    """Begin a conversation with a symbolic destination, or with a partner that is named here.

    In place of what the destination says: ``partner`` LU, ``mode``, ``tp`` name, ``sync`` level (``"none"``,
    ``"confirm"``), ``type`` (``"mapped"``, ``"basic"``), ``security`` (``"none"``, ``"same"``, ``"program"``), ``user`` and
    ``password``.  ``immediate`` fails when no session is free.
    """
    conv = Conversation()
    try:
        conv._drive("allocate", conv._allocate(to, partner, mode, tp, sync, type, security, user, password, immediate), timeout)
    except Timeout:
        conv.cancel()
        raise
    return conv

def accept(tp: Union[None, str, Iterable[str]] = None, timeout: Optional[float] = None) -> Conversation:
    """Take an incoming conversation for the TP name (or one of the names), by default that of the environment variable
    APPCTPN.  Raises :class:`cpic.Timeout` when none comes in this time, or in the time that the TP's entry gives."""
    conv = Conversation()
    try:
        conv._drive("accept", conv._accept(tp), timeout)
    except Timeout:
        conv.cancel()
        raise
    return conv

def conversations(tp: Union[None, str, Iterable[str]] = None, timeout: Optional[float] = None) -> Iterator[Conversation]:
    """Accept one conversation after another, until none comes in time."""
    while True:
        try:
            yield accept(tp, timeout)
        except (Timeout, StateCheck):
            return
