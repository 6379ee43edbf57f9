"""Turns a GGUF file into the weights, tokenizer and chat template that CTranslate2 and transformers load.

One tensor at a time is unpacked to floats, a few thousand rows at once, and packed again as int8 with a scale
for each row, so that the work needs little more memory than the result.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt
from ctranslate2.specs import common_spec, transformer_spec
from safetensors.numpy import load_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

from scribe.errors import Bug

_ROWS = 4096
_QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen2 cuts text before it merges bytes; GGUF files only name it."""

_CONTROL, _USER_DEFINED = 3, 4  # GGUF's kinds of tokens

Report = Callable[[float], None]


def to_ctranslate2(weights: Path, adapter: Path | None, folder: Path, report: Report) -> None:
    """Writes model.bin, config.json, vocabulary.json, tokenizer.json and the chat template to `folder`.

    Args:
        weights: a GGUF file of the Qwen2 architecture, in any of GGUF's number formats.
        adapter: a LoRA that is added to them on the way: safetensors, for each matrix NAME of the GGUF file that it
            changes NAME.a (rank × columns) and NAME.b (rows × rank, already scaled).
        folder: exists and is empty.
        report: called with the share that is done, 0 to 1; what it raises ends the work.

    Raises:
        Bug: "unknown-architecture", "strange-adapter".
    """
    reader = gguf.GGUFReader(weights)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    reader.fields.clear()  # the reader keeps several objects for every token
    architecture = fields["general.architecture"]
    if architecture != "qwen2":
        raise Bug(f"Weights of the kind {architecture} cannot be converted.", code="unknown-architecture")
    report(0.1)
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    tensors = _Tensors(reader, _adapter(adapter), lambda share: report(0.1 + 0.6 * share))
    spec = _decoder(tensors, fields)
    if strange := tensors.not_added():
        raise Bug(f"What was trained does not fit these weights: {strange[0]}.", code="strange-adapter")
    spec.register_vocabulary(tokens)
    eos, pad = (tokens[fields[f"tokenizer.ggml.{key}_token_id"]] for key in ("eos", "padding"))
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = pad, eos, ""
    spec.config.layer_norm_epsilon = fields["qwen2.attention.layer_norm_rms_epsilon"]
    spec.config.add_attribute("model_type", architecture)  # transformers asks for it beside a tokenizer
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    report(0.9)
    _save_tokenizer(fields, tokens, eos, pad, folder)


def _adapter(path: Path | None) -> dict[str, npt.NDArray[np.float32]]:
    return {name: value.astype(np.float32) for name, value in load_file(path).items()} if path else {}


class _Tensors:
    """Reads a GGUF file's tensors by name, with an adapter added to those that it changes."""

    def __init__(self, reader: Any, adapter: dict[str, npt.NDArray[np.float32]], report: Report) -> None:
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

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A vector as it is."""
        return np.array(self._take(name).data, dtype=np.float32)

    def linear(self, spec: Any, *names: str) -> None:
        """Fills a layer with the matrices `names`, one under the other, as int8 with a scale for each row."""
        self._adapted.update(names)
        packed = [
            _int8(self._take(f"{name}.weight"), self._adapter.get(f"{name}.b"), self._adapter.get(f"{name}.a"))
            for name in names
        ]
        spec.weight = np.concatenate([values for values, _ in packed])
        spec.weight_scale = np.concatenate([scale for _, scale in packed])
        if f"{names[0]}.bias" in self:
            spec.bias = np.concatenate([self.floats(f"{name}.bias") for name in names])

    def _take(self, name: str) -> Any:
        self._taken += 1
        self._report(self._taken / len(self._by_name))
        return self._by_name[name]


def _int8(
    tensor: Any, b: npt.NDArray[np.float32] | None, a: npt.NDArray[np.float32] | None
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The matrix (plus b @ a) and the scale of each row, as CTranslate2 does it: value = int8 / scale."""
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
    return values, scales


def _decoder(tensors: _Tensors, fields: dict[str, Any]) -> Any:
    heads = fields["qwen2.attention.head_count"]
    heads_kv = fields["qwen2.attention.head_count_kv"]
    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        fields["qwen2.block_count"],
        heads,
        activation=common_spec.Activation.SWISH,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=False,
        rotary_base=fields["qwen2.rope.freq_base"],
        num_heads_kv=None if heads_kv == heads else heads_kv,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    tensors.linear(decoder.embeddings, "token_embd")
    if "output.weight" in tensors:
        tensors.linear(decoder.projection, "output")
    else:  # the projection is the embeddings; optimize() writes them once
        decoder.projection.weight = decoder.embeddings.weight
        decoder.projection.weight_scale = decoder.embeddings.weight_scale
    decoder.layer_norm.gamma = tensors.floats("output_norm.weight")
    for number, layer in enumerate(decoder.layer):
        block = f"blk.{number}"
        layer.self_attention.layer_norm.gamma = tensors.floats(f"{block}.attn_norm.weight")
        layer.ffn.layer_norm.gamma = tensors.floats(f"{block}.ffn_norm.weight")
        tensors.linear(layer.self_attention.linear[0], *(f"{block}.attn_{which}" for which in "qkv"))
        tensors.linear(layer.self_attention.linear[1], f"{block}.attn_output")
        tensors.linear(layer.ffn.linear_0, f"{block}.ffn_gate")
        tensors.linear(layer.ffn.linear_0_noact, f"{block}.ffn_up")
        tensors.linear(layer.ffn.linear_1, f"{block}.ffn_down")
    return spec


def _save_tokenizer(fields: dict[str, Any], tokens: list[str], eos: str, pad: str, folder: Path) -> None:
    """Tokenizer and chat template, from the GGUF file's own fields, as tokenizers and transformers load them."""
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
    config = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": eos, "pad_token": pad}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    template = fields["tokenizer.chat_template"]
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8", newline="")
