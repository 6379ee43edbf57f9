"""Sessions of onnxruntime whose sums of bytes are right on every processor."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from scribe.paths import manifest_dir

if TYPE_CHECKING:
    from onnxruntime import SessionOptions


def session_options(threads: int) -> SessionOptions:
    """For weights of bytes: exact sums, on so many threads. Without VNNI the quickest kernels add two products at a time in
    16 bits and overflow, so that the same weights read the same words otherwise from one computer to the next; onnxruntime has
    exact ones too, at about half the speed."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    if not quick_ones_are_right():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return options


@cache
def quick_ones_are_right() -> bool:
    """Whether this processor's quickest sums are right: tried once, with the largest bytes there are (`models/probe.onnx`)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    probe = onnxruntime.InferenceSession(
        str(manifest_dir() / "probe.onnx"), options, providers=["CPUExecutionProvider"]
    )
    count = probe.get_inputs()[0].shape[1]
    (total,) = probe.run(None, {"bytes": np.full((1, count), 255, np.uint8)})
    return bool((total == 255 * 127 * count).all())
