"""Trains the writer: LoRA on Qwen2.5-Coder-0.5B-Instruct, from the very GGUF that Scribe fetches. See README.md.

    python models/recipe_writer/train.py EXAMPLES.json GGUF TOKENIZER OUT [--start ADAPTER] [--use osce,own]

Writes OUT/adapter.safetensors under the GGUF file's own names, as `scribe.models.gguf` adds it. Checkpoints every ten
minutes; the same command goes on from the last one. On a processor that multiplies bfloat16 matrices (AMX) an epoch of
200,000 tokens takes about a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import torch
from gguf import GGUFReader, dequantize
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import Qwen2Config, Qwen2ForCausalLM

BATCH_TOKENS = 2048
CHECKPOINT_S = 600
RANK = 16
SCALE = 2.0  # of what the adapter adds
END = "<|im_end|>"
NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def unpacked(path: Path) -> Qwen2ForCausalLM:
    """The GGUF file's weights in bfloat16."""
    reader = GGUFReader(path)
    field = {name: value.contents() for name, value in reader.fields.items() if name.startswith("qwen2.")}
    theirs = {short: long for long, short in NAMES.items()}
    weights: dict[str, torch.Tensor] = {}
    for tensor in reader.tensors:
        shape = tuple(int(n) for n in reversed(tensor.shape))
        *block, kind = tensor.name.split(".")
        name = f"model.layers.{block[1]}.{theirs[block[2]]}" if block[0] == "blk" else TOP[block[0]]
        weights[f"{name}.{kind}"] = torch.tensor(dequantize(tensor.data, tensor.tensor_type)).reshape(shape).bfloat16()
    config = Qwen2Config(
        vocab_size=weights["model.embed_tokens.weight"].shape[0],
        hidden_size=field["qwen2.embedding_length"],
        intermediate_size=field["qwen2.feed_forward_length"],
        num_hidden_layers=field["qwen2.block_count"],
        num_attention_heads=field["qwen2.attention.head_count"],
        num_key_value_heads=field["qwen2.attention.head_count_kv"],
        rms_norm_eps=field["qwen2.attention.layer_norm_rms_epsilon"],
        rope_theta=field["qwen2.rope.freq_base"],
        tie_word_embeddings="lm_head.weight" not in weights,
        dtype=torch.bfloat16,
    )
    model = Qwen2ForCausalLM(config)
    for parameter in model.parameters():  # not the buffers: rotation angles in bfloat16 would mislead every word
        parameter.data = parameter.data.bfloat16()
    model.load_state_dict(weights, strict="lm_head.weight" in weights)
    return model


def ours(name: str) -> str:
    """The name of an adapter's matrix in our file: "…layers.3.self_attn.q_proj.lora_A…" → "blk.3.attn_q.a"."""
    number, rest = name.split(".layers.")[1].split(".", 1)
    module, which = rest.split(".lora_")
    return f"blk.{number}.{NAMES[module]}.{which[0].lower()}"


