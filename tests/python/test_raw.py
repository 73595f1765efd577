"""The calls as they are, the constants, and the types of both."""
import cpic
from cpic import constants, raw
from cpic._calls import CALLS


def test_calls_in_the_order_of_the_prototype(snanode):
    snanode.destination("RAW")

    @snanode.tp("RAW")
    def tp(conv):
        assert conv.receive().data == b"data"
        conv.reply("answer")
        conv.receive()

    rc, cid = raw.cminit("RAW")
    assert rc == cpic.CM_OK and len(cid) == 8
    assert raw.cmsmn(cid, "#BATCH") == (0,)
    assert raw.cmemn(cid) == (0, b"#BATCH")
    assert raw.cmallc(cid) == (0,)
    assert raw.cmsend(cid, b"data") == (0, cpic.CM_REQ_TO_SEND_NOT_RECEIVED)
    assert raw.cmrcv(cid, 100) == (0, b"answer", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_SEND_RECEIVED, 0)
    assert raw.cmecs(cid) == (0, cpic.CM_SEND_PENDING_STATE)
    assert raw.cmdeal(cid) == (0,)
    assert raw.cmdeal(cid) == (cpic.CM_PROGRAM_PARAMETER_CHECK,)


def test_others():
    assert raw.cmembs() == (0, 32767)
    assert raw.cmcnvo("ENQ") == (0, cpic.ebcdic_of("ENQ"))
    assert raw.cmcnvi(cpic.ebcdic_of("ENQ")) == (0, b"ENQ")
    assert raw.cmsndx(b"12345678", b"x", 0)[0] == cpic.CM_CALL_NOT_SUPPORTED


def test_side_information(snanode):
    entry = b"PYTHON  " + b"HOSTLU".ljust(17) + b"   " + (0).to_bytes(4, "little") + b"PAIR".ljust(64) + b"#INTER  " + \
        (0).to_bytes(4, "little") + b" " * 16
    assert raw.xcmssi(b"", entry) == (0,)
    rc, got = raw.xcmesi(0, "PYTHON")
    assert (rc, got[:100]) == (0, entry[:100])
    assert raw.xcmdsi(b"", "PYTHON") == (0,)
    assert raw.xcmesi(0, "PYTHON")[0] == cpic.CM_PROGRAM_PARAMETER_CHECK


def test_every_call_can_be_called():
    """With nothing in its places each call answers, and does nothing to the process."""
    waits = {"cmaccp", "cmwait", "cmacci"}
    for name in sorted(set(CALLS) - waits):
        function = getattr(raw, name)
        inputs = function.__doc__[len(name) + 1:function.__doc__.index(")")].split(", ")
        given = [0 if kind in ("int32", "int", "pointer") else b"" for i in inputs if i
                 for n, kind, _ in CALLS[name] if n == i]
        assert isinstance(function(*given)[0], int), name


def test_constants():
    assert constants.ReturnCode(9).name == "CM_TPN_NOT_RECOGNIZED"
    assert cpic.CM_TPN_NOT_RECOGNIZED == 9
    assert constants.ReturnCode.CM_STATE_CHECK is constants.ReturnCode.CM_PROGRAM_STATE_CHECK
    assert constants.ConversationState.CM_SEND_PENDING_STATE == 5
