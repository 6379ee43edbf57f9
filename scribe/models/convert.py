"""Language weights: from GGUF, as publishers pack them, to the int8 weights that CTranslate2 loads. No torch.

One tensor at a time is unpacked to floats, a few thousand rows at once, and packed again as int8 with a scale
for each row, so that the work needs little more memory than the result. It runs in a process of its own: it can
be stopped, and its memory is given back. The result lies beside its source with a record of what it was made
from and the SHA-256 of every file.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scribe.errors import Bug, Fixable, ScribeError
from scribe.models.files import sha256_of

CONVERTED = "ct2-int8"
_RECORD = "converted.json"
_RECIPE = 1  # raised when the conversion changes: what an older one made is then made again from its source
_ROWS = 4096
_POLL_S = 0.2

_CONTROL, _USER_DEFINED = 3, 4  # GGUF's token types

Report = Callable[[float], None]
"""Called with the share that is done, 0 to 1; what it raises ends the work."""


@dataclass(frozen=True)
class Record:
    """What the converted weights were made from, and what they are. Args: files: SHA-256 by name."""

    recipe: int
    source: str
    files: dict[str, str]


def read_record(folder: Path, source: str) -> Record | None:
    """The record of a finished conversion of the weights with SHA-256 `source`, or None if there is none."""
    try:
        record = Record(**json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if (record.recipe, record.source) == (_RECIPE, source) else None


def in_child(weights: Path, source: str, report: Report) -> None:
    """Converts `weights` to the folder CONVERTED beside it, in a process of its own.

    Args:
        weights: the GGUF file.
        source: its SHA-256.
        report: called a few times a second.

    Raises:
        Fixable: "disk-full" or "out-of-memory".
        Bug: the weights are of a kind that we do not know.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, weights, source), daemon=True)
    process.start()
    theirs.close()
    share = 0.0
    try:
        while True:
            report(share)
            if ours.poll(_POLL_S):
                message = ours.recv()
                if isinstance(message, ScribeError):
                    raise message
                share = message
    except EOFError:
        process.join()
    finally:
        if process.is_alive():
            process.kill()
            process.join()
        ours.close()
    if process.exitcode:
        raise Fixable(
            "The model could not be prepared: the computer stopped the work, most likely for want of memory.",
            safe="The download is kept.",
            do="Close other programs and try again, or choose a smaller model.",
            code="out-of-memory",
        )


def _child(pipe: Connection, weights: Path, source: str) -> None:
    try:
        convert(weights, source, pipe.send)
    except MemoryError:
        raise SystemExit(1) from None
    except OSError as error:
        pipe.send(
            Fixable(
                f"The model could not be prepared: {error.strerror or 'the disk failed'}.",
                safe="The download is kept.",
                do="Free some space and try again.",
                code="disk-full",
            )
        )
    except ScribeError as error:
        pipe.send(error)
    except Exception as error:
        pipe.send(Bug(f"The model could not be prepared ({type(error).__name__}: {error})."))


def convert(weights: Path, source: str, report: Report) -> None:
    """Converts `weights` to the folder CONVERTED beside it; the folder appears whole or not at all."""
    import gguf

    folder = weights.parent / CONVERTED
    partial = weights.parent / f"{CONVERTED}.partial"
    for old in (partial, folder):
        if old.exists():
            shutil.rmtree(old)
    partial.mkdir()
    reader = gguf.GGUFReader(weights)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    reader.fields.clear()  # the reader keeps several objects for every token
    architecture = fields["general.architecture"]
    if architecture != "qwen2":
        raise Bug(f"Weights of the kind {architecture} cannot be converted.", code="unknown-architecture")
    report(0.1)
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    spec = _decoder(_Tensors(reader, lambda share: report(0.1 + 0.6 * share)), fields)
    spec.register_vocabulary(tokens)
    eos, pad = (tokens[fields[f"tokenizer.ggml.{key}_token_id"]] for key in ("eos", "padding"))
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = pad, eos, ""
    spec.config.layer_norm_epsilon = fields["qwen2.attention.layer_norm_rms_epsilon"]
    spec.config.add_attribute("model_type", architecture)  # transformers asks for it beside a tokenizer
    spec.validate()
    spec.optimize()
    spec.save(str(partial))
    report(0.9)
    _save_tokenizer(fields, tokens, eos, pad, partial)
    files = {path.name: sha256_of(path) for path in sorted(partial.iterdir())}
    record = json.dumps(asdict(Record(_RECIPE, source, files)), indent=2)
    (partial / _RECORD).write_text(record + "\n", encoding="utf-8")
    partial.replace(folder)
    report(1.0)


class _Tensors:
    """Reads a GGUF file's tensors by name."""

    def __init__(self, reader: Any, report: Report) -> None:
        self._by_name = {tensor.name: tensor for tensor in reader.tensors}
        self._report = report
        self._taken = 0

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A vector as it is."""
        return np.array(self._take(name).data, dtype=np.float32)

    def linear(self, spec: Any, *names: str) -> None:
        """Fills a layer with the matrices `names`, one under the other, as int8 with a scale for each row."""
        packed = [_int8(self._take(f"{name}.weight")) for name in names]
        spec.weight = np.concatenate([values for values, _ in packed])
        spec.weight_scale = np.concatenate([scale for _, scale in packed])
        if f"{names[0]}.bias" in self:
            spec.bias = np.concatenate([self.floats(f"{name}.bias") for name in names])

    def _take(self, name: str) -> Any:
        self._taken += 1
        self._report(self._taken / len(self._by_name))
        return self._by_name[name]


def _int8(tensor: Any) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The matrix and the scale of each row, as CTranslate2 does it: value = int8 / scale."""
    import gguf

    columns, rows = (int(n) for n in tensor.shape)
    values, scales = np.empty((rows, columns), np.int8), np.empty(rows, np.float32)
    for start in range(0, rows, _ROWS):
        block = gguf.dequantize(tensor.data[start : start + _ROWS], tensor.tensor_type)
        largest = np.abs(block).max(axis=1)
        largest[largest == 0] = 127.0
        scale = (127.0 / largest).astype(np.float32)
        scales[start : start + _ROWS] = scale
        values[start : start + _ROWS] = np.rint(block * scale[:, None])
    return values, scales


def _decoder(tensors: _Tensors, fields: dict[str, Any]) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

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
    """Tokenizer and chat template, from the GGUF file's own fields, as transformers and tokenizers load them."""
    with contextlib.redirect_stderr(None):  # it remarks that there is no torch
        from transformers import AddedToken, Qwen2Tokenizer

    tokenizer = Qwen2Tokenizer(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"]],  # type: ignore[misc]
        eos_token=eos,
        pad_token=pad,
        unk_token=None,  # type: ignore[arg-type]
        chat_template=fields["tokenizer.chat_template"],
    )
    kinds = fields["tokenizer.ggml.token_type"]
    tokenizer.add_tokens(
        [
            AddedToken(token, normalized=False, special=kind == _CONTROL)
            for token, kind in zip(tokens, kinds, strict=True)
            if kind in (_CONTROL, _USER_DEFINED)
        ]
    )
    tokenizer.save_pretrained(folder)
