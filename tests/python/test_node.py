# plain: test_conversation and test_raw call the library under sanitizers
"""A node of one's own: files, programs, functions, faults, and the COBOL sample that the node starts."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

import cpic
from conftest import BUILD
from cpic.node import CONFIG, Node, NodeError

ROOT = pathlib.Path(__file__).resolve().parents[2]


def ask(to, text="x"):
    with cpic.allocate(to) as conv:
        conv.send(text)
        return conv.receive(timeout=30).data


def test_configuration_by_files_and_text(tmp_path, monkeypatch):
    command_file = tmp_path / "my.cfg"
    command_file.write_text(CONFIG + 'cpic MINE /add /appltpname:"MINE" /lualias:"HOSTLU" /modename:"#BATCH" /seckeytype:none\n')
    with Node(config=command_file, registry="Windows Registry Editor Version 5.00\n\n") as node:
        @node.tp("MINE", destination=False)
        def mine(conv):
            assert conv.mode == "#BATCH"
            conv.receive()
            conv.reply("yes")
            conv.receive()

        assert ask("MINE") == b"yes"
        with pytest.raises(NodeError, match="reload"):
            node.configure("nonsense\n")
        node.destination("MORE", tp="MINE", mode="#INTER")
        assert {row["name"] for row in node.show("side")} == {"MINE", "MORE"}
    assert not node.directory.exists()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="a text has a line end in it"):
        Node(config="nonsense")
    with pytest.raises(NodeError, match=r"given0.cfg:1"):
        Node(config="nonsense\n").start()
    assert list(tmp_path.glob("snanode-py.*")) == []


def test_one_after_another():
    for name in ("FIRST", "SECOND"):
        with Node() as node:
            node.tp(name, lambda conv: (conv.receive(), conv.reply(name), conv.receive()))
            assert ask(name) == name.encode()
            assert f"TP {name}, mode #INTER" in node.ladder()  # the first trace of this node, too
            with pytest.raises(cpic.CpicError):
                ask("FIRST" if name == "SECOND" else "SECOND")


def test_function_that_fails():
    with pytest.raises(AssertionError, match="TP BAD: ZeroDivisionError: division by zero"):
        with Node() as node:
            @node.tp("BAD")
            def bad(conv):
                conv.receive()
                1 / 0

            with pytest.raises(cpic.DeallocatedAbend):
                ask("BAD")


def test_functions_by_name(snanode):
    for name in ("ONE", "TWO", "THREE"):
        snanode.tp(name, lambda conv: [conv.reply(conv.tp) for _ in conv])
    assert [ask(name) for name in ("TWO", "ONE", "THREE", "TWO")] == [b"TWO", b"ONE", b"THREE", b"TWO"]


def test_faults_to_order(snanode):
    snanode.tp("TP", lambda conv: [conv.reply("ok") for _ in conv])
    snanode.inject.attach("TP", "SECURITY_NOT_VALID")
    with pytest.raises(cpic.NotAccepted, match="CM_SECURITY_NOT_VALID.*080F6051"):
        ask("TP")
    assert ask("TP") == b"ok"
    snanode.inject.allocate("TP", "08040000")
    with pytest.raises(cpic.AllocateFailure):
        ask("TP")
    snanode.inject.delay("TP", ms=100, count=1)
    with cpic.allocate("TP") as conv:
        conv.send("x")
        with pytest.raises(cpic.Timeout):
            conv.receive(timeout=0.03)
        assert conv.receive(timeout=10).data == b"ok"
    snanode.inject.refuse("#INTER")
    snanode.inject.clear()
    assert snanode.show("inject") == []
    with pytest.raises(NodeError, match="snactl inject attach TP 1 NOSUCH"):
        snanode.inject.attach("TP", "NOSUCH")


def test_cut_by_an_operator(snanode):
    snanode.tp("TP", lambda conv: [conv.reply("ok") for _ in conv])
    conv = cpic.allocate("TP")
    conv.send("x")
    assert conv.receive().data == b"ok"
    number = snanode.show("conversation")[0]["id"]
    snanode.ctl("cut", "conversation", str(number))
    with pytest.raises(cpic.ResourceFailure, match="08A00001"):
        conv.send("y")
        conv.receive()
    snanode.settle(10)
    assert [type(error) for _, error in snanode.failures] == [cpic.ResourceFailure]  # the TP has seen it, too
    snanode.failures.clear()


def test_programs(snanode, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # the build tree is found without it
    snanode.program("PING", BUILD / "bin" / "apingd")
    assert "PING" in snanode.run("aping", "-i", "1", "PING").stdout
    out = snanode.run(BUILD / "bin" / "aping", "-i", "1", "PING").stdout
    assert "PING" in out or "ms" in out
    snanode.await_log("TP PING: started")
    with pytest.raises(AssertionError, match="ended with status"):
        snanode.run(BUILD / "bin" / "aping", "NOWHERE")
    with pytest.raises(ValueError, match="one of 'each'"):
        snanode.program("X", "/bin/true", kind="some")


def test_python_program_as_tp(snanode, tmp_path):
    """A program of Python that the node starts takes its name from the environment, like any."""
    script = tmp_path / "pytp"
    script.write_text(f"#!{sys.executable}\nimport cpic\nwith cpic.accept() as conv:\n"
                      "    for record in conv:\n        conv.reply(record + b' ' + conv.tp.encode())\n")
    script.chmod(0o755)
    snanode.program("PYTP", script)
    assert ask("PYTP", "hello") == b"hello PYTP"


@pytest.mark.skipif(shutil.which("cobc") is None, reason="no cobc (GnuCOBOL)")
def test_cobol_program_that_the_node_starts(snanode, tmp_path):
    stockd = tmp_path / "stockd"
    subprocess.run(["cobc", "-x", "-I", BUILD / "cobol", "-o", stockd, ROOT / "tp/cobol/samples/stockd.cbl", "-L", BUILD / "lib",
                    "-lcpic", "-Q", f"-Wl,--no-as-needed,-rpath,{BUILD / 'lib'}"], check=True)
    snanode.program("STOCK", stockd)
    with cpic.allocate("STOCK") as conv:
        conv.send(cpic.ebcdic_of("ENQ 00004711"))
        assert cpic.ascii_of(conv.receive().data) == "00COPPER WIRE         0001250"
        conv.send(cpic.ebcdic_of("ENQ 99999999"))
        assert cpic.ascii_of(conv.receive().data) == "04" + " " * 20 + "0000000"
        conv.send(b"")
        assert cpic.ascii_of(conv.receive().data)[:2] == "04"


def test_table_of_one_row(snanode):
    assert json.dumps(snanode.show("status"))
    assert snanode.show("status")[0]["conversations"] == 0
