"""Conversion: the numbers survive, the tokenizer is the model's own, and nothing half-made is ever used."""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2
import gguf
import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from scribe import models
from scribe.errors import Bug, Fixable
from scribe.models import convert
from scribe.models.gguf import _int8

WIDTH, HEADS, HEADS_KV, LAYERS, FEED = 32, 4, 2, 2, 64
LETTERS = [chr(code) for code in (*range(33, 127), *range(161, 173), *range(174, 256))]
LETTERS += [chr(256 + number) for number in range(256 - len(LETTERS))]  # GPT-2's alphabet for bytes
TOKENS = [*LETTERS, "he", "ll", "hell", "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SPECIAL = 3


def write_gguf(path: Path, *, tied: bool = False, architecture: str = "qwen2") -> Path:
    """A model of the same shape as the real ones, small enough to be made here."""
    rng = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(WIDTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_rope_freq_base(1e6)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([1] * (len(TOKENS) - SPECIAL) + [3] * SPECIAL)
    writer.add_token_merges(["h e", "l l", "he ll"])
    writer.add_eos_token_id(len(TOKENS) - 1)
    writer.add_pad_token_id(len(TOKENS) - 3)
    writer.add_chat_template("{{ messages[0].content }}")

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, rng.normal(0, 0.3, shape).astype(np.float32))

    add("token_embd.weight", len(TOKENS), WIDTH)
    if not tied:
        add("output.weight", len(TOKENS), WIDTH)
    add("output_norm.weight", WIDTH)
    shared = WIDTH // HEADS * HEADS_KV
    for block in (f"blk.{number}" for number in range(LAYERS)):
        add(f"{block}.attn_norm.weight", WIDTH)
        add(f"{block}.ffn_norm.weight", WIDTH)
        for which, rows in (("q", WIDTH), ("k", shared), ("v", shared)):
            add(f"{block}.attn_{which}.weight", rows, WIDTH)
            add(f"{block}.attn_{which}.bias", rows)
        add(f"{block}.attn_output.weight", WIDTH, WIDTH)
        add(f"{block}.ffn_gate.weight", FEED, WIDTH)
        add(f"{block}.ffn_up.weight", FEED, WIDTH)
        add(f"{block}.ffn_down.weight", WIDTH, FEED)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("tied", [False, True])
def test_the_result_loads_and_writes(tmp_path: Path, tied: bool) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf", tied=tied), None, "source", lambda share: None)
    generator = ctranslate2.Generator(str(tmp_path / convert.CONVERTED))
    prompt = ["<|im_start|>", "h", "he"]
    first = generator.generate_batch([prompt], max_length=5, include_prompt_in_result=False)[0]
    again = generator.generate_batch([prompt], max_length=5, include_prompt_in_result=False)[0]
    assert first.sequences_ids == again.sequences_ids
    assert set(first.sequences[0]) <= set(TOKENS)


def test_the_tokenizer_is_the_models_own(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    tokenizer = Tokenizer.from_file(str(tmp_path / convert.CONVERTED / "tokenizer.json"))
    assert tokenizer.encode("<|im_start|>hello").tokens == ["<|im_start|>", "hell", "o"]
    assert [tokenizer.token_to_id(token) for token in TOKENS] == list(range(len(TOKENS)))
    template = (tmp_path / convert.CONVERTED / "chat_template.jinja").read_text()
    assert template == "{{ messages[0].content }}"


def test_int8_keeps_every_number_within_half_a_step(tmp_path: Path) -> None:
    tensor = gguf.GGUFReader(write_gguf(tmp_path / "model.gguf")).tensors[0]
    values, scale = _int8(tensor, None, None)
    before = gguf.dequantize(tensor.data, tensor.tensor_type)
    assert np.abs(values / scale[:, None] - before).max() <= (0.5001 / scale).max()
    assert (np.abs(values).max(axis=1) == 127).all()


def test_what_we_trained_is_added_on_the_way(tmp_path: Path) -> None:
    weights = write_gguf(tmp_path / "model.gguf")
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, WIDTH)).astype(np.float16), rng.normal(size=(WIDTH, 2)).astype(np.float16)
    tensor = next(t for t in gguf.GGUFReader(weights).tensors if t.name == "blk.0.attn_q.weight")
    values, scale = _int8(tensor, b.astype(np.float32), a.astype(np.float32))
    wanted = gguf.dequantize(tensor.data, tensor.tensor_type) + b.astype(np.float32) @ a.astype(np.float32)
    assert np.abs(values / scale[:, None] - wanted).max() <= (0.5001 / scale).max()

    adapter = tmp_path / "adapter.safetensors"
    save_file({"blk.0.attn_q.a": a, "blk.0.attn_q.b": b}, adapter)
    convert.convert(weights, None, "plain", lambda share: None)
    plain = (tmp_path / convert.CONVERTED / "model.bin").read_bytes()
    convert.convert(weights, adapter, "ours", lambda share: None)
    assert (tmp_path / convert.CONVERTED / "model.bin").read_bytes() != plain
    assert convert.read_record(tmp_path / convert.CONVERTED, "plain") is None


def test_the_record_names_source_and_hashes(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    record = convert.read_record(tmp_path / convert.CONVERTED, "source")
    assert record and {"model.bin", "tokenizer.json", "vocabulary.json"} <= set(record.files)
    assert convert.read_record(tmp_path / convert.CONVERTED, "another source") is None
    assert convert.read_record(tmp_path, "source") is None


def test_a_recipe_that_changed_asks_for_a_new_conversion(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    path = tmp_path / convert.CONVERTED / "converted.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"recipe": 0}))
    assert convert.read_record(path.parent, "source") is None


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    weights = write_gguf(tmp_path / "model.gguf", architecture="llama")
    with pytest.raises(Bug, match="llama"):
        convert.convert(weights, None, "source", lambda share: None)
    assert not (tmp_path / convert.CONVERTED).exists()


def test_stopping_the_child_leaves_nothing_that_could_be_used(tmp_path: Path) -> None:
    weights = write_gguf(tmp_path / "model.gguf")

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert.in_child(weights, None, "source", stop)
    assert convert.read_record(tmp_path / convert.CONVERTED, "source") is None


def test_weights_that_are_none_are_a_plain_error_from_the_child(tmp_path: Path) -> None:
    weights = tmp_path / "model.gguf"
    weights.write_bytes(b"GGUF but not really" * 10)
    with pytest.raises((Bug, Fixable), match="could not be prepared"):
        convert.in_child(weights, None, "source", lambda share: None)


@pytest.mark.slow
def test_the_default_language_model_greets_a_patient() -> None:
    model = models.installed("qwen-0.5b")
    tokenizer = Tokenizer.from_file(str(model.path / "tokenizer.json"))
    assert tokenizer.encode("Hello, world!").ids == [9707, 11, 1879, 0]  # as Qwen publishes them
    assert tokenizer.encode("<|im_start|>user\nHi<|im_end|>").ids == [151644, 872, 198, 13048, 151645]
    prompt = (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        "<|im_start|>user\nGreet a patient called Mrs Patel in one short sentence.<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    generator = ctranslate2.Generator(str(model.path), intra_threads=2)
    result = generator.generate_batch(
        [tokenizer.encode(prompt).tokens], max_length=40, sampling_topk=1, include_prompt_in_result=False
    )[0]
    said = tokenizer.decode(result.sequences_ids[0])
    assert "Patel" in said
    assert said.isascii() and 3 <= len(said.split()) <= 25
