"""A node of one's own, for tests and trials: :class:`Node`.

    with Node(config="host.cfg", registry="host.reg") as node:
        node.program("STOCK", "build/stockd")            # a TP that the node starts

        @node.tp("ORDERS")                               # a TP that is a function of this process
        def orders(conv):
            for record in conv:
                conv.reply(b"00")

        node.inject.delay("STOCK", ms=500)
        with cpic.allocate("STOCK") as conv:
            ...
"""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Type, Union

from . import history
from .conversation import Conversation
from .errors import CpicError, StateCheck, Timeout
from .library import restart

Text = Union[str, "os.PathLike[str]"]
Texts = Union[None, Text, Sequence[Text]]
Function = Callable[[Conversation], Any]

CONFIG = """\
server TESTNODE /add /netname:"TESTNET" /cpname:"TESTNODE"
appcllu CLIENTLU /add /server:TESTNODE /defaultpool:yes
appcllu HOSTLU /add /server:TESTNODE
"""  #: the command file of a node that is given none: two LUs
_TPS = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs"
_REG_HEAD = "Windows Registry Editor Version 5.00\n\n"
HOLD_UNMATCHED = (_REG_HEAD + "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"
                  '"HoldUnmatched"="YES"\n')  #: a registry file: an Attach waits for its TP
# An Attach that nobody wants is refused at once, as unknown TP name, and does not wait for a program.
_REFUSE_UNMATCHED = ("[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"
                     '"HoldUnmatched"="NO"\n"UnmatchedSense"=dword:10086021\n\n')
_KINDS = {"each": 6, "turn": 5, "hand": 0x1A}


class NodeError(Exception):
    """The node does not start, or refuses a command; the message is the node's."""


class Faults:
    """Faults that the node makes to order (``snactl inject``): :attr:`Node.inject`."""

    def __init__(self, node: "Node") -> None:
        self._node = node

    def attach(self, where: str, sense: str, count: int = 1) -> None:
        """Refuse the next Attaches for a TP, or on a local LU, with a sense code: its name, or 8 hexadecimal digits."""
        self._node.ctl("inject", "attach", where, str(count), sense)

    def allocate(self, where: str, sense: str, count: int = 1) -> None:
        """Make the next Allocates for a TP, from an LU or to an LU fail."""
        self._node.ctl("inject", "allocate", where, str(count), sense)

    def delay(self, where: str, ms: int, count: Optional[int] = None) -> None:
        """Hold each Attach for a TP or on a local LU for so long: the next ones, or all."""
        self._node.ctl("inject", "delay", where, str(ms), *([] if count is None else [str(count)]))

    def refuse(self, mode: str) -> None:
        """Activate no more sessions of a mode."""
        self._node.ctl("inject", "refuse", mode)

    def clear(self) -> None:
        """Take back all orders."""
        self._node.ctl("inject", "clear")


