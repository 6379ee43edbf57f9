"""Trains the writer: LoRA on Qwen2.5-Coder-0.5B-Instruct, from the very GGUF that Scribe fetches. See README.md.

    python models/recipe_writer/train.py EXAMPLES.json QWEN_FOLDER OUT [--from ADAPTER] [--without FOLD] [--use osce,dev]

Checkpoints every ten minutes to OUT; the same command goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import tomllib
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = Path(__file__).parent
BATCH_TOKENS = 2048
CHECKPOINT_S = 600
RANK = 16
END = "<|im_end|>"


def chosen(corpus: dict[str, list[list[str]]], use: list[str], without: int, seed: int) -> list[list[str]]:
    folds = tomllib.loads((HERE.parent / "recipe" / "folds.toml").read_text(encoding="utf-8"))
    unseen = set(folds[f"fold{without}"]) if without else set()
    items = [
        example
        for name, examples in corpus.items()
        for example in examples
        for _ in range(use.count(name.split("/")[0]))
        if name.split("/")[1] not in unseen
    ]
    rng = random.Random(seed)
    full = [item for item in items if item[1]]
    empty = [item for item in items if not item[1]]
    return full + rng.sample(empty, len(empty) // 2)  # half of the small talk is enough to learn silence


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


def loss_of(model: nn.Module, batch: list[tuple[list[int], int]], pad: int) -> torch.Tensor:
    """Mean loss of the answers' tokens; the vocabulary is only looked at where an answer is."""
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.full((len(batch), longest), pad)
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    target = torch.full((len(batch), longest), -100)
    for row, (tokens, begin) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        target[row, begin : len(tokens)] = torch.tensor(tokens[begin:])
    inner = model.get_base_model() if isinstance(model, PeftModel) else model
    states = inner.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state[:, :-1]
    target = target[:, 1:]
    here = target >= 0
    return nn.functional.cross_entropy(inner.lm_head(states[here]).float(), target[here])


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("examples", type=Path)
    args.add_argument("qwen", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("--start", type=Path, help="an adapter to go on from")
    args.add_argument("--without", type=int, default=0, help="the fold that is not seen")
    args.add_argument("--use", default="osce")
    args.add_argument("--epochs", type=int, default=2)
    args.add_argument("--rate", type=float, default=3e-4)
    args.add_argument("--above", type=int, default=0, help="layers below this one rest, which costs a third less time")
    args.add_argument("--steps", type=int, default=0, help="stop after so many, for a trial")
    given = args.parse_args()
    torch.manual_seed(57)
    torch.set_num_threads(2)
    given.out.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(given.qwen)
    model = AutoModelForCausalLM.from_pretrained(given.qwen, dtype=torch.bfloat16)
    config = LoraConfig(
        r=RANK,
        lora_alpha=2 * RANK,
        lora_dropout=0.0,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    )
    model = get_peft_model(model, config, autocast_adapter_dtype=False)
    adapter = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if given.start:
        for name, value in load_file(given.start).items():
            adapter[name].data = value.to(torch.bfloat16)
    for name, p in adapter.items():
        p.requires_grad_(int(name.split(".layers.")[1].split(".")[0]) >= given.above)
    # Weights of the adapter are kept in full precision beside the model, which computes in bfloat16.
    master = {name: p.detach().float().clone().requires_grad_() for name, p in adapter.items()}
    state = given.out / "state.pt"
    learning = {name: value for name, value in master.items() if adapter[name].requires_grad}
    optimiser = torch.optim.AdamW(learning.values(), lr=given.rate, weight_decay=0.0)
    corpus = json.loads(given.examples.read_text(encoding="utf-8"))
    items = []
    for prompt, answer in chosen(corpus, given.use.split(","), given.without, 1):
        before, after = tokenizer(prompt)["input_ids"], tokenizer(answer + END)["input_ids"]
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
        save_file(
            {n: v.detach().to(torch.float16).contiguous() for n, v in master.items()}, given.out / "adapter.safetensors"
        )
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
        loss = loss_of(model, batch, tokenizer.pad_token_id or 0)
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
