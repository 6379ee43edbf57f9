"""Nothing leaves the computer: every process of Scribe calls `enforce` before it does anything else.

From then on the process cannot connect, send or look up a name through Python's sockets, except within this
computer and to hosts that the administrator allowed; the attempt is an error, and it cannot be switched off
again. Libraries are told not to try. Only what fetches models runs without it, in processes of its own that see
no clinical data (scribe/models/sources.py).
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterable
from typing import Any

from scribe.errors import Bug

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")

_allowed: frozenset[str] | None = None
"""Host names and addresses; None until `enforce` was called."""


def enforce(allowed_hosts: Iterable[str] = ()) -> None:
    """Keeps this process off the network from now on. The first call counts; later ones change nothing.

    Args:
        allowed_hosts: names and addresses from scribe.settings.safety(), in a process that needs one.
    """
    global _allowed
    if _allowed is not None:
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    _allowed = frozenset(host.lower() for host in allowed_hosts)
    sys.addaudithook(_refuse)


def enforced() -> bool:
    """Whether this process is kept off the network."""
    return _allowed is not None


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        sock, address = arguments
        if sock.family in _INTERNET and isinstance(address, tuple) and not _permitted(address[0]):
            raise _error()
    elif event in _LOOKS_UP and not _permitted(arguments[0]):
        raise _error()


def _permitted(host: str | bytes | None) -> bool:
    name = (host.decode("ascii", "replace") if isinstance(host, bytes) else host or "localhost").lower()
    if name == "localhost" or name in (_allowed or ()):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or any(name in _addresses(allowed) for allowed in _allowed or ())


def _addresses(host: str) -> set[str]:
    """What an allowed name stands for: it is by address that a connection is made."""
    try:
        return {str(found[4][0]).lower() for found in socket.getaddrinfo(host, None)}
    except OSError:
        return set()


def _error() -> Bug:
    return Bug(
        "Scribe tried to use the network, which it must not do.",
        safe="The attempt was stopped, and nothing was sent.",
        do="Please report it.",
        code="network-refused",
    )
