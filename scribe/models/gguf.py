"""Turns a GGUF file into the graph, weights and tokenizer that onnxruntime and tokenizers load.

One tensor at a time is unpacked to floats, a few thousand rows at once, and packed again as int8 with a scale
for each row, so that the work needs little more memory than the result.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from safetensors.numpy import load_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

from scribe.errors import Bug
from scribe.models.convert import EMBEDDINGS, SCALES
from scribe.models.graph import Block, Floats, Graph, Packed, Shape

LONGEST = 2048  # tokens, prompt and answer

_ROWS = 4096
_QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen2 cuts text before it merges bytes; GGUF files only name it."""

_CONTROL, _USER_DEFINED = 3, 4  # GGUF's kinds of tokens

Report = Callable[[float], None]


def to_onnx(weights: Path, adapter: Path | None, folder: Path, report: Report) -> None:
    """Writes the graph and its weights (`scribe.models.graph`), EMBEDDINGS and SCALES, and tokenizer.json to `folder`.

    Args:
        weights: a GGUF file of the Qwen2 architecture, in any of GGUF's number formats.
        adapter: a LoRA that is added to them on the way: safetensors, for each matrix NAME of the GGUF file that it
            changes NAME.a (rank × columns) and NAME.b (rows × rank, already scaled).
        folder: exists and is empty.
        report: called with the share that is done, 0 to 1; what it raises ends the work.

    Raises:
        Bug: "unknown-architecture", "unknown-tokenizer", "strange-adapter".
    """
    reader = gguf.GGUFReader(weights)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    reader.fields.clear()  # the reader keeps several objects for every token
    architecture = fields["general.architecture"]
    if architecture != "qwen2":
        raise Bug(f"Weights of the kind {architecture} cannot be converted.", code="unknown-architecture")
    report(0.1)
    tensors = _Tensors(reader, _adapter(adapter), lambda share: report(0.1 + 0.8 * share))
    words = tensors.matrix("token_embd")
    np.save(folder / EMBEDDINGS, words.values)
    np.save(folder / SCALES, words.scale)
    graph = Graph(folder, _shape(fields))
    for number in range(fields["qwen2.block_count"]):
        graph.add(_block(tensors, f"blk.{number}"))
    # Where there is no matrix of its own at the end, the embeddings are it.
    graph.end(tensors.floats("output_norm.weight"), tensors.matrix("output") if "output.weight" in tensors else words)
    if strange := tensors.not_added():
        raise Bug(f"What was trained does not fit these weights: {strange[0]}.", code="strange-adapter")
    report(0.9)
    _save_tokenizer(fields, folder)


def _shape(fields: dict[str, Any]) -> Shape:
    heads = fields["qwen2.attention.head_count"]
    return Shape(
        layers=fields["qwen2.block_count"],
        heads=heads,
        heads_kv=fields["qwen2.attention.head_count_kv"],
        head=fields["qwen2.embedding_length"] // heads,
        epsilon=fields["qwen2.attention.layer_norm_rms_epsilon"],
        rotary_base=fields["qwen2.rope.freq_base"],
        longest=LONGEST,
    )


def _block(tensors: _Tensors, name: str) -> Block:
    qkv = [f"{name}.attn_{which}" for which in "qkv"]
    return Block(
        attention_norm=tensors.floats(f"{name}.attn_norm.weight"),
        qkv=tensors.matrix(*qkv),
        qkv_bias=np.concatenate([tensors.floats(f"{one}.bias") for one in qkv]),
        out=tensors.matrix(f"{name}.attn_output"),
        norm=tensors.floats(f"{name}.ffn_norm.weight"),
        gate=tensors.matrix(f"{name}.ffn_gate"),
        up=tensors.matrix(f"{name}.ffn_up"),
        down=tensors.matrix(f"{name}.ffn_down"),
    )


def _adapter(path: Path | None) -> dict[str, Floats]:
    return {name: value.astype(np.float32) for name, value in load_file(path).items()} if path else {}


class _Tensors:
    """Reads a GGUF file's tensors by name, with an adapter added to those that it changes."""

    def __init__(self, reader: Any, adapter: dict[str, Floats], report: Report) -> None:
        self._by_name = {tensor.name: tensor for tensor in reader.tensors}
        self._adapter = adapter
        self._adapted: set[str] = set()
        self._report = report
        self._taken = 0

    def not_added(self) -> list[str]:
        """The adapter's matrices for which there were no weights."""
        return sorted(name for name in self._adapter if name.rsplit(".", 1)[0] not in self._adapted)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def floats(self, name: str) -> Floats:
        """A vector as it is."""
        return np.array(self._take(name).data, dtype=np.float32)

    def matrix(self, *names: str) -> Packed:
        """The matrices `names`, one under the other, as int8 with a scale for each row."""
        self._adapted.update(names)
        packed = [
            _int8(self._take(f"{name}.weight"), self._adapter.get(f"{name}.b"), self._adapter.get(f"{name}.a"))
            for name in names
        ]
        return Packed(np.concatenate([one.values for one in packed]), np.concatenate([one.scale for one in packed]))

    def _take(self, name: str) -> Any:
        self._taken += 1
        self._report(self._taken / len(self._by_name))
        return self._by_name[name]


def _int8(tensor: Any, b: Floats | None, a: Floats | None) -> Packed:
    """The matrix (plus b @ a)."""
    columns, rows = (int(n) for n in tensor.shape)
    values, scales = np.empty((rows, columns), np.int8), np.empty(rows, np.float32)
    for start in range(0, rows, _ROWS):
        block = gguf.dequantize(tensor.data[start : start + _ROWS], tensor.tensor_type)
        if a is not None and b is not None:
            block = block + b[start : start + _ROWS] @ a
        largest = np.abs(block).max(axis=1)
        largest[largest == 0] = 127.0
        scale = (127.0 / largest).astype(np.float32)
        scales[start : start + _ROWS] = scale
        values[start : start + _ROWS] = np.rint(block * scale[:, None])
    return Packed(values, scales)


def _save_tokenizer(fields: dict[str, Any], folder: Path) -> None:
    """The tokenizer, from the GGUF file's own fields."""
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    if fields["tokenizer.ggml.pre"] != "qwen2":
        raise Bug(
            f"Text is cut in a way that we do not know: {fields['tokenizer.ggml.pre']}.", code="unknown-tokenizer"
        )
    merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(BPE({token: number for number, token in enumerate(tokens)}, merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN2_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = fields["tokenizer.ggml.token_type"]
    tokenizer.add_tokens(
        [
            AddedToken(token, normalized=False, special=kind == _CONTROL)
            for token, kind in zip(tokens, kinds, strict=True)
            if kind in (_CONTROL, _USER_DEFINED)
        ]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