class Node:
    """A node with a directory, a socket and configuration of its own; the programs of this process use it while it runs.

    ``config`` and ``registry`` are paths of command files and registry files, or their text (which has a line end in it).
    Unless the registry says something of ``HoldUnmatched``, an Attach that no TP wants is refused at once, as
    CM_TPN_NOT_RECOGNIZED; a node by itself holds it for 60 seconds.
    A process uses one node at a time.
    """

    def __init__(self, config: Texts = None, registry: Texts = None, *, bin: Optional[Text] = None,  # noqa: A002
                 trace: bool = True, patience: float = 10.0) -> None:
        self.patience = patience  #: seconds within which the node starts and ends
        self.failures: List[Tuple[str, BaseException]] = []  #: what TPs that are functions have raised, by TP name
        self.inject = Faults(self)  #: faults to order
        self._bin = pathlib.Path(bin) if bin is not None else _bin_folder()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="snanode-py."))  #: of this node's files
        self.socket = self.directory / "node.sock"  #: of this node
        try:
            self._config = self._files(CONFIG if config is None else config, "cfg")
            self._registry = self._files(registry, "reg")
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        self._own_config = self.directory / "own.cfg"
        self._own_registry = self.directory / "own.reg"
        self._own_config.write_text("")
        holds = any("HoldUnmatched" in path.read_text(errors="replace") for path in self._registry)
        self._own_registry.write_text(_REG_HEAD + ("" if holds else _REFUSE_UNMATCHED))
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._environment: Optional[str] = None
        self._wants_trace = trace
        self._traces = False
        self._functions: Dict[str, Function] = {}
        self._accepting: List[threading.Thread] = []
        self._serving: List[threading.Thread] = []
        self._ends = threading.Event()

    def _files(self, given: Texts, kind: str) -> List[pathlib.Path]:
        texts = [] if given is None else [given] if isinstance(given, (str, os.PathLike)) else list(given)
        paths = []
        for i, text in enumerate(texts):
            if isinstance(text, str) and "\n" in text:
                path = self.directory / f"given{i}.{kind}"
                path.write_text(text)
            else:
                path = pathlib.Path(text).resolve()
                if not path.exists():
                    raise FileNotFoundError(f"{path}: no such file; a text has a line end in it")
            paths.append(path)
        return paths

    # ---- the process ----

    @property
    def environment(self) -> Dict[str, str]:
        """The environment for programs that use this node; the node's own tools are found by their names."""
        path = os.environ.get("PATH", os.defpath)
        return {**os.environ, "SNANODE_SOCKET": str(self.socket), "PATH": f"{self._bin}:{path}" if self._bin else path}

    def start(self) -> "Node":
        """Start the node, and have the calls of this process use it."""
        files = [w for f in self._config + [self._own_config] for w in ("-c", str(f))]
        files += [w for f in self._registry + [self._own_registry] for w in ("-t", str(f))]
        with open(self.directory / "node.out", "wb") as out, open(self.directory / "node.log", "ab") as log:
            self._process = subprocess.Popen([self._program("snanode"), *files, "-s", str(self.socket)], stdin=subprocess.DEVNULL,
                                             stdout=out, stderr=log, cwd=self.directory, env=self.environment)
        until = time.monotonic() + self.patience
        while b"ready" not in (self.directory / "node.out").read_bytes():
            if self._process.poll() is not None or time.monotonic() > until:
                said = self.log()
                self.stop()
                raise NodeError(f"the node does not start:\n{said}")
            time.sleep(0.005)
        self._environment = os.environ.get("SNANODE_SOCKET")
        os.environ["SNANODE_SOCKET"] = str(self.socket)
        restart()
        history.clear()
        if self._wants_trace:
            self._traces = self._command("trace", "on").returncode == 0
        return self

    def stop(self) -> None:
        """End conversations, the node and its files.  :attr:`failures` stays."""
        running = self._environment is not None or os.environ.get("SNANODE_SOCKET") == str(self.socket)
        self._ends.set()
        for thread in self._accepting:
            thread.join(self.patience)
        if running:
            restart()
        for thread in self._serving:
            thread.join(self.patience)
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if running:
            if self._environment is None:
                os.environ.pop("SNANODE_SOCKET", None)
            else:
                os.environ["SNANODE_SOCKET"] = self._environment
            self._environment = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> "Node":
        return self.start()

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        if kind is None:
            self.settle()
        self.stop()
        if kind is None:
            self.check()

    def settle(self, seconds: float = 1.0) -> None:
        """Let TPs that are functions come to their ends; those whose partner has not ended the conversation do not."""
        until = time.monotonic() + seconds
        for thread in self._serving:
            thread.join(max(0.0, until - time.monotonic()))

    def check(self) -> None:
        """Raise what a TP that is a function has raised, if one has."""
        if self.failures:
            name, error = self.failures[0]
            raise AssertionError(f"TP {name}: {type(error).__name__}: {error}") from error

    # ---- commands ----

    def _program(self, name: str) -> str:
        return str(self._bin / name) if self._bin else name

    def _command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([self._program("snactl"), "-s", str(self.socket), *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60, check=False)

    def ctl(self, *words: str) -> str:
        """Run snactl; what it prints."""
        done = self._command(*words)
        if done.returncode != 0:
            raise NodeError(f"snactl {' '.join(words)}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def show(self, table: str) -> List[Dict[str, Any]]:
        """The rows of a table of snactl, such as ``"conversation"`` or ``"tp"``."""
        rows = json.loads(self.ctl("--json", table))
        return rows if isinstance(rows, list) else [rows]

    def log(self) -> str:
        """What the node has logged, with what its TPs wrote."""
        try:
            return (self.directory / "node.log").read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def await_log(self, text: str) -> str:
        """Wait until the node has logged a line with the text; that line."""
        until = time.monotonic() + self.patience
        while True:
            for line in self.log().splitlines():
                if text in line:
                    return line
            if time.monotonic() > until:
                raise AssertionError(f"the node has not logged {text!r} after {self.patience:g} s:\n{self.log()}")
            time.sleep(0.01)

    def ladder(self) -> str:
        """The frames of the conversations that the node has seen, by snatrace; "" when it has no trace."""
        if not self._traces:
            return ""
        capture = self.directory / "trace.pcapng"
        if self._command("trace", "dump", "--file", str(capture)).returncode != 0:
            return ""
        try:
            done = subprocess.run([self._program("snatrace"), "--ladder", str(capture)], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=60, check=False)
        except OSError:
            return ""
        return done.stdout if done.returncode == 0 else ""

    def run(self, *command: Text, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program that uses this node, as subprocess.run does with text captured; fails when the program does."""
        options = {"capture_output": True, "text": True, "timeout": 60, "env": self.environment, **options}
        done = subprocess.run([str(word) for word in command], check=False, **options)
        if done.returncode != 0:
            raise AssertionError(f"{command[0]} ended with status {done.returncode}:\n{done.stdout or ''}{done.stderr or ''}")
        return done

    # ---- configuration ----

    def configure(self, config: str = "", registry: str = "") -> None:
        """Add commands, and keys of a registry file without its first line; the node reloads if it runs."""
        before = self._own_config.read_text(), self._own_registry.read_text()
        self._own_config.write_text(before[0] + config)
        self._own_registry.write_text(before[1] + registry)
        if self._process is None:
            return
        try:
            self.ctl("reload")
        except NodeError:
            self._own_config.write_text(before[0])
            self._own_registry.write_text(before[1])
            raise

    def destination(self, name: str, tp: Optional[str] = None, lu: str = "HOSTLU", mode: str = "#INTER") -> None:
        """Add a symbolic destination; the TP has its name unless it is named here."""
        self.configure(f'cpic {name} /add /appltpname:"{tp or name}" /lualias:"{lu}" /modename:"{mode}" /seckeytype:none\n')

    def program(self, name: str, path: Text, parameters: str = "", *, kind: str = "each", destination: bool = True,
                values: Optional[Dict[str, Union[str, int]]] = None) -> None:
        """Add a TP that the node starts, and a destination of its name.

        ``kind``: ``"each"`` a copy for each conversation, ``"turn"`` one copy that takes one after another, ``"hand"`` one
        that somebody else starts.  ``values``: further values of its registry entry.
        """
        if kind not in _KINDS:
            raise ValueError(f"kind={kind!r}: one of {', '.join(map(repr, _KINDS))}")
        all_values: Dict[str, Union[str, int]] = {"SNAServiceType": _KINDS[kind], "PathName": str(pathlib.Path(path).resolve()),
                                                  "Parameters": parameters, "ConversationSecurity": "no", **(values or {})}
        lines = [f"[{_TPS}\\{name}\\Parameters]"]
        for key, value in all_values.items():
            quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{key}"=' + (f"dword:{value:08x}" if isinstance(value, int) else f'"{quoted}"'))
        self.configure(registry="\n".join(lines) + "\n\n")
        if destination:
            self.destination(name)

    # ---- TPs that are functions ----

    def tp(self, name: str, function: Optional[Function] = None, *, destination: bool = True) -> Any:
        """Have a function answer conversations for a TP name: it gets each conversation, in a thread of its own.

        Alone it is a decorator.  What the function leaves open is deallocated when it has the turn, and abended otherwise.
        What it raises abends the conversation and is in :attr:`failures`; :meth:`check` raises it.
        """
        if function is None:
            return lambda f: self.tp(name, f, destination=destination) or f
        if self._process is None:
            raise NodeError(f"TP {name}: the node does not run")
        if destination and not any(row.get("name") == name for row in self.show("side")):
            self.destination(name)
        self._functions[name] = function
        before = self._accepts()
        thread = threading.Thread(target=self._accept, name=f"accept {name}", daemon=True)
        self._accepting.append(thread)
        thread.start()
        until = time.monotonic() + self.patience
        while self._accepts() <= before:
            if time.monotonic() > until or not thread.is_alive():
                self.check()
                raise NodeError(f"TP {name}: the node does not know of its accept after {self.patience:g} s")
            time.sleep(0.005)
        return None

    def _accepts(self) -> int:
        return int(self.show("status")[0]["accepts_outstanding"])

    def _accept(self) -> None:
        """Accept for all names that there are at the beginning of each accept, whoever of them began this thread."""
        while not self._ends.is_set():
            try:
                conv = self._accept_one()
            except CpicError as error:
                if not self._ends.is_set() and not isinstance(error, StateCheck):
                    self.failures.append((", ".join(self._functions), error))
                return
            if conv is not None:
                thread = threading.Thread(target=self._serve, args=(conv,), name=f"TP {conv.tp}", daemon=True)
                self._serving.append(thread)
                thread.start()

    def _accept_one(self) -> Optional[Conversation]:
        conv = Conversation()
        operation = conv._accept(self._functions)
        while not self._ends.is_set():
            try:
                conv._drive("accept", operation, 0.1)
                return conv
            except Timeout:  # it is still under way
                pass
        conv.cancel()
        return None

    def _serve(self, conv: Conversation) -> None:
        try:
            with conv:
                self._functions[conv.tp](conv)
        except BaseException as error:  # noqa: B902: the test is told
            if not self._ends.is_set():
                self.failures.append((conv.tp, error))


def _bin_folder() -> pathlib.Path:
    """Of the build tree that this package lies in, else where the search path has the node."""
    build = pathlib.Path(__file__).resolve().parents[2] / "bin"
    if (build / "snanode").exists():
        return build
    found = shutil.which("snanode")
    if found is None:
        raise NodeError("there is no program snanode; install it, or put its folder into PATH")
    return pathlib.Path(found).parent


__all__ = ["CONFIG", "Faults", "HOLD_UNMATCHED", "Node", "NodeError"]
