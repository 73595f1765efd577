"""Conversations that block: data, turns, confirmation, errors, ends, limits of time."""
import threading
import time

import pytest

import cpic
from cpic import Status


def echo(conv):
    for record in conv:
        conv.reply(record[::-1])


def test_records_there_and_back(snanode):
    snanode.tp("ECHO", echo)
    with cpic.allocate("ECHO") as conv:
        assert (conv.state, conv.partner, conv.mode, conv.tp, conv.sync) == ("SEND", "HOSTLU", "#INTER", "ECHO", "none")
        for record in (b"abc", b"", b"x" * 32767, "text"):
            conv.send(record)
            data, status = conv.receive()
            assert data == (record.encode() if isinstance(record, str) else record)[::-1]
            assert status is Status.TURN
            assert conv.state == "SEND_PENDING"
            assert conv.status is Status.TURN
    assert conv.state == "RESET" and conv.over
    assert repr(conv).endswith("ECHO RESET>")


def test_status_of_each_kind(snanode):
    seen = []

    @snanode.tp("CONFIRMS")
    def confirms(conv):
        while True:
            got = conv.receive()
            seen.append((got.data, got.status))
            if got.status in (Status.CONFIRM, Status.CONFIRM_TURN, Status.CONFIRM_END):
                conv.confirmed()
            if got.status is Status.CONFIRM_TURN:
                conv.send("mine")
                conv.turn(confirm=True)
            if got.status in (Status.CONFIRM_END, Status.END):
                return

    conv = cpic.allocate("CONFIRMS", sync="confirm")
    conv.send("one")
    conv.confirm()
    conv.send("two")
    conv.turn(confirm=True)
    assert conv.receive() == (b"mine", Status.CONFIRM_TURN)
    conv.confirmed()
    assert conv.sync == "confirm"
    conv.send("three")
    conv.deallocate()
    assert conv.over
    assert seen == [(b"one", Status.CONFIRM), (b"two", Status.CONFIRM_TURN), (b"three", Status.CONFIRM_END)]


def test_with_block_deallocates_confirms_or_abends(snanode):
    ends = []
    go_on = threading.Event()

    @snanode.tp("ENDS")
    def ends_of(conv):
        try:
            got = conv.receive()
            while got.status not in (Status.END, Status.CONFIRM_END):
                if got.status == Status.TURN:
                    go_on.wait(10)  # Receive would give the turn back
                got = conv.receive()
            ends.append(got.status)
        except cpic.DeallocatedAbend as error:
            ends.append(error.name)

    def one_more(expected):
        until = time.monotonic() + 10
        while len(ends) < 1 and time.monotonic() < until:
            time.sleep(0.005)
        assert ends == [expected]
        ends.clear()

    with cpic.allocate("ENDS") as conv:
        conv.send("x")
    one_more(Status.END)
    with cpic.allocate("ENDS", sync="confirm") as conv:
        conv.send("x")
    one_more(Status.CONFIRM_END)
    with pytest.raises(ZeroDivisionError):
        with cpic.allocate("ENDS") as conv:
            conv.send("x")
            conv.flush()
            raise ZeroDivisionError
    assert conv.over
    one_more("CM_DEALLOCATED_ABEND")
    with cpic.allocate("ENDS") as conv:
        conv.send("x")
        with pytest.raises(cpic.Timeout):
            conv.receive(timeout=0)
    go_on.set()
    one_more("CM_DEALLOCATED_ABEND")


def test_basic_conversation(snanode):
    snanode.tp("ECHO", echo)
    with cpic.allocate("ECHO", type="basic") as conv:
        conv.send("record")
        assert conv.receive().data == b"drocer"


def test_errors_of_the_partner(snanode):
    @snanode.tp("ERRS")
    def errs(conv):
        conv.receive()
        conv.error()
        conv.reply("why")
        conv.receive()
        conv.error(direction="send")
        conv.reply("again")
        conv.receive()
        conv.abend()

    conv = cpic.allocate("ERRS")
    conv.send("x")
    conv.turn()
    with pytest.raises(cpic.PartnerError) as caught:
        conv.receive()
    assert (caught.value.name, caught.value.call, caught.value.sense) == ("CM_PROGRAM_ERROR_PURGING", "cmrcv", "08890000")
    assert conv.receive().data == b"why"
    conv.send("y")
    with pytest.raises(cpic.PartnerError, match="CM_PROGRAM_ERROR_NO_TRUNC"):
        conv.receive()
    assert conv.receive().data == b"again"
    conv.send("y")
    with pytest.raises(cpic.DeallocatedAbend) as caught:
        conv.receive()
        conv.receive()
    assert caught.value.rc == cpic.CM_DEALLOCATED_ABEND and caught.value.sense == "08640000"
    assert caught.value.conversation is conv


