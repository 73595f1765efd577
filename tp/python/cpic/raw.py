"""The calls as they are: each takes its inputs in the order of the C prototype, without lengths and places for outputs,
and returns the return code and then the outputs.

    rc, conversation_id = raw.cminit("ORDERS")
    rc, = raw.cmallc(conversation_id)
    rc, rts = raw.cmsend(conversation_id, b"data")
    rc, data, data_received, status, rts = raw.cmrcv(conversation_id, 4096)

Outputs mean something only when the return code says so.  Nonblocking calls of this module would write where nothing is
any more; :mod:`cpic.conversation` and :mod:`cpic.aio` are for those.
"""
from __future__ import annotations

import ctypes
from typing import Any, Callable, Dict, List, Tuple, Union

from ._calls import CALLS
from .library import lib

_ROOM = 512  # of octets that a call writes with a length of their own
_FIXED = {"conversation_ID": 8, "sym_dest_name": 8, "key_lock": 8, "side_info_entry": 124}
_LENGTHS = {"buffer": ("send_length", "requested_length", "received_length")}


def _octets(value: Union[str, bytes]) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else bytes(value)


def _lengths_of(name: str) -> Tuple[str, ...]:
    return _LENGTHS.get(name, (name + "_length",))


def _make(call: str) -> Callable[..., Tuple[Any, ...]]:
    parameters = CALLS[call]
    names = [name for name, _, _ in parameters]
    lengths = {length: name for name, kind, _ in parameters if kind == "octets" and name not in _FIXED
               for length in _lengths_of(name) if length in names}
    inputs = [name for name, _, way in parameters
              if way != "out" and (name not in lengths or (name == "requested_length")) and name != "side_info_entry_length"]

    def function(*given: Any) -> Tuple[Any, ...]:
        if len(given) != len(inputs):
            raise TypeError(f"{call}({', '.join(inputs)}): {len(given)} arguments given")
        value: Dict[str, Any] = dict(zip(inputs, given))
        places: Dict[str, Any] = {}
        for name, kind, way in parameters:
            if kind in ("octets", "SIDE_INFO"):
                data = _octets(value.get(name, b""))
                if name in _FIXED:
                    places[name] = ctypes.create_string_buffer(data.ljust(_FIXED[name], b" "), _FIXED[name])
                elif way == "out":
                    places[name] = ctypes.create_string_buffer(max(1, value.get("requested_length", _ROOM)))
                else:
                    places[name] = ctypes.create_string_buffer(data, max(1, len(data)))
                    value[name] = data
            elif kind == "short":
                places[name] = ctypes.c_short()
            elif kind == "pointer":
                places[name] = None
            elif name == "side_info_entry_length":
                places[name] = ctypes.c_int32(_FIXED["side_info_entry"])
            elif name in lengths and name != "requested_length":
                places[name] = ctypes.c_int32(len(value.get(lengths[name], b"")))
            else:
                places[name] = ctypes.c_int32(value.get(name, 0))
        getattr(lib, call)(*[None if p is None else ctypes.addressof(p) for p in places.values()])
        return (places["return_code"].value, *_outputs(places))

    def _outputs(places: Dict[str, Any]) -> List[Any]:
        out: List[Any] = []
        for name, kind, way in parameters:
            if way not in ("out", "in,out") or name == "return_code":
                continue
            if kind in ("octets", "SIDE_INFO"):
                n = len(places[name])
                for length in _lengths_of(name):
                    if length in places and length != "requested_length":
                        n = places[length].value
                out.append(places[name].raw[:max(0, n)])
            elif name not in lengths:
                out.append(places[name].value)
        return out

    function.__name__ = function.__qualname__ = call
    function.__doc__ = f"{call}({', '.join(inputs)}); see {call}(3)."
    return function


for _call in CALLS:
    globals()[_call] = _make(_call)
__all__ = list(CALLS)
