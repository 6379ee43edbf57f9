"""The graph by which onnxruntime runs a language model of the Qwen2 kind with int8 weights.

A weight has a scale for each number that comes out; what meets it is rounded to int8 anew, token by token. So the
products are sums of whole numbers: exact, and the same whatever else is computed beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from scribe.models.convert import GRAPH, WEIGHTS

BEST = 2  # tokens told of, the likeliest first
_OURS = "com.microsoft"  # where onnxruntime keeps operators of its own
_MIDDLE = 128  # what stands for nought in an unsigned byte
_LARGEST = 127.0
_ALIGNED = 4096  # bytes, so that weights can be mapped into memory where they lie

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """How large a model is. Args: head: width of one head; longest: prompt and answer, in tokens."""

    layers: int
    heads: int
    heads_kv: int
    head: int
    epsilon: float
    rotary_base: float
    longest: int


@dataclass(frozen=True)
class Packed:
    """A matrix as int8: value = int8 / scale. One row, and one scale, for each number that comes out."""

    values: npt.NDArray[np.int8]
    scale: Floats


@dataclass(frozen=True)
class Block:
    """The weights of one layer."""

    attention_norm: Floats
    qkv: Packed
    qkv_bias: Floats
    out: Packed
    norm: Floats
    gate: Packed
    up: Packed
    down: Packed


class Graph:
    """Goes from the states of some tokens to the next one. Weights are written as they come, so that few are in memory.

    What goes in: `embedded` (batch, tokens, width), `lengths` (batch: tokens with those before, less one), `total` (the
    longest of them), and for each layer `past.N.key` and `past.N.value` (batch, heads, room, head). What comes out: the
    BEST likeliest of each, `token` (batch, BEST) with their log probabilities `chance`, and `present.N.key`, `present.N.value`.

    Args:
        folder: exists; gets the files GRAPH and WEIGHTS.
        shape: of the model.
    """

    def __init__(self, folder: Path, shape: Shape) -> None:
        self._folder = folder
        self._shape = shape
        self._nodes: list[onnx.NodeProto] = []
        self._kept: list[onnx.TensorProto] = []
        self._file = (folder / WEIGHTS).open("wb")
        self._small("one", np.float32(1))
        self._small("tiny", np.float32(1e-9))
        self._small("largest", np.float32(_LARGEST))
        self._small("middle", np.uint8(_MIDDLE))
        self._small("last axis", np.array([-1], np.int64))
        self._small("last token", np.int64(-1))
        self._small("best of all", np.array([BEST], np.int64))
        turns = np.outer(np.arange(shape.longest), shape.rotary_base ** (-np.arange(0, shape.head, 2) / shape.head))
        self._small("cos", np.cos(turns).astype(np.float32))
        self._small("sin", np.sin(turns).astype(np.float32))
        self._state = "embedded"

    def add(self, block: Block) -> None:
        """The next layer."""
        n = sum(node.op_type == "GroupQueryAttention" for node in self._nodes)
        heads = self._linear(f"qkv.{n}", self._norm(f"norm.{n}", self._state, block.attention_norm), block.qkv)
        heads = self._node("Add", heads, self._small(f"qkv.{n}.bias", block.qkv_bias))
        attended = f"attended.{n}"
        self._nodes.append(
            helper.make_node(
                "GroupQueryAttention",
                [heads, "", "", f"past.{n}.key", f"past.{n}.value", "lengths", "total", "cos", "sin"],
                [attended, f"present.{n}.key", f"present.{n}.value"],
                domain=_OURS,
                num_heads=self._shape.heads,
                kv_num_heads=self._shape.heads_kv,
                do_rotary=1,
            )
        )
        state = self._node("Add", self._state, self._linear(f"out.{n}", attended, block.out))
        rounded = self._rounded(self._norm(f"norm2.{n}", state, block.norm))
        gate = self._times(f"gate.{n}", rounded, block.gate)
        gate = self._node("Mul", gate, self._node("Sigmoid", gate))
        both = self._node("Mul", gate, self._times(f"up.{n}", rounded, block.up))
        self._state = self._node("Add", state, self._linear(f"down.{n}", both, block.down))

    def end(self, norm: Floats, words: Packed) -> None:
        """The last step, to one of the words, and writes the graph."""
        last = self._node("Gather", self._norm("norm", self._state, norm), "last token", axis=1)
        worth = self._linear("words", last, words)
        most = self._node("ReduceMax", worth, "last axis", keepdims=1)
        self._nodes.append(helper.make_node("TopK", [worth, "best of all"], ["worths", "token"], axis=-1))
        beside = self._node("Exp", self._node("Sub", worth, most))
        beside = self._node("Log", self._node("ReduceSum", beside, "last axis", keepdims=1))
        self._node("Sub", self._node("Sub", "worths", most), beside, out="chance")
        self._file.close()
        self._save()

    def _save(self) -> None:
        shape = self._shape
        cache: list[str | int | None] = ["batch", shape.heads_kv, "room", shape.head]
        each = [f"{n}.{what}" for n in range(shape.layers) for what in ("key", "value")]
        graph = helper.make_graph(
            self._nodes,
            "writer",
            [
                helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["batch", "tokens", "width"]),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
                helper.make_tensor_value_info("total", TensorProto.INT32, []),
                *(helper.make_tensor_value_info(f"past.{one}", TensorProto.FLOAT, cache) for one in each),
            ],
            [
                helper.make_tensor_value_info("token", TensorProto.INT64, ["batch", BEST]),
                helper.make_tensor_value_info("chance", TensorProto.FLOAT, ["batch", BEST]),
                *(helper.make_tensor_value_info(f"present.{one}", TensorProto.FLOAT, cache) for one in each),
            ],
            self._kept,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_OURS, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        (self._folder / GRAPH).write_bytes(model.SerializeToString())

    def _node(self, kind: str, *inputs: str, out: str = "", domain: str = "", **settings: Any) -> str:
        out = out or f"{kind}.{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [out], domain=domain, **settings))
        return out

    def _norm(self, name: str, state: str, weight: Floats) -> str:
        weights = self._small(name, weight)
        return self._node("SimplifiedLayerNormalization", state, weights, axis=-1, epsilon=self._shape.epsilon)

    def _rounded(self, state: str) -> tuple[str, str]:
        """The state as bytes, and how large its largest number is, token by token."""
        most = self._node("ReduceMax", self._node("Abs", state), "last axis", keepdims=1)
        most = self._node("Max", most, "tiny")
        scaled = self._node("Mul", state, self._node("Div", "largest", most))
        return self._node("QuantizeLinear", scaled, "one", "middle"), most

    def _linear(self, name: str, state: str, weight: Packed) -> str:
        return self._times(name, self._rounded(state), weight)

    def _times(self, name: str, rounded: tuple[str, str], weight: Packed) -> str:
        values, most = rounded
        scale = self._small(f"{name}.scale", 1 / (weight.scale * np.float32(_LARGEST)))
        product = self._node(
            "MatMulIntegerToFloat", values, self._large(name, weight.values.T), "one", scale, "middle", domain=_OURS
        )
        return self._node("Mul", product, most)

    def _small(self, name: str, value: Any) -> str:
        """Kept in the graph itself."""
        self._kept.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _large(self, name: str, value: npt.NDArray[np.int8]) -> str:
        """Kept beside the graph."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNED))
        at = self._file.tell()
        self._file.write(np.ascontiguousarray(value).tobytes())
        kept = TensorProto(name=name, data_type=TensorProto.INT8, dims=value.shape)
        kept.data_location = TensorProto.EXTERNAL
        for key, said in (("location", WEIGHTS), ("offset", at), ("length", self._file.tell() - at)):
            kept.external_data.add(key=key, value=str(said))
        self._kept.append(kept)
        return name
