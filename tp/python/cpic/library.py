"""libcpic, loaded once: the one named by the environment variable CPIC_LIBRARY, the one of the build tree that this
package lies in, or the one that the system finds."""
from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import threading
from typing import Iterable, Iterator, Set, Union

from ._calls import CALLS

_SONAME = "libcpic.so.1"


def _places() -> Iterator[str]:
    named = os.environ.get("CPIC_LIBRARY")
    if named:
        yield named
        return
    build = pathlib.Path(__file__).resolve().parents[2] / "lib" / _SONAME  # build/python/cpic/library.py
    if build.exists():
        yield str(build)
    yield _SONAME


def _load() -> ctypes.CDLL:
    failed = []
    for place in _places():
        try:
            return ctypes.CDLL(place)
        except OSError as error:
            failed.append(str(error))
    raise ImportError("libcpic is not there; install snanode, or set CPIC_LIBRARY to the path of "
                      f"{_SONAME}: {'; '.join(failed)}")


lib = _load()
for _name, _parameters in CALLS.items():
    _call = getattr(lib, _name)
    _call.restype = None
    _call.argtypes = [ctypes.c_void_p] * len(_parameters)
lib.xcrcname.restype = ctypes.c_char_p
lib.xcrcname.argtypes = [ctypes.c_int32]
lib.xclasterr.restype = ctypes.c_char_p
lib.xclasterr.argtypes = []
lib.xclastsense.restype = ctypes.c_uint32
lib.xclastsense.argtypes = []
lib.WinCPICStartup.argtypes = [ctypes.c_ushort, ctypes.c_void_p]
lib.WinCPICCleanup.argtypes = []


class LocalNames:
    """The TP names for which this process accepts (cmsltp).  An accept takes a conversation for any of them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # what a collected conversation leaves behind is closed at any moment
        self._names: Set[bytes] = set()
        self._accepts = 0

    def _tell(self, call: str, name: bytes) -> None:
        rc, n = ctypes.c_int32(), ctypes.c_int32(len(name))
        getattr(lib, call)(ctypes.create_string_buffer(name, max(1, len(name))), ctypes.addressof(n), ctypes.addressof(rc))
        if rc.value != 0:
            from .errors import error_of

            raise error_of(rc.value, call)

    def use(self, wanted: Iterable[Union[str, bytes]]) -> None:
        """Accept for these names; other names of earlier accepts do not count any more when no accept waits."""
        names = {n.encode("latin-1") if isinstance(n, str) else n for n in wanted}
        with self._lock:
            if self._accepts == 0:
                for name in self._names - names:
                    self._tell("cmrltp", name)
                self._names &= names
            for name in names - self._names:
                self._tell("cmsltp", name)
                self._names.add(name)

    @contextlib.contextmanager
    def accepting(self) -> Iterator[None]:
        """An accept waits meanwhile."""
        with self._lock:
            self._accepts += 1
        try:
            yield
        finally:
            with self._lock:
                self._accepts -= 1

    def forget(self) -> None:
        """The library has forgotten them."""
        with self._lock:
            self._names.clear()


names = LocalNames()


def restart() -> None:
    """End all conversations and forget the node, so that the next call asks the node that SNANODE_SOCKET names now."""
    lib.WinCPICCleanup()
    names.forget()
    lib.WinCPICStartup(1, ctypes.create_string_buffer(256))
