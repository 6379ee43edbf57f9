"""Nothing leaves the computer: no process of Scribe can connect, and the whole demonstration needs no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scribe.paths import root_dir
from tests.demo_run import DemoRun, without_network

_REFUSED = """
import contextlib, socket, sys
from scribe import offline
from scribe.errors import Bug
offline.enforce()

def refused(event, *arguments):
    try:
        sys.audit(event, *arguments)
    except Bug as error:
        return error.code == "network-refused"
    return False

with contextlib.ExitStack() as opened:
    tcp, tcp6, udp = (
        opened.enter_context(socket.socket(family, kind))
        for family, kind in (
            (socket.AF_INET, socket.SOCK_STREAM),
            (socket.AF_INET6, socket.SOCK_STREAM),
            (socket.AF_INET, socket.SOCK_DGRAM),
        )
    )
    print(*({expression}))
"""


def _python(code: str, **environment: str) -> str:
    """Runs code in a process of its own, because what it switches on cannot be switched off again."""
    env = os.environ | {"PYTHONPATH": str(root_dir()), "QT_QPA_PLATFORM": "offscreen"} | environment
    result = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def _audited(expression: str) -> str:
    return _python(_REFUSED.format(expression=expression))


@pytest.mark.parametrize(
    "attempt",
    [
        '("socket.connect", tcp, ("192.0.2.1", 443))',
        '("socket.connect", tcp, ("model-hub.example", 443))',
        '("socket.connect", tcp6, ("2001:db8::1", 443, 0, 0))',
        '("socket.sendto", udp, ("192.0.2.1", 53))',
        '("socket.sendmsg", udp, ("192.0.2.1", 53))',
        '("socket.getaddrinfo", "model-hub.example", 443, 0, 0, 0)',
        '("socket.gethostbyname", "model-hub.example")',
    ],
)
def test_every_way_out_is_refused(attempt: str) -> None:
    assert _audited(f"[refused(*{attempt})]") == "True"


def test_this_computer_stays_open() -> None:
    attempts = [
        '("socket.connect", tcp, ("127.0.0.1", 9))',
        '("socket.connect", tcp6, ("::1", 9, 0, 0))',
        '("socket.getaddrinfo", "localhost", 9, 0, 0, 0)',
    ]
    expression = ", ".join(f"refused(*{attempt})" for attempt in attempts)
    assert _audited(f"[{expression}]") == "False False False"


def test_a_real_connection_is_refused_and_libraries_are_told() -> None:
    said = _python(
        "import os, socket\n"
        "from scribe import offline\n"
        "offline.enforce()\n"
        "try:\n"
        "    socket.create_connection(('192.0.2.1', 443), timeout=1)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, os.environ['HF_HUB_OFFLINE'], os.environ['TRANSFORMERS_OFFLINE'])\n"
    )
    assert said == "Bug 1 1"


_ENTRIES = {
    "command line": (
        "import scribe.__main__ as entry, scribe.cli\n"
        "scribe.cli.run = lambda: (print(offline.enforced()), 0)[1]\n"
        "try:\n    entry.main()\nexcept SystemExit as done:\n    assert not done.code\n"
    ),
    "window": (
        "import ui.app\n"
        "def stop(*_): raise SystemExit\n"
        "ui.app._options = lambda arguments: (print(offline.enforced()), stop())\n"
        "try:\n    ui.app.main([])\nexcept SystemExit: pass\n"
    ),
    "recorder": (
        "import io, sys\nfrom pathlib import Path\nimport scribe.capture.recorder as recorder\n"
        "def stop(*_, **__): raise SystemExit\n"
        "sys.stdin = io.StringIO('00')\n"
        "recorder.Listener = lambda *_, **__: (print(offline.enforced()), stop())\n"
        "try:\n    recorder.main('x', Path('x'))\nexcept SystemExit: pass\n"
    ),
    "speech and language": (
        "import multiprocessing, os\nfrom scribe.engine import child\n"
        "out = os.dup(1)  # a child turns its own away\n"
        "ours, theirs = multiprocessing.Pipe()\n"
        "data, control = multiprocessing.Pipe()\n"
        "def load():\n    os.write(out, str(offline.enforced()).encode())\n    raise RuntimeError\n"
        "child.main(theirs, control, load, 10)\n"
    ),
}


@pytest.mark.parametrize("entry", _ENTRIES)
def test_every_process_begins_by_closing_the_way_out(entry: str, tmp_path: Path) -> None:
    code = f"from scribe import offline\nassert not offline.enforced()\n{_ENTRIES[entry]}"
    said = _python(code, SCRIBE_DATA_DIR=str(tmp_path), SCRIBE_CONFIG_DIR=str(tmp_path))
    assert said == "True"


@pytest.mark.slow
def test_the_demonstration_asks_for_no_internet_socket_in_any_process(demo_run: DemoRun) -> None:
    assert demo_run.code == 0, demo_run.stderr
    assert demo_run.processes >= 2, "the children were not watched"
    assert demo_run.sockets == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="unshare is Linux's")
def test_where_it_may_the_demonstration_runs_without_a_network() -> None:
    """Says in the report whether the demonstration above had a network that it left alone, or none at all."""
    if not without_network():
        pytest.skip("unshare -n is not permitted here, so the spy alone proves it")
    code = "import socket; print([name for _, name in socket.if_nameindex()])"
    said = subprocess.run([*without_network(), sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['lo']"
