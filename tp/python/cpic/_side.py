"""One side of a conversation, without the way in which it waits: operations are generators that yield the descriptor and
the events to wait for, until they return their result.  All calls are nonblocking."""
from __future__ import annotations

import ctypes
import enum
import itertools
import select
from typing import Any, Generator, Iterable, List, NamedTuple, Optional, Tuple, TypeVar, Union

from . import constants as c
from . import history
from .errors import Busy, CpicError, StateCheck, error_of
from .library import lib, names as local_names

T = TypeVar("T")
Data = Union[bytes, bytearray, memoryview, str]
Wait = Tuple[int, int]  # a descriptor, and events of poll
Operation = Generator[Wait, None, T]

LONGEST = 32767  # octets of one Send_Data or Receive


class Status(enum.Enum):
    """What came with a record or after it."""

    TURN = "turn"  #: the partner gives the right to send
    CONFIRM = "confirm"  #: it asks for a confirmation
    CONFIRM_TURN = "confirm-turn"  #: it asks for one, and gives the turn
    CONFIRM_END = "confirm-end"  #: it asks for one, and ends the conversation
    END = "end"  #: it has ended the conversation


class Received(NamedTuple):
    """What receive returns: a whole record or None, and what came with it or None."""

    data: Optional[bytes]
    status: Optional[Status]


_STATUS = {c.CM_SEND_RECEIVED: Status.TURN, c.CM_CONFIRM_RECEIVED: Status.CONFIRM,
           c.CM_CONFIRM_SEND_RECEIVED: Status.CONFIRM_TURN, c.CM_CONFIRM_DEALLOC_RECEIVED: Status.CONFIRM_END}
_STATES = {getattr(c, name): name[len("CM_"):-len("_STATE")] for name in dir(c)
           if name.startswith("CM_") and name.endswith("_STATE")}
_SYNC = {"none": c.CM_NONE, "confirm": c.CM_CONFIRM}
_TYPE = {"mapped": c.CM_MAPPED_CONVERSATION, "basic": c.CM_BASIC_CONVERSATION}
_SECURITY = {"none": c.CM_SECURITY_NONE, "same": c.CM_SECURITY_SAME, "program": c.CM_SECURITY_PROGRAM}
_DEALLOCATE = {"sync": c.CM_DEALLOCATE_SYNC_LEVEL, "flush": c.CM_DEALLOCATE_FLUSH, "confirm": c.CM_DEALLOCATE_CONFIRM}
_DIRECTION = {"receive": c.CM_RECEIVE_ERROR, "send": c.CM_SEND_ERROR}
_numbers = itertools.count(1)


def octets(data: Data) -> bytes:
    """Text is ISO 8859-1."""
    return data.encode("latin-1") if isinstance(data, str) else bytes(data)


def one_of(what: str, values: dict, value: Any) -> int:
    """The number of a word."""
    if value not in values:
        raise ValueError(f"{what}={value!r}: one of {', '.join(map(repr, values))}")
    return values[value]


