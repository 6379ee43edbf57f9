"""Conversion: the numbers survive, the tokenizer is the model's own, and nothing half-made is ever used."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from scribe import models
from scribe.errors import Bug, Fixable
from scribe.extract.language import _Decoder, _Slots
from scribe.models import convert
from scribe.models.gguf import _int8

WIDTH, HEADS, HEADS_KV, LAYERS, FEED = 64, 4, 2, 2, 128
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


Floats = npt.NDArray[np.float32]


def next_tokens(weights: dict[str, Floats], tokens: list[int], tied: bool) -> list[tuple[int, float]]:
    """What Qwen2 makes of the weights, written down plainly: the two likeliest tokens, and their log probabilities."""

    def norm(x: Floats, name: str) -> Floats:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6) * weights[name]

    def turned(x: Floats) -> Floats:
        """Each head's halves, turned by an angle for each place (tokens × heads × head)."""
        half = x.shape[-1] // 2
        angles = np.outer(np.arange(len(x)), 1e6 ** (-np.arange(half) / half))[:, None]
        one, other = x[..., :half], x[..., half:]
        cos, sin = np.cos(angles), np.sin(angles)
        return np.concatenate([one * cos - other * sin, other * cos + one * sin], axis=-1)

    head = WIDTH // HEADS
    x = weights["token_embd.weight"][tokens]
    for block in (f"blk.{number}" for number in range(LAYERS)):
        read = norm(x, f"{block}.attn_norm.weight")
        q, k, v = (
            (read @ weights[f"{block}.attn_{one}.weight"].T + weights[f"{block}.attn_{one}.bias"]).reshape(
                len(tokens), -1, head
            )
            for one in "qkv"
        )
        q, k, v = turned(q), *(one.repeat(HEADS // HEADS_KV, axis=1) for one in (turned(k), v))
        worth = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(head)
        worth[:, np.triu(np.ones(worth.shape[1:], bool), 1)] = -np.inf
        share = np.exp(worth - worth.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        attended = np.einsum("hij,jhd->ihd", share, v).reshape(len(tokens), WIDTH)
        x = x + attended @ weights[f"{block}.attn_output.weight"].T
        read = norm(x, f"{block}.ffn_norm.weight")
        gate = read @ weights[f"{block}.ffn_gate.weight"].T
        both = gate / (1 + np.exp(-gate)) * (read @ weights[f"{block}.ffn_up.weight"].T)
        x = x + both @ weights[f"{block}.ffn_down.weight"].T
    words = weights["token_embd.weight" if tied else "output.weight"] @ norm(x[-1], "output_norm.weight")
    worth = words - np.log(np.exp(words).sum())
    return [(int(token), float(worth[token])) for token in np.argsort(-worth)[:2]]


@pytest.mark.parametrize("tied", [False, True])
def test_the_graph_computes_what_the_weights_say(tmp_path: Path, tied: bool) -> None:
    file = write_gguf(tmp_path / "model.gguf", tied=tied)
    weights = {one.name: gguf.dequantize(one.data, one.tensor_type) for one in gguf.GGUFReader(file).tensors}
    convert.convert(file, None, "source", lambda share: None)
    slots = _Slots(_Decoder(tmp_path / convert.CONVERTED, threads=1), room=2, longest=40)
    rng = np.random.default_rng(3)
    talk = [rng.integers(0, len(TOKENS), length).tolist() for length in (3, 11)]
    said = [slots.begin(prompt) for prompt in talk]
    for _ in range(6):
        for prompt, best in zip(talk, said, strict=True):
            wanted = next_tokens(weights, prompt, tied)
            assert [chance for _, chance in best] == pytest.approx([worth for _, worth in wanted], abs=0.15)
            prompt.append(wanted[0][0])
        said = slots.step([prompt[-1] for prompt in talk])


def test_what_is_taken_back_was_never_said(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    decoder = _Decoder(tmp_path / convert.CONVERTED, threads=1)
    slots, plain = (_Slots(decoder, room=1, longest=20) for _ in range(2))
    for one in (slots, plain):
        one.begin([3, 1, 4])
    slots.step([1])
    slots.step([5])
    slots.back(0, 2)
    assert slots.step([9]) == plain.step([9])


def test_the_tokenizer_is_the_models_own(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    tokenizer = Tokenizer.from_file(str(tmp_path / convert.CONVERTED / "tokenizer.json"))
    assert tokenizer.encode("<|im_start|>hello").tokens == ["<|im_start|>", "hell", "o"]
    assert [tokenizer.token_to_id(token) for token in TOKENS] == list(range(len(TOKENS)))


def test_int8_keeps_every_number_within_half_a_step(tmp_path: Path) -> None:
    tensor = gguf.GGUFReader(write_gguf(tmp_path / "model.gguf")).tensors[0]
    packed = _int8(tensor, None, None)
    before = gguf.dequantize(tensor.data, tensor.tensor_type)
    assert np.abs(packed.values / packed.scale[:, None] - before).max() <= (0.5001 / packed.scale).max()
    assert (np.abs(packed.values).max(axis=1) == 127).all()


def test_what_we_trained_is_added_on_the_way(tmp_path: Path) -> None:
    weights = write_gguf(tmp_path / "model.gguf")
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, WIDTH)).astype(np.float16), rng.normal(size=(WIDTH, 2)).astype(np.float16)
    tensor = next(t for t in gguf.GGUFReader(weights).tensors if t.name == "blk.0.attn_q.weight")
    packed = _int8(tensor, b.astype(np.float32), a.astype(np.float32))
    wanted = gguf.dequantize(tensor.data, tensor.tensor_type) + b.astype(np.float32) @ a.astype(np.float32)
    assert np.abs(packed.values / packed.scale[:, None] - wanted).max() <= (0.5001 / packed.scale).max()

    adapter = tmp_path / "adapter.safetensors"
    save_file({"blk.0.attn_q.a": a, "blk.0.attn_q.b": b}, adapter)
    convert.convert(weights, None, "plain", lambda share: None)
    plain = (tmp_path / convert.CONVERTED / convert.WEIGHTS).read_bytes()
    convert.convert(weights, adapter, "ours", lambda share: None)
    assert (tmp_path / convert.CONVERTED / convert.WEIGHTS).read_bytes() != plain
    assert convert.read_record(tmp_path / convert.CONVERTED, "plain") is None


def test_the_record_names_source_and_hashes(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    record = convert.read_record(tmp_path / convert.CONVERTED, "source")
    assert record and {convert.GRAPH, convert.WEIGHTS, convert.EMBEDDINGS, "tokenizer.json"} <= set(record.files)
    assert convert.read_record(tmp_path / convert.CONVERTED, "another source") is None
    assert convert.read_record(tmp_path, "source") is None


def test_a_recipe_that_changed_asks_for_a_new_conversion(tmp_path: Path) -> None:
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    path = tmp_path / convert.CONVERTED / "converted.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"recipe": 0}))
    assert convert.read_record(path.parent, "source") is None


def test_what_an_earlier_version_made_is_removed(tmp_path: Path) -> None:
    (tmp_path / "ct2-int8").mkdir()
    (tmp_path / "ct2-int8" / "model.bin").write_bytes(b"old")
    convert.convert(write_gguf(tmp_path / "model.gguf"), None, "source", lambda share: None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["model.gguf", convert.CONVERTED]


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
    tokens = tokenizer.encode(prompt).ids
    slots = _Slots(_Decoder(model.path, threads=2), room=1, longest=len(tokens) + 40)
    answer = [slots.begin(tokens)[0][0]]
    while answer[-1] != tokenizer.token_to_id("<|im_end|>") and len(answer) < 40:
        answer.append(slots.step(answer[-1:])[0][0][0])
    said = tokenizer.decode(answer)
    assert "Patel" in said
    assert said.isascii() and 3 <= len(said.split()) <= 25
