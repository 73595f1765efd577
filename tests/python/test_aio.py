"""Conversations in asyncio."""
import asyncio

import pytest

import cpic
from cpic import Status, aio


def test_hundred_in_one_thread(snanode):
    """Both sides of a hundred conversations in one event loop."""
    snanode.destination("AECHO")

    async def serve(conv):
        async with conv:
            async for record in conv:
                await conv.reply(record.upper())

    async def accept():
        serving = []
        async for conv in aio.conversations("AECHO"):
            serving.append(asyncio.ensure_future(serve(conv)))
            if len(serving) == 100:
                break
        await asyncio.gather(*serving)

    async def ask(i):
        async with await aio.allocate("AECHO", sync="confirm") as conv:
            await conv.send(f"record {i}")
            data, status = await conv.receive()
            assert status is Status.TURN
            return data

    async def everything():
        return (await asyncio.gather(accept(), *[ask(i) for i in range(100)]))[1:]

    assert asyncio.run(asyncio.wait_for(everything(), 60)) == [f"RECORD {i}".encode() for i in range(100)]


def test_wait_for_goes_on(snanode):
    async def both():
        accepting = asyncio.ensure_future(aio.accept("APART"))
        await asyncio.sleep(0)
        here = await aio.allocate("APART")
        await here.send("x")
        await here.flush()
        there = await accepting
        assert (await there.receive()).data == b"x"
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(there.receive(), 0.02)
        with pytest.raises(cpic.Busy):
            await there.turn()
        await here.send("y")
        await here.deallocate()
        assert await there.receive() == (b"y", None) or there.over
        with pytest.raises(cpic.NotAccepted):
            async with await aio.allocate("", partner="HOSTLU", mode="#INTER", tp="NOBODY") as refused:
                await refused.receive()

    snanode.destination("APART")
    asyncio.run(asyncio.wait_for(both(), 30))
