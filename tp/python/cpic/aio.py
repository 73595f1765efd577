"""Conversations for asyncio: the methods of :class:`cpic.Conversation` as coroutines.

    async with await aio.allocate("ORDERS") as conv:
        await conv.send(b"ENQ 4711")
        answer, status = await conv.receive()

A coroutine that is cancelled, as by ``asyncio.wait_for``, leaves its operation under way: the same method goes on with it.
"""
from __future__ import annotations

import asyncio
import select
from types import TracebackType
from typing import AsyncIterator, Iterable, Optional, Type, TypeVar, Union

from ._side import Data, Operation, Received, Side, Status, Wait
from .errors import StateCheck

T = TypeVar("T")

__all__ = ["Conversation", "Received", "Status", "accept", "allocate", "conversations"]


async def _ready(wait: Wait) -> None:
    loop = asyncio.get_running_loop()
    done: "asyncio.Future[None]" = loop.create_future()
    fd, events = wait

    def wake() -> None:
        if not done.done():
            done.set_result(None)

    if events & select.POLLIN:
        loop.add_reader(fd, wake)
    if events & select.POLLOUT:
        loop.add_writer(fd, wake)
    try:
        await done
    finally:
        loop.remove_reader(fd)
        loop.remove_writer(fd)


class Conversation(Side):
    """A conversation, from :func:`allocate` or :func:`accept`; see :class:`cpic.Conversation`."""

    async def _drive(self, name: str, operation: Operation[T]) -> T:
        going, wait = self._begin(name, operation)
        try:
            while True:
                if wait is None:
                    wait = next(going)
                try:
                    await _ready(wait)
                except BaseException:
                    self._under_way = (name, going, wait)
                    raise
                wait = None
        except StopIteration as end:
            return end.value

    async def send(self, data: Data) -> None:
        """Send a record.  It waits in a buffer until something flushes it."""
        await self._drive("send", self._send(data))

    async def receive(self, immediate: bool = False) -> Received:
        """A whole record, and what came with it.  If this side has the turn it gives it to the partner first."""
        return await self._drive("receive", self._receive(immediate))

    async def reply(self, data: Data) -> None:
        """Wait for the turn if need be, send a record, and give the turn back."""
        await self._drive("reply", self._reply(data))

    async def flush(self) -> None:
        """Send what waits in the buffer."""
        await self._drive("flush", self._flush())

    async def turn(self, confirm: bool = False) -> None:
        """Give the turn; with ``confirm`` wait until the partner has received everything."""
        await self._drive("turn", self._turn(confirm))

    async def confirm(self) -> None:
        """Ask for a confirmation and wait for it."""
        await self._drive("confirm", self._confirm())

    async def confirmed(self) -> None:
        """Confirm."""
        await self._drive("confirmed", self._confirmed())

    async def request_to_send(self) -> None:
        """Ask for the turn."""
        await self._drive("request_to_send", self._request_to_send())

    async def error(self, direction: Optional[str] = None, log: Optional[Data] = None) -> None:
        """Tell the partner of an error and take the turn."""
        await self._drive("error", self._error(direction, log))

    async def deallocate(self, how: str = "sync") -> None:
        """End the conversation: ``"sync"`` as the sync level says, ``"flush"``, ``"confirm"``."""
        await self._drive("deallocate", self._deallocate(how))

    async def records(self) -> AsyncIterator[Received]:
        """Records with what came with them; as iterating, which gives the records alone."""
        while True:
            got = await self.receive()
            if got.data is not None:
                yield got
            if got.status is Status.END or self.state != "RECEIVE":
                return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for got in self.records():
            if got.data is not None:
                yield got.data

    async def __aenter__(self) -> "Conversation":
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        end = "abend" if kind is not None else self._end_in_order()
        if end == "deallocate":
            await self.deallocate()
        elif end == "confirm":
            await self.confirmed()
        else:
            self.abend()


async def allocate(to: str = "", *, partner: Optional[str] = None, mode: Optional[str] = None, tp: Optional[str] = None,
                   sync: Optional[str] = None, type: Optional[str] = None, security: Optional[str] = None,  # noqa: A002
                   user: Optional[str] = None, password: Optional[str] = None, immediate: bool = False) -> Conversation:
    """Begin a conversation; see :func:`cpic.allocate`."""
    conv = Conversation()
    try:
        await conv._drive("allocate",
                          conv._allocate(to, partner, mode, tp, sync, type, security, user, password, immediate))
    except BaseException:
        conv.cancel()
        raise
    return conv


async def accept(tp: Union[None, str, Iterable[str]] = None) -> Conversation:
    """Take an incoming conversation; see :func:`cpic.accept`."""
    conv = Conversation()
    try:
        await conv._drive("accept", conv._accept(tp))
    except BaseException:
        conv.cancel()
        raise
    return conv


async def conversations(tp: Union[None, str, Iterable[str]] = None) -> AsyncIterator[Conversation]:
    """Accept one conversation after another."""
    while True:
        try:
            yield await accept(tp)
        except StateCheck:
            return
