"""What goes wrong: an exception for each family of return codes."""
from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Type

from . import constants as c
from .library import lib

if TYPE_CHECKING:
    from .conversation import Conversation


class CpicError(Exception):
    """A call did not return CM_OK.

    Attributes:
        rc: the return code, a number
        name: its name, such as ``"CM_TPN_NOT_RECOGNIZED"``
        call: the name of the call, such as ``"cmrcv"``
        sense: the sense code with which the partner, the network or the node refused, as 8 hexadecimal digits, or None
        conversation: whose call it was, or None
    """

    def __init__(self, rc: int, call: str, conversation: Optional["Conversation"] = None) -> None:
        self.rc = rc
        self.call = call
        self.conversation = conversation
        self.name = lib.xcrcname(rc).decode()
        self.sense: Optional[str] = None
        why = ""
        if rc == c.CM_PRODUCT_SPECIFIC_ERROR:
            why = ": " + lib.xclasterr().decode(errors="replace")
        elif rc in _WITH_SENSE:
            code = lib.xclastsense()
            if code:
                self.sense = f"{code:08X}"
                why = f" (sense code {self.sense})"
        super().__init__(f"{call}: {self.name}{why}")


class Timeout(CpicError, TimeoutError):
    """A call has not completed in time.  It is still under way: the same call goes on waiting."""

    def __init__(self, call: str, seconds: float, conversation: Optional["Conversation"] = None) -> None:
        super().__init__(c.CM_OPERATION_INCOMPLETE, call, conversation)
        self.args = (f"{call}: not complete after {seconds:g} s",)


class AllocateFailure(CpicError):
    """There is no session."""


class NotAccepted(CpicError):
    """The partner LU has refused the conversation: TP name, security, type, sync level, or the TP does not start."""


class DeallocatedNormal(CpicError):
    """The partner has ended the conversation where more was expected."""


class DeallocatedAbend(CpicError):
    """The partner has given up, or the conversation was cancelled here."""


class PartnerError(CpicError):
    """The partner has issued Send_Error.  The conversation goes on."""


class ResourceFailure(CpicError):
    """The conversation is broken."""


class ParameterCheck(CpicError, ValueError):
    """There is no such conversation, or an argument is not valid."""


class StateCheck(CpicError):
    """Not possible in this state."""


class Busy(CpicError):
    """Another operation of the conversation is under way."""


class ProductError(CpicError):
    """The library cannot do its work: no node, no permission, no memory.  The message says why."""


_FAMILIES: Dict[Type[CpicError], tuple] = {
    AllocateFailure: (c.CM_ALLOCATE_FAILURE_NO_RETRY, c.CM_ALLOCATE_FAILURE_RETRY, c.CM_UNSUCCESSFUL),
    NotAccepted: (c.CM_CONVERSATION_TYPE_MISMATCH, c.CM_PIP_NOT_SPECIFIED_CORRECTLY, c.CM_SECURITY_NOT_VALID,
                  c.CM_SYNC_LVL_NOT_SUPPORTED_LU, c.CM_SYNC_LVL_NOT_SUPPORTED_PGM, c.CM_TPN_NOT_RECOGNIZED,
                  c.CM_TP_NOT_AVAILABLE_NO_RETRY, c.CM_TP_NOT_AVAILABLE_RETRY),
    DeallocatedNormal: (c.CM_DEALLOCATED_NORMAL,),
    DeallocatedAbend: (c.CM_DEALLOCATED_ABEND, c.CM_DEALLOCATED_ABEND_SVC, c.CM_DEALLOCATED_ABEND_TIMER),
    PartnerError: (c.CM_PROGRAM_ERROR_NO_TRUNC, c.CM_PROGRAM_ERROR_PURGING, c.CM_PROGRAM_ERROR_TRUNC,
                   c.CM_SVC_ERROR_NO_TRUNC, c.CM_SVC_ERROR_PURGING, c.CM_SVC_ERROR_TRUNC),
    ResourceFailure: (c.CM_RESOURCE_FAILURE_NO_RETRY, c.CM_RESOURCE_FAILURE_RETRY),
    ParameterCheck: (c.CM_PROGRAM_PARAMETER_CHECK, c.CM_PARAMETER_ERROR),
    StateCheck: (c.CM_PROGRAM_STATE_CHECK,),
    Busy: (c.CM_OPERATION_NOT_ACCEPTED,),
    ProductError: (c.CM_PRODUCT_SPECIFIC_ERROR,),
}
_CLASS_OF = {rc: family for family, codes in _FAMILIES.items() for rc in codes}
_WITH_SENSE = {rc for family in (AllocateFailure, NotAccepted, DeallocatedAbend, PartnerError, ResourceFailure)
               for rc in _FAMILIES[family]}


def error_of(rc: int, call: str, conversation: Optional["Conversation"] = None) -> CpicError:
    """The exception for a return code."""
    return _CLASS_OF.get(rc, CpicError)(rc, call, conversation)
