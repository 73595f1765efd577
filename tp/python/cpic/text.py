"""EBCDIC, as the node and the calls Convert_Incoming and Convert_Outgoing know it: CCSID 037 and ISO 8859-1."""
from __future__ import annotations

from typing import Union


def ebcdic_of(text: Union[str, bytes]) -> bytes:
    """The text in EBCDIC."""
    return (text if isinstance(text, str) else text.decode("latin-1")).encode("cp037")


def ascii_of(octets: bytes) -> str:
    """The text of octets in EBCDIC."""
    return bytes(octets).decode("cp037")