def test_refused(snanode):
    snanode.destination("NOBODY")
    conv = cpic.allocate("NOBODY")
    conv.send("x")
    with pytest.raises(cpic.NotAccepted, match=r"CM_TPN_NOT_RECOGNIZED \(sense code 10086021\)"):
        conv.receive()
    with pytest.raises(cpic.ParameterCheck, match="cminit: CM_PROGRAM_PARAMETER_CHECK"):
        cpic.allocate("NOWHERE")
    with pytest.raises(ValueError, match="8 characters at most"):
        cpic.allocate("TOOLONGNAME")
    with pytest.raises(ValueError, match="one of 'none', 'confirm'"):
        cpic.allocate("NOBODY", sync="maybe")
    with pytest.raises(cpic.StateCheck):
        cpic.allocate("NOBODY").confirmed()
    with pytest.raises(cpic.ParameterCheck):
        cpic.allocate("", partner="NOSUCHLU", mode="#INTER", tp="X")


def test_no_node(monkeypatch):
    monkeypatch.setenv("SNANODE_SOCKET", "/nonexistent/node.sock")
    with pytest.raises(cpic.ProductError, match="no node at /nonexistent/node.sock"):
        cpic.allocate("X")
    with pytest.raises(cpic.ProductError):
        cpic.accept("X")


def test_limits_of_time(snanode):
    go = threading.Event()

    @snanode.tp("SLOW")
    def slow(conv):
        conv.receive()
        go.wait(10)
        conv.reply("late")

    with cpic.allocate("SLOW") as conv:
        conv.send("x")
        before = time.monotonic()
        with pytest.raises(cpic.Timeout, match="receive: not complete after 0.05 s") as caught:
            conv.receive(timeout=0.05)
        assert isinstance(caught.value, TimeoutError)
        assert time.monotonic() - before >= 0.05
        conv.timeout = 0.01
        with pytest.raises(TimeoutError):
            conv.receive()
        with pytest.raises(cpic.Busy, match="send while receive is under way"):
            conv.send("y")
        go.set()
        assert conv.receive(timeout=10).data == b"late"
        conv.timeout = None
    with pytest.raises(cpic.Timeout):
        cpic.accept("OTHER", timeout=0.01)
    assert list(cpic.conversations("OTHER", timeout=0.01)) == []


def test_turn_is_wanted_and_immediate(snanode):
    here, go = threading.Event(), threading.Event()

    @snanode.tp("WANTS")
    def wants(conv):
        conv.receive()
        conv.request_to_send()
        here.set()
        go.wait(10)
        for _ in conv:
            pass

    with cpic.allocate("WANTS") as conv:
        assert conv.turn_wanted is False
        conv.send("x")
        conv.flush()
        assert here.wait(10)
        until = time.monotonic() + 10
        while not conv.turn_wanted and time.monotonic() < until:
            time.sleep(0.005)
        assert time.monotonic() < until
        assert conv.turn_wanted is False
        conv.turn()
        assert conv.receive(immediate=True) == (None, None)
        go.set()
        conv.abend()


def test_cancel_while_it_waits(snanode):
    go = threading.Event()

    @snanode.tp("NEVER")
    def never(conv):
        conv.receive()
        go.wait(10)

    conv = cpic.allocate("NEVER")
    conv.send("x")
    timer = threading.Timer(0.05, conv.cancel)
    timer.start()
    before = time.monotonic()
    with pytest.raises(cpic.CpicError):
        conv.receive()
    assert time.monotonic() - before < 5
    assert conv.over
    conv.cancel()
    conv.abend()
    go.set()


def test_two_at_once(snanode):
    snanode.tp("ECHO", echo)
    convs = [cpic.allocate("ECHO") for _ in range(5)]
    for i, conv in enumerate(convs):
        conv.send(f"n{i}")
        conv.turn()
    for i, conv in enumerate(convs):
        assert conv.receive().data == f"{i}n".encode()
        conv.deallocate()


def test_ebcdic():
    assert cpic.ebcdic_of("ENQ 4711") == bytes.fromhex("c5d5d840f4f7f1f1")
    assert cpic.ascii_of(cpic.ebcdic_of("Año 1_{}")) == "Año 1_{}"
