"""Writes the graph of the GE2E speaker encoder, without its weights: python encoder.py OUT

The weights stay in the publisher's file and are given to onnxruntime when it loads the graph
(`scribe/attribute/speaker.py`). Needs the package onnx, which Scribe itself does not.
"""

from __future__ import annotations

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MELS, HIDDEN, LAYERS, FRAMES = 40, 256, 3, 160


def weight(name: str, *shape: int) -> onnx.TensorProto:
    """A place for weights that are not in this file."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "given-at-run-time"), ("offset", "0"), ("length", str(4 * int(np.prod(shape))))):
        tensor.external_data.add(key=key, value=value)
    return tensor


def graph() -> onnx.ModelProto:
    nodes, weights = [], []
    given = "mels"
    for n in range(LAYERS):
        width = HIDDEN if n else MELS
        weights += [
            weight(f"W{n}", 1, 4 * HIDDEN, width),
            weight(f"R{n}", 1, 4 * HIDDEN, HIDDEN),
            weight(f"B{n}", 1, 8 * HIDDEN),
        ]
        nodes.append(
            helper.make_node("LSTM", [given, f"W{n}", f"R{n}", f"B{n}"], [f"y{n}", f"h{n}"], hidden_size=HIDDEN)
        )
        nodes.append(helper.make_node("Squeeze", [f"y{n}", "direction"], [f"all{n}"]))
        given = f"all{n}"
    nodes += [
        helper.make_node("Squeeze", [f"h{LAYERS - 1}", "first"], ["last"]),
        helper.make_node("Gemm", ["last", "P", "b"], ["projected"]),
        helper.make_node("Relu", ["projected"], ["raw"]),
        helper.make_node("LpNormalization", ["raw"], ["vectors"], axis=1, p=2),
    ]
    weights += [weight("P", HIDDEN, HIDDEN), weight("b", HIDDEN)]
    weights += [numpy_helper.from_array(np.array([1]), "direction"), numpy_helper.from_array(np.array([0]), "first")]
    return helper.make_model(
        helper.make_graph(
            nodes,
            "ge2e",
            [helper.make_tensor_value_info("mels", TensorProto.FLOAT, [FRAMES, "windows", MELS])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["windows", HIDDEN])],
            weights,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:  # noqa: PTH123 (onnx.save would look for the weights)
        out.write(graph().SerializeToString())
