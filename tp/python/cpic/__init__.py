"""CPI-C for Python: conversations of LU 6.2, over libcpic.

    import cpic

    with cpic.allocate("ORDERS") as conv:
        conv.send(b"ENQ 4711")
        answer, status = conv.receive()

    for conv in cpic.conversations("ORDERS"):     # the other side
        with conv:
            for record in conv:
                ...

Conversations block; those of :mod:`cpic.aio` are for asyncio.  :mod:`cpic.raw` has the calls as they are, and
:mod:`cpic.constants` their numbers.  :mod:`cpic.node` starts a node of one's own, and pytest has the fixture ``snanode``
(:mod:`cpic.pytest_plugin`).
"""
from __future__ import annotations

from . import constants
from .constants import *  # noqa: F401,F403
from .conversation import (
    Conversation,
    Received,
    Status,
    accept,
    allocate,
    conversations,
)
from .errors import (
    AllocateFailure,
    Busy,
    CpicError,
    DeallocatedAbend,
    DeallocatedNormal,
    NotAccepted,
    ParameterCheck,
    PartnerError,
    ProductError,
    ResourceFailure,
    StateCheck,
    Timeout,
)
from .text import ascii_of, ebcdic_of

__all__ = [
    "AllocateFailure", "Busy", "Conversation", "CpicError", "DeallocatedAbend", "DeallocatedNormal", "NotAccepted",
    "ParameterCheck", "PartnerError", "ProductError", "Received", "ResourceFailure", "StateCheck", "Status", "Timeout",
    "accept", "allocate", "ascii_of", "conversations", "ebcdic_of",
] + [name for name in dir(constants) if name.startswith(("CM_", "XC_"))]