def chosen(corpus: dict[str, list[list[str]]], use: list[str], seed: int) -> list[list[str]]:
    """The examples of the corpora named in `use`; one that is named twice counts twice."""
    items = [example for name in use for key, found in corpus.items() if key.split("/")[0] == name for example in found]
    full = [item for item in items if item[1]]
    empty = [item for item in items if not item[1]]
    return full + random.Random(seed).sample(empty, len(empty) // 2)  # half of the small talk teaches silence


def batches(items: list[tuple[list[int], int]], rng: random.Random) -> list[list[tuple[list[int], int]]]:
    """Items of like length together, at most BATCH_TOKENS with padding."""
    order = sorted(items, key=lambda item: len(item[0]) + rng.random() * 30)
    found: list[list[tuple[list[int], int]]] = [[]]
    for item in order:
        longest = max([len(item[0]), *(len(ids) for ids, _ in found[-1])])
        if found[-1] and longest * (len(found[-1]) + 1) > BATCH_TOKENS:
            found.append([])
        found[-1].append(item)
    rng.shuffle(found)
    return found


def loss_of(model: PeftModel, batch: list[tuple[list[int], int]], pad: int) -> torch.Tensor:
    """Mean loss of the answers' tokens; the vocabulary is only looked at where an answer is."""
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.full((len(batch), longest), pad)
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    target = torch.full((len(batch), longest), -100)
    for row, (tokens, begin) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        target[row, begin : len(tokens)] = torch.tensor(tokens[begin:])
    inner = model.get_base_model()
    states = inner.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state[:, :-1]
    target = target[:, 1:]
    here = target >= 0
    return nn.functional.cross_entropy(inner.lm_head(states[here]).float(), target[here])


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("examples", type=Path)
    args.add_argument("gguf", type=Path)
    args.add_argument("tokenizer", type=Path, help="tokenizer.json, as Scribe makes it of the GGUF file")
    args.add_argument("out", type=Path)
    args.add_argument("--start", type=Path, help="an adapter to go on from")
    args.add_argument("--use", default="osce,own,own", help="corpora by name; one that is named twice counts twice")
    args.add_argument("--epochs", type=int, default=2)
    args.add_argument("--rate", type=float, default=3e-4)
    args.add_argument("--above", type=int, default=0, help="layers below this one rest, which costs a third less time")
    args.add_argument("--steps", type=int, default=0, help="stop after so many, for a trial")
    given = args.parse_args()
    torch.manual_seed(57)
    torch.set_num_threads(2)
    given.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(given.tokenizer))
    model = unpacked(given.gguf)
    config = LoraConfig(
        r=RANK,
        lora_alpha=SCALE * RANK,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    )
    model = get_peft_model(model, config, autocast_adapter_dtype=False)
    adapter = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if given.start:
        start = load_file(given.start)
        for name, p in adapter.items():
            p.data = (start[ours(name)] / (SCALE if ".lora_B" in name else 1.0)).to(torch.bfloat16)
    for name, p in adapter.items():
        p.requires_grad_(int(name.split(".layers.")[1].split(".")[0]) >= given.above)
    # Weights of the adapter are kept in full precision beside the model, which computes in bfloat16.
    master = {name: p.detach().float().clone().requires_grad_() for name, p in adapter.items()}
    state = given.out / "state.pt"
    learning = {name: value for name, value in master.items() if adapter[name].requires_grad}
    optimiser = torch.optim.AdamW(learning.values(), lr=given.rate, weight_decay=0.0)
    corpus = json.loads(given.examples.read_text(encoding="utf-8"))
    items = []
    for prompt, answer in chosen(corpus, given.use.split(","), 1):
        before, after = tokenizer.encode(prompt).ids, tokenizer.encode(answer + END).ids
        items.append((before + after, len(before)))
    rng = random.Random(57)
    plan = [batch for _ in range(given.epochs) for batch in batches(items, rng)]
    steps = given.steps or len(plan)
    done = 0
    if state.exists():
        saved = torch.load(state)
        done = saved["done"]
        optimiser.load_state_dict(saved["optimiser"])
        for name, value in saved["master"].items():
            master[name].data = value
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / 10) * max(0.05, 1 - s / steps), last_epoch=-1
    )
    for _ in range(done):
        schedule.step()
    print(len(items), "examples", sum(len(i) for i, _ in items), "tokens", len(plan), "steps", flush=True)

    def save(final: bool) -> None:
        scaled = {ours(n): v.detach() * (SCALE if ".lora_B" in n else 1.0) for n, v in master.items()}
        save_file({n: v.half().contiguous() for n, v in scaled.items()}, given.out / "adapter.safetensors")
        if final:
            state.unlink(missing_ok=True)
        else:
            torch.save({"done": done, "optimiser": optimiser.state_dict(), "master": master}, state)

    model.train()
    began = kept = time.time()
    tokens = 0
    average = 0.0
    for batch in plan[done:steps]:
        for name, p in adapter.items():
            p.data = master[name].detach().to(torch.bfloat16)
            p.grad = None
        loss = loss_of(model, batch, tokenizer.token_to_id(END))
        loss.backward()
        for name, value in learning.items():
            value.grad = adapter[name].grad.float()
        nn.utils.clip_grad_norm_(learning.values(), 1.0)
        optimiser.step()
        schedule.step()
        done += 1
        tokens += sum(len(i) for i, _ in batch)
        average = loss.item() if done == 1 else 0.9 * average + 0.1 * loss.item()
        if done % 5 == 0:
            print(f"step {done}/{steps} loss {average:.3f} {tokens / (time.time() - began):.0f} tokens/s", flush=True)
        if time.time() - kept > CHECKPOINT_S:
            save(final=False)
            kept = time.time()
    save(final=True)


if __name__ == "__main__":
    main()
