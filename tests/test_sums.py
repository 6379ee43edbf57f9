from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from scribe import sums
from scribe.paths import manifest_dir, root_dir


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    sums.quick_ones_are_right.cache_clear()
    yield
    sums.quick_ones_are_right.cache_clear()


def test_sums_of_bytes_are_exact_on_this_processor_whichever_it_is() -> None:
    probe = onnxruntime.InferenceSession(str(manifest_dir() / "probe.onnx"), sums.session_options(threads=1))
    count = probe.get_inputs()[0].shape[1]
    (total,) = probe.run(None, {"bytes": np.full((1, count), 255, np.uint8)})
    assert (total == 255 * 127 * count).all()


class Probe:
    """A processor whose quick sums come to `total`."""

    def __init__(self, total: int) -> None:
        self.total = total

    def get_inputs(self) -> list[Probe]:
        return [self]

    shape = (1, 64)

    def run(self, _: object, __: object) -> tuple[np.ndarray]:
        return (np.array([[self.total] * 16]),)


@pytest.mark.parametrize(("total", "asked"), [(255 * 127 * 64, False), (32767 * 32, True)])
def test_where_quick_sums_overflow_exact_ones_are_asked_for(
    total: int, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *_, **__: Probe(total))
    options = sums.session_options(threads=3)
    assert options.intra_op_num_threads == 3
    try:
        found = options.get_session_config_entry("session.x64quantprecision")
    except RuntimeError:  # nobody set it
        found = ""
    assert found == ("1" if asked else "")


def test_every_session_on_weights_of_bytes_is_made_that_way() -> None:
    """The voices' encoder has no weights of bytes."""
    for path in (root_dir() / "scribe").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "InferenceSession(" in text and path.name not in ("speaker.py", "sums.py"):
            assert not re.search(r"\bSessionOptions\(", text), Path(path).name
            assert "session_options(" in text, path.name
