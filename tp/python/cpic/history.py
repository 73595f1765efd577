"""What the conversations of this process have done lately, for the report of a test that failed."""
from __future__ import annotations

import collections
import threading
import time
from typing import Deque, NamedTuple, Optional

_WIDTH = 44  # of a column


class Event(NamedTuple):
    """A step of a conversation."""

    time: float
    conversation: int
    accepted: bool
    text: str


_events: Deque[Event] = collections.deque(maxlen=2000)
_lock = threading.Lock()


def add(conversation: int, accepted: bool, text: str) -> None:
    """Note a step."""
    with _lock:
        _events.append(Event(time.monotonic(), conversation, accepted, text))


def clear() -> None:
    """Forget all."""
    with _lock:
        _events.clear()


def shown(data: Optional[bytes]) -> str:
    """Octets for people: their number and beginning, as text when they are text in ASCII or EBCDIC."""
    if data is None:
        return "nothing"
    start = bytes(data[:24])
    for codec in ("ascii", "cp037"):
        try:
            text = start.decode(codec)
        except UnicodeDecodeError:
            continue
        if text.isprintable() and (codec == "ascii" or text.isascii()):
            break
    else:
        text = start.hex(" ")
    return f"{len(data)}: {text}{'...' if len(data) > len(start) else ''}"


def ladder() -> str:
    """The steps in their order: those of invoking sides on the left, those of accepting sides on the right."""
    with _lock:
        events = list(_events)
    if not events:
        return ""
    lines = [f"{'s':>8} {'':>4} {'invoked here':<{_WIDTH}} | accepted here"]
    for e in events:
        left, right = ("", e.text) if e.accepted else (e.text, "")
        lines.append(f"{e.time - events[0].time:8.3f} {'#' + str(e.conversation):>4} {left:<{_WIDTH}} | {right}".rstrip())
    return "\n".join(lines)
