"""Makes models/probe.onnx: the largest bytes there are, many times over. `bytes` × what stands in it come to `sum`.

    python models/recipe/probe.py

Whether a processor's quickest sums of bytes overflow is seen by it (`scribe/sums.py`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

BYTES = 64
graph = helper.make_graph(
    [helper.make_node("MatMulInteger", ["bytes", "largest"], ["sum"])],
    "probe",
    [helper.make_tensor_value_info("bytes", TensorProto.UINT8, [1, BYTES])],
    [helper.make_tensor_value_info("sum", TensorProto.INT32, [1, 16])],
    [numpy_helper.from_array(np.full((BYTES, 16), 127, np.int8), "largest")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
(Path(__file__).parents[1] / "probe.onnx").write_bytes(model.SerializeToString())