class Side:
    """A side of a conversation; :class:`cpic.Conversation` and :class:`cpic.aio.Conversation` wait in their ways."""

    def __init__(self) -> None:
        self.number = next(_numbers)  #: of this conversation in this process
        self.accepted = False  #: this side has accepted it
        self.tp = ""  #: name of the TP that the invoker wants
        self._id = ctypes.create_string_buffer(8)
        self._under_way: Optional[Tuple[str, Operation[Any], Wait]] = None
        self._abandoned = self._under_way
        self._status: Optional[Status] = None
        self._receiving: List[bytes] = []
        self._basic = False

    # ---- calls ----

    @property
    def id(self) -> bytes:
        """The conversation_ID, for the calls of cpic.raw that do not wait."""
        return self._id.raw

    def _note(self, text: str) -> None:
        history.add(self.number, self.accepted, text)

    def _failed(self, rc: int, call: str) -> CpicError:
        error = error_of(rc, call, self)  # type: ignore[arg-type]
        self._note(f"{call}: {error.name}" + (f" {error.sense}" if error.sense else ""))
        return error

    def _call(self, call: str, *places: Any) -> Operation[int]:
        """Issue a call and wait until it is complete; its return code."""
        rc, op = ctypes.c_int32(), ctypes.c_int32()
        fd, events = ctypes.c_int(), ctypes.c_short()
        getattr(lib, call)(self._id, *[ctypes.addressof(p) for p in places], ctypes.addressof(rc))
        result = rc.value
        while result == c.CM_OPERATION_INCOMPLETE:
            lib.xcfd(self._id, ctypes.addressof(fd), ctypes.addressof(events), ctypes.addressof(rc))
            if rc.value != c.CM_OK:
                raise self._failed(rc.value, call)
            yield fd.value, events.value
            lib.xcstep(self._id, ctypes.addressof(op), ctypes.addressof(rc))
            result = op.value if rc.value == c.CM_OK else rc.value
        return result

    def _checked(self, call: str, *places: Any) -> Operation[None]:
        rc = yield from self._call(call, *places)
        if rc != c.CM_OK:
            raise self._failed(rc, call)

    def _now(self, call: str, *places: Any) -> None:
        """A call that never waits."""
        rc = ctypes.c_int32()
        getattr(lib, call)(self._id, *[ctypes.addressof(p) for p in places], ctypes.addressof(rc))
        if rc.value != c.CM_OK:
            raise self._failed(rc.value, call)

    def _set(self, call: str, value: int) -> None:
        self._now(call, ctypes.c_int32(value))

    def _set_text(self, call: str, text: Data) -> None:
        data = octets(text)
        self._now(call, ctypes.create_string_buffer(data, max(1, len(data))), ctypes.c_int32(len(data)))

    def _get(self, call: str) -> int:
        value = ctypes.c_int32()
        self._now(call, value)
        return value.value

    def _get_text(self, call: str) -> str:
        text, n = ctypes.create_string_buffer(64), ctypes.c_int32()
        self._now(call, text, n)
        return text.raw[:n.value].decode("latin-1")

    # ---- what is known of it ----

    @property
    def state(self) -> str:
        """``"SEND"``, ``"RECEIVE"``, ...; ``"RESET"`` when the conversation is over."""
        value, rc = ctypes.c_int32(), ctypes.c_int32()
        lib.cmecs(self._id, ctypes.addressof(value), ctypes.addressof(rc))
        return _STATES[value.value] if rc.value == c.CM_OK else "RESET"

    @property
    def over(self) -> bool:
        """The conversation has ended."""
        return self.state == "RESET"

    @property
    def status(self) -> Optional[Status]:
        """What the last receive returned second."""
        return self._status

    @property
    def partner(self) -> str:
        """Name of the partner LU."""
        return self._get_text("cmepln")

    @property
    def mode(self) -> str:
        """Name of the mode."""
        return self._get_text("cmemn")

    @property
    def user(self) -> str:
        """User ID of the conversation."""
        return self._get_text("cmecsu").strip()

    @property
    def sync(self) -> str:
        """``"none"`` or ``"confirm"``."""
        return "confirm" if self._get("cmesl") == c.CM_CONFIRM else "none"

    @property
    def turn_wanted(self) -> bool:
        """The partner has asked for the turn since this was last looked at."""
        return self._get("cmtrts") == c.CM_REQ_TO_SEND_RECEIVED

    def __repr__(self) -> str:
        return f"<{type(self).__name__} #{self.number} {self.tp} {self.state}>"

    # ---- beginning ----

    def _allocate(self, to: str, partner: Optional[str], mode: Optional[str], tp: Optional[str], sync: Optional[str],
                  kind: Optional[str], security: Optional[str], user: Optional[str], password: Optional[str],
                  immediate: bool) -> Operation[None]:
        if len(octets(to)) > 8:
            raise ValueError(f"{to!r}: a symbolic destination has 8 characters at most")
        rc = ctypes.c_int32()
        name = ctypes.create_string_buffer(octets(to).ljust(8), 8)
        lib.cminit(self._id, name, ctypes.addressof(rc))
        if rc.value != c.CM_OK:
            raise self._failed(rc.value, "cminit")
        try:
            for call, text in (("cmspln", partner), ("cmsmn", mode), ("cmstpn", tp)):
                if text is not None:
                    self._set_text(call, text)
            if sync is not None:
                self._set("cmssl", one_of("sync", _SYNC, sync))
            if kind is not None:
                self._set("cmsct", one_of("type", _TYPE, kind))
            if security is not None:
                self._set("cmscst", one_of("security", _SECURITY, security))
            for call, text in (("cmscsu", user), ("cmscsp", password)):
                if text is not None:
                    self._set_text(call, text)
            if immediate:
                self._set("cmsrc", c.CM_IMMEDIATE)
            self._begun()
            self._note(f"allocate {to.strip() or self.tp}")
            yield from self._checked("cmallc")
        except BaseException:
            self.cancel()
            raise

    def _begun(self) -> None:
        self._set("cmspm", c.CM_NON_BLOCKING)
        self.tp = self._get_text("cmetpn").strip()
        self._basic = self._get("cmect") == c.CM_BASIC_CONVERSATION

    def _accept(self, tp: Union[None, str, Iterable[str]]) -> Operation[None]:
        rc = ctypes.c_int32()
        if tp is not None:
            local_names.use([tp] if isinstance(tp, str) else list(tp))
        lib.cminic(self._id, ctypes.addressof(rc))
        if rc.value != c.CM_OK:
            raise self._failed(rc.value, "cminic")
        try:
            self._set("cmspm", c.CM_NON_BLOCKING)
            with local_names.accepting():
                yield from self._checked("cmacci")
            self.accepted = True
            self._begun()
            self._note(f"accept {self.tp} from {self.partner}")
        except BaseException:
            self.cancel()
            raise

    # ---- data ----

    def _send(self, data: Data) -> Operation[None]:
        record = octets(data)
        self._note(f"send {history.shown(record)}")
        if self._basic:
            record = (len(record) + 2).to_bytes(2, "big") + record
        rts = ctypes.c_int32()
        yield from self._checked("cmsend", ctypes.create_string_buffer(record, max(1, len(record))),
                                 ctypes.c_int32(len(record)), rts)

    def _receive(self, immediate: bool) -> Operation[Received]:
        self._set("cmsrt", c.CM_RECEIVE_IMMEDIATE if immediate else c.CM_RECEIVE_AND_WAIT)
        while True:
            buffer, want = ctypes.create_string_buffer(LONGEST), ctypes.c_int32(LONGEST)
            data, n, status, rts = ctypes.c_int32(), ctypes.c_int32(), ctypes.c_int32(), ctypes.c_int32()
            rc = yield from self._call("cmrcv", buffer, want, data, n, status, rts)
            if rc == c.CM_UNSUCCESSFUL and immediate:
                return Received(None, None)
            if rc not in (c.CM_OK, c.CM_DEALLOCATED_NORMAL):
                self._receiving.clear()
                raise self._failed(rc, "cmrcv")
            came = data.value != c.CM_NO_DATA_RECEIVED
            if came:
                self._receiving.append(buffer.raw[:n.value])
            if data.value == c.CM_INCOMPLETE_DATA_RECEIVED and rc == c.CM_OK:
                continue
            record = b"".join(self._receiving) if came else None
            self._receiving.clear()
            if record is not None and self._basic:
                record = record[2:]
            self._status = Status.END if rc == c.CM_DEALLOCATED_NORMAL else _STATUS.get(status.value)
            what = f" and {self._status.value}" if self._status else ""
            self._note(f"receive {history.shown(record)}{what}")
            return Received(record, self._status)

    def _reply(self, data: Data) -> Operation[None]:
        while self.state == "RECEIVE":
            record, status = yield from self._receive(False)
            if record is not None or status is not Status.TURN:
                raise RuntimeError(f"{self!r}: reply waits for the turn, and the partner sends "
                                   f"{history.shown(record)}{' and ' + status.value if status else ''}")
        yield from self._send(data)
        yield from self._turn(False)

    # ---- the turn, confirmation, errors ----

    def _flush(self) -> Operation[None]:
        yield from self._checked("cmflus")

    def _turn(self, confirm: bool) -> Operation[None]:
        self._set("cmsptr", c.CM_PREP_TO_RECEIVE_CONFIRM if confirm else c.CM_PREP_TO_RECEIVE_FLUSH)
        self._note("turn" + (" with confirmation" if confirm else ""))
        yield from self._checked("cmptr")

    def _confirm(self) -> Operation[None]:
        self._note("confirm")
        yield from self._checked("cmcfm", ctypes.c_int32())

    def _confirmed(self) -> Operation[None]:
        self._note("confirmed")
        yield from self._checked("cmcfmd")

    def _request_to_send(self) -> Operation[None]:
        self._note("request to send")
        yield from self._checked("cmrts")

    def _error(self, direction: Optional[str], log: Optional[Data]) -> Operation[None]:
        if direction is not None:
            self._set("cmsed", one_of("direction", _DIRECTION, direction))
        if log is not None:
            self._set_text("cmsld", log)
        self._note("error")
        yield from self._checked("cmserr", ctypes.c_int32())

    # ---- ending ----

    def _deallocate(self, how: str) -> Operation[None]:
        self._set("cmsdt", one_of("how", _DEALLOCATE, how))
        self._note("deallocate")
        yield from self._checked("cmdeal")

    def abend(self, log: Optional[Data] = None) -> None:
        """Give up: the partner gets CM_DEALLOCATED_ABEND.  Nothing happens when the conversation is over."""
        if self.over:
            return
        if log is not None:
            self._set_text("cmsld", log)
        self._set("cmsdt", c.CM_DEALLOCATE_ABEND)
        self._note("abend")
        rc = ctypes.c_int32()
        lib.cmdeal(self._id, ctypes.addressof(rc))
        if rc.value == c.CM_OK:
            self._abandon()
        else:
            self.cancel()

    def cancel(self) -> None:
        """End the conversation at once, whatever is under way.  Nothing happens when it is over."""
        rc = ctypes.c_int32()
        lib.cmcanc(self._id, ctypes.addressof(rc))
        self._abandon()

    def _abandon(self) -> None:
        """Nobody goes on with what is under way.  Its places live as long as this object: the library may know them."""
        self._abandoned, self._under_way = self._under_way, None

    def __del__(self) -> None:
        try:
            self.cancel()
        except Exception:  # the interpreter ends
            pass

    # ---- an operation that has not completed ----

    def _begin(self, name: str, operation: Operation[T]) -> Tuple[Operation[T], Optional[Wait]]:
        """The operation to go on with, and what it waits for if it has already begun."""
        if self._under_way is None:
            return operation, None
        before, begun, wait = self._under_way
        if before != name:
            operation.close()
            raise Busy(c.CM_OPERATION_NOT_ACCEPTED, f"{name} while {before} is under way", self)  # type: ignore[arg-type]
        self._under_way = None
        return begun, wait

    def _end_in_order(self) -> str:
        """What a with block that ends well does: deallocate, confirm (the end that the partner asks for) or abend."""
        if self._under_way is not None:
            return "abend"
        return {"SEND": "deallocate", "SEND_PENDING": "deallocate", "CONFIRM_DEALLOCATE": "confirm"}.get(self.state, "abend")


def ready(wait: Wait, milliseconds: Optional[float]) -> bool:
    """Wait for a descriptor."""
    poll = select.poll()
    poll.register(*wait)
    return bool(poll.poll(milliseconds))


__all__ = ["Data", "Operation", "Received", "Side", "StateCheck", "Status", "Wait", "octets", "ready"]
