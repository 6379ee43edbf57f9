"""Nothing leaves the computer: every process of Scribe calls `enforce` before it does anything else.

From then on the process cannot connect, send or look up a name through Python's sockets, except within this
computer; the attempt is an error, and it cannot be switched off again. Nobody can allow an exception, and nothing
needs one: what is exported goes into folders, a share that the system has mounted among them. Libraries are told not
to try. Only what fetches models runs without it, in processes of its own that see no clinical data
(scribe/models/sources.py).
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

from scribe.errors import Bug

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")

_enforced = False


def enforce() -> None:
    """Keeps this process off the network from now on. The first call counts; later ones change nothing."""
    global _enforced
    if _enforced:
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    _enforced = True
    sys.addaudithook(_refuse)


def enforced() -> bool:
    """Whether this process is kept off the network."""
    return _enforced


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        sock, address = arguments
        if sock.family in _INTERNET and isinstance(address, tuple) and not _permitted(address[0]):
            raise _error()
    elif event in _LOOKS_UP and not _permitted(arguments[0]):
        raise _error()


def _permitted(host: str | bytes | None) -> bool:
    name = (host.decode("ascii", "replace") if isinstance(host, bytes) else host or "localhost").lower()
    try:
        return name == "localhost" or ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _error() -> Bug:
    return Bug(
        "Scribe tried to use the network, which it must not do.",
        safe="The attempt was stopped, and nothing was sent.",
        do="Please report it.",
        code="network-refused",
    )
