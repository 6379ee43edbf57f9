"""Trains a writer: LoRA on Qwen2.5-Coder-Instruct, 0.5B or 1.5B, from the very GGUF that Scribe fetches. See README.md.

    python models/recipe_writer/train.py EXAMPLES.json GGUF TOKENIZER OUT [--without FOLD ...] [--pairs COUNT] [--ask PROMPTS.json]

Besides answers the writer learns verdicts: after each line it says whether the line may be signed as it stands, "+" or "-".
They are learnt on lines that an earlier writer wrote of passages which it had not seen, and that were judged by reading
(`verdicts/`); of such lines only the verdicts are learnt, and of right answers only the lines.

With --pairs it then learns to prefer so many right lines to wrong ones (`pairs.py`), by direct preference optimisation
(Rafailov et al. 2023), while it goes on with the rest. With --itself it writes, last, all that it learnt from, and learns
to prefer the answer's lines to those of its own that it doubts; with --corrected also what readers made of such lines.
--start goes on from an adapter that was written before, instead of beginning anew.

Writes OUT/adapter.safetensors under the GGUF file's own names, as `scribe.models.gguf` adds it. With --without, every
development consultation of some folds (1 to 5) is held back, and the loss on what is held back is printed for each source; with --ask,
the trained writer's answers to a list of prompts are written to OUT/answers.json: token numbers and their log
probabilities. Needs a GPU: on an H200, with two more trainings beside it, 160 s for the 0.5B, 375 s and 80 s for
1,400 pairs for the 1.5B. The model is written out here rather than
taken from a library, so that the versions of libraries do not matter; it needs torch, gguf, tokenizers and safetensors.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import torch
from corrected import corrected
from examples import fold_of
from gguf import GGUFReader, dequantize
from pairs import Pair, doubted, pairs
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from scribe.extract.language import END
from scribe.extract.writer import RIGHT, WRONG

BATCH_TOKENS = 8192
SCALE = 2.0  # of what the adapter adds
WARM_STEPS = 20
ANSWER_TOKENS = 240
ASKED_AT_ONCE = 512
MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
ROUNDS = 2  # a third overfits: the loss on held-back passages rises by a tenth
VERDICT_SHARE = 0.5  # of the loss on verdicts, beside that on answers
MIXED_UP = 0.2  # of the verdicts that are only read, not learnt: so that nothing hangs on them but themselves
PAIR_RATE = 5e-5  # four times as much unlearns to write at length
PAIR_SHARP = 0.2
PAIR_SAY = 0.2  # of the loss of the right line itself
NONE = -100


class Item(NamedTuple):
    """Tokens of a prompt and what comes after it, and for each the token to learn there, or NONE."""

    ids: list[int]
    targets: list[int]
    judged: bool  # the targets are verdicts

    @property
    def silent(self) -> bool:
        return not self.judged and sum(target != NONE for target in self.targets) == 1


class Ways(NamedTuple):
    """Tokens with the right line and with the wrong one, and where the two part."""

    right: list[int]
    wrong: list[int]
    start: int


Some = TypeVar("Some")
Weights = dict[str, Tensor]
Linear = Callable[[Tensor, str], Tensor]
Cache = list[tuple[Tensor, Tensor]]


class Qwen2:
    """The GGUF file's weights, and what they make of tokens.

    Args:
        device: "cuda", where they are bfloat16; "cpu", where they are float32, for a trial.
    """

    def __init__(self, path: Path, device: str) -> None:
        reader = GGUFReader(path)
        field = {name: value.contents() for name, value in reader.fields.items() if name.startswith("qwen2.")}
        self.device = device
        self.kind = torch.bfloat16 if device == "cuda" else torch.float32
        self.weights: Weights = {}
        for tensor in reader.tensors:
            shape = tuple(int(n) for n in reversed(tensor.shape))
            values = torch.tensor(dequantize(tensor.data, tensor.tensor_type)).reshape(shape)
            self.weights[tensor.name] = values.to(device, self.kind)
        self.layers: int = field["qwen2.block_count"]
        self.heads: int = field["qwen2.attention.head_count"]
        self.heads_kv: int = field["qwen2.attention.head_count_kv"]
        self.size: int = field["qwen2.embedding_length"] // self.heads
        self._small: float = field["qwen2.attention.layer_norm_rms_epsilon"]
        steps = torch.arange(0, self.size, 2, device=device).float() / self.size
        self._turns = 1.0 / (field["qwen2.rope.freq_base"] ** steps)
        self._head = self.weights.get("output.weight", self.weights["token_embd.weight"])

    def matrices(self) -> list[str]:
        return [f"blk.{layer}.{name}" for layer in range(self.layers) for name in MATRICES]

    def logits(self, states: Tensor) -> Tensor:
        return functional.linear(states, self._head).float()

    def states(
        self, ids: Tensor, places: Tensor, linear: Linear, mask: Tensor | None = None, cache: Cache | None = None
    ) -> Tensor:
        """ids and places: rows × tokens. With a cache, the tokens stand at its end, of which `mask` tells what is seen."""
        rows, length = ids.shape
        x = functional.embedding(ids, self.weights["token_embd.weight"])
        angles = places[:, :, None].float() * self._turns
        angles = torch.cat((angles, angles), -1)[:, None]
        cos, sin = angles.cos().to(self.kind), angles.sin().to(self.kind)
        for layer in range(self.layers):
            name = f"blk.{layer}."
            h = self._norm(x, f"{name}attn_norm")
            q, k, v = (
                linear(h, f"{name}attn_{one}").view(rows, length, heads, self.size).transpose(1, 2)
                for one, heads in (("q", self.heads), ("k", self.heads_kv), ("v", self.heads_kv))
            )
            q, k = _turned(q, cos, sin), _turned(k, cos, sin)
            if cache is not None:
                assert mask is not None
                end = mask.shape[-1]
                keys, values = cache[layer]
                keys[:, :, end - length : end], values[:, :, end - length : end] = k, v
                k, v = keys[:, :, :end], values[:, :, :end]
            k, v = (one.repeat_interleave(self.heads // self.heads_kv, 1) for one in (k, v))
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
            x = x + linear(seen.transpose(1, 2).reshape(rows, length, self.heads * self.size), f"{name}attn_output")
            h = self._norm(x, f"{name}ffn_norm")
            x = x + linear(
                functional.silu(linear(h, f"{name}ffn_gate")) * linear(h, f"{name}ffn_up"), f"{name}ffn_down"
            )
        return self._norm(x, "output_norm")

    def _norm(self, x: Tensor, name: str) -> Tensor:
        full = x.float()
        scaled = full * torch.rsqrt(full.pow(2).mean(-1, keepdim=True) + self._small)
        return scaled.to(x.dtype) * self.weights[f"{name}.weight"]

    def linear(self, adapter: Weights | None = None, matrices: Weights | None = None) -> Linear:
        """The layers' matrices, with an adapter beside them, or with others in their place."""

        def apply(x: Tensor, name: str) -> Tensor:
            weight = (matrices or {}).get(name, self.weights[f"{name}.weight"])
            y = functional.linear(x, weight, self.weights.get(f"{name}.bias"))
            if adapter is not None:
                y = y + functional.linear(functional.linear(x, adapter[f"{name}.a"]), adapter[f"{name}.b"])
            return y

        return apply


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


def item(tokenizer: Tokenizer, prompt: str, answer: str, verdicts: str, rng: random.Random) -> Item:
    """What is to be learnt of one passage: the answer, or where it was judged, the verdict on each of its lines.

    Args:
        tokenizer: the model's.
        prompt: the passage.
        answer: its lines.
        verdicts: a letter for each line, A for one that may be signed as it stands, "?" for one that nobody judged; empty
            where the answer is right.
        rng: chooses the verdicts that are only read.
    """

    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    (right,), (wrong,), (end,) = (tokens(one) for one in (RIGHT, WRONG, END))
    ids = tokens(prompt)
    targets = [NONE] * len(ids)
    for place, line in enumerate(answer.splitlines(keepends=True)):
        said = tokens(line)
        ids += [*said, wrong if rng.random() < MIXED_UP else right]
        if verdicts:
            verdict = {"A": right, "?": NONE}.get(verdicts[place], wrong)
            targets += [*[NONE] * len(said), verdict]
        else:
            targets += [*said, NONE]
    return Item(ids, targets, True) if verdicts else Item([*ids, end], [*targets, end], False)


def together(some: list[Some], length: Callable[[Some], int], rng: random.Random) -> list[list[Some]]:
    """What is of like length together, at most BATCH_TOKENS with padding. `length`: tokens that one takes."""
    found: list[list[Some]] = [[]]
    for one in sorted(some, key=lambda one: length(one) + rng.random() * 40):
        longest = max(map(length, [one, *found[-1]]))
        if found[-1] and longest * (len(found[-1]) + 1) > BATCH_TOKENS:
            found.append([])
        found[-1].append(one)
    rng.shuffle(found)
    return found


def batches(items: list[Item], rng: random.Random) -> list[list[Item]]:
    return together(items, lambda item: len(item.ids), rng)


def pace(optimiser: torch.optim.Optimizer, rate: float, step: int, steps: int, warm: int) -> None:
    """Sets the rate: it rises over the first steps and falls to a thirtieth."""
    for group in optimiser.param_groups:
        group["lr"] = rate * min(1.0, (step + 1) / warm) * max(0.03, 1 - step / steps)


def loss_of(model: Qwen2, linear: Linear, batch: list[Item], pad: int) -> tuple[Tensor, Tensor]:
    """The loss of each token to learn, and whether it is a verdict."""
    longest = max(len(item.ids) for item in batch)
    ids = torch.full((len(batch), longest), pad)
    target = torch.full((len(batch), longest), NONE)
    judged = torch.zeros((len(batch), longest), dtype=torch.bool)
    for row, item in enumerate(batch):
        ids[row, : len(item.ids)] = torch.tensor(item.ids)
        target[row, : len(item.ids)] = torch.tensor(item.targets)
        judged[row] = item.judged
    ids, target, judged = (one.to(model.device) for one in (ids, target[:, 1:], judged[:, 1:]))
    places = torch.arange(longest, device=model.device)[None].expand(len(batch), -1)
    here = target != NONE
    states = model.states(ids, places, linear)[:, :-1][here]
    return functional.cross_entropy(model.logits(states), target[here], reduction="none"), judged[here]


def ways(tokenizer: Tokenizer, pair: Pair) -> Ways:
    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    (yes,), (no,), end = (tokens(one) for one in (RIGHT, WRONG, END))
    ids = tokens(pair.prompt)
    for line, letter in zip(pair.before.splitlines(keepends=True), pair.letters, strict=True):
        ids += [*tokens(line), yes if letter in "A?" else no]
    right, wrong = tokens(pair.right) or end, tokens(pair.wrong)
    same = 0
    while same < min(len(right), len(wrong)) - 1 and right[same] == wrong[same]:
        same += 1
    return Ways(ids + right, ids + wrong, len(ids) + same)


def said(model: Qwen2, linear: Linear, some: list[Ways], pad: int) -> tuple[Tensor, Tensor]:
    """Log probabilities of the right and of the wrong ways from where they part, one for each pair."""
    both = [one.right for one in some] + [one.wrong for one in some]
    longest = max(map(len, both))
    ids = torch.full((len(both), longest), pad)
    here = torch.zeros((len(both), longest), dtype=torch.bool)
    for row, (tokens, one) in enumerate(zip(both, [*some, *some], strict=True)):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        here[row, one.start : len(tokens)] = True
    ids, here = ids.to(model.device), here[:, 1:].to(model.device)
    places = torch.arange(longest, device=model.device)[None].expand(len(both), -1)
    states = model.states(ids, places, linear)[:, :-1][here]
    logs = -functional.cross_entropy(model.logits(states), ids[:, 1:][here], reduction="none")
    sums = torch.zeros(len(both), device=model.device).index_add(0, here.nonzero()[:, 0], logs)
    return sums[: len(some)], sums[len(some) :]


def _mean(losses: Tensor) -> Tensor:
    return losses.mean() if len(losses) else losses.new_zeros(())


def from_readers(
    tokenizer: Tokenizer, path: Path, without: Sequence[int], rng: random.Random
) -> tuple[list[Pair], list[Item]]:
    """Pairs from what readers corrected (`corrected.py`), and what to learn beside: the corrected answers, and the verdicts."""
    found: list[Pair] = []
    items: list[Item] = []
    for name, passages in json.loads(path.read_text(encoding="utf-8")).items():
        if fold_of(name) not in without:
            for prompt, said in passages:
                one = corrected(prompt, said)
                found += one.pairs()
                items.append(item(tokenizer, prompt, one.answer, "", rng))
                items.append(item(tokenizer, prompt, one.written, one.letters, rng))
    return found, items


def from_itself(model: Qwen2, adapter: Weights, tokenizer: Tokenizer, passages: list[tuple[str, str]]) -> list[Pair]:
    """Pairs from what it writes itself, and doubts, of passages that were answered by reading."""
    (yes,), (no,), (end,) = (tokenizer.encode(one, add_special_tokens=False).ids for one in (RIGHT, WRONG, END))
    asked = [tokenizer.encode(prompt, add_special_tokens=False).ids for prompt, _ in passages]
    found: list[Pair] = []
    for (prompt, answer), (ids, logs) in zip(passages, answers(model, adapter, asked, end), strict=True):
        written: list[tuple[str, float]] = []
        line: list[int] = []
        for token, log in zip(ids, logs, strict=True):
            if token == end:
                break
            if not line and written and token in (yes, no):
                written[-1] = written[-1][0], math.exp(log) if token == yes else 1 - math.exp(log)
                continue
            line.append(token)
            if tokenizer.decode([token]).endswith("\n"):
                written.append((tokenizer.decode(line), 0.0))
                line = []
        found += doubted(prompt, answer, written)
    return found


def loaded(path: Path, device: str) -> Weights:
    """An adapter as `main` wrote it, not scaled."""
    return {
        name: value.float().to(device) / (SCALE if name.endswith(".b") else 1)
        for name, value in load_file(path).items()
    }


def scaled(adapter: Weights) -> Weights:
    return {name: value * SCALE if name.endswith(".b") else value for name, value in adapter.items()}


def trained(model: Qwen2, items: dict[str, list[Item]], pad: int, rank: int, rate: float, steps: int) -> Weights:
    """The adapter, not scaled yet. `steps` ends early, for a trial; 0 for all."""
    start = torch.Generator().manual_seed(57)
    rng = random.Random(57)
    adapter: Weights = {}
    for name in model.matrices():
        rows, columns = model.weights[f"{name}.weight"].shape
        first = (torch.rand(rank, columns, generator=start) * 2 - 1) / math.sqrt(columns)
        adapter[f"{name}.a"] = first.to(model.device).requires_grad_()
        adapter[f"{name}.b"] = torch.zeros(rows, rank, device=model.device, requires_grad=True)
    plan: list[list[Item]] = []
    for _ in range(ROUNDS):
        mine: list[Item] = []
        for some in items.values():
            silent = [item for item in some if item.silent]
            mine += [item for item in some if not item.silent]
            mine += rng.sample(silent, len(silent) // 2)  # half of the small talk teaches silence
        plan += batches(mine, rng)
    plan = plan[: steps or None]
    optimiser = torch.optim.AdamW(list(adapter.values()), lr=rate, weight_decay=0.0, betas=(0.9, 0.98))
    began = time.time()
    for step, batch in enumerate(plan):
        pace(optimiser, rate, step, len(plan), WARM_STEPS)
        # The adapter is kept in full precision beside the model.
        now = {n: v.to(model.kind) for n, v in scaled(adapter).items()}
        losses, judged = loss_of(model, model.linear(now), batch, pad)
        loss = _mean(losses[~judged]) + VERDICT_SHARE * _mean(losses[judged])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(adapter.values()), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 50 == 0:
            print(f"step {step}/{len(plan)} loss {loss.item():.3f} {time.time() - began:.0f} s", flush=True)
    return {name: value.detach() for name, value in adapter.items()}


def preferring(model: Qwen2, adapter: Weights, some: list[Ways], items: list[Item], pad: int) -> Weights:
    """The adapter, once it has learnt to go the right way where a writer went wrong, and `items` beside; not scaled either."""
    rng = random.Random(58)
    before = model.linear({n: v.to(model.kind) for n, v in scaled(adapter).items()})
    adapter = {name: value.clone().requires_grad_() for name, value in adapter.items()}
    optimiser = torch.optim.AdamW(list(adapter.values()), lr=PAIR_RATE, weight_decay=0.0, betas=(0.9, 0.98))
    plan = together(some, lambda one: 2 * max(len(one.right), len(one.wrong)), rng)
    rest = batches([one for one in items if not one.silent or rng.random() >= 0.5], rng)
    began = time.time()
    for step, batch in enumerate(plan):
        pace(optimiser, PAIR_RATE, step, len(plan), WARM_STEPS // 2)
        with torch.no_grad():
            right_before, wrong_before = said(model, before, batch, pad)
        right, wrong = said(model, model.linear({n: v.to(model.kind) for n, v in scaled(adapter).items()}), batch, pad)
        gap = (right - right_before) - (wrong - wrong_before)
        lengths = torch.tensor([len(one.right) - one.start for one in batch], device=model.device)
        loss = -functional.logsigmoid(PAIR_SHARP * gap).mean() - PAIR_SAY * (right / lengths).mean()
        loss.backward()
        now = model.linear({n: v.to(model.kind) for n, v in scaled(adapter).items()})
        losses, judged = loss_of(model, now, rest[step % len(rest)], pad)
        (_mean(losses[~judged]) + VERDICT_SHARE * _mean(losses[judged])).backward()
        torch.nn.utils.clip_grad_norm_(list(adapter.values()), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 20 == 0:
            print(f"pairs {step}/{len(plan)} loss {loss.item():.3f} {time.time() - began:.0f} s", flush=True)
    return {name: value.detach() for name, value in adapter.items()}


@torch.no_grad()
def show_held_back(model: Qwen2, adapter: Weights, held: dict[str, list[Item]], pad: int) -> None:
    linear = model.linear({name: value.to(model.kind) for name, value in adapter.items()})
    for source, items in sorted(held.items()):
        found = [loss_of(model, linear, batch, pad) for batch in batches(items, random.Random(0))]
        losses, judged = torch.cat([one for one, _ in found]), torch.cat([one for _, one in found])
        for what, some in (("answers", losses[~judged]), ("verdicts", losses[judged])):
            print(f"held back, {source}: {what}, {len(some)} tokens, loss {_mean(some).item():.4f}", flush=True)


@torch.no_grad()
def answers(model: Qwen2, adapter: Weights, prompts: list[list[int]], end: int) -> list[tuple[list[int], list[float]]]:
    """Tokens of each answer with their log probabilities, the likeliest at each step."""
    merged = {
        name: (model.weights[f"{name}.weight"].float() + adapter[f"{name}.b"] @ adapter[f"{name}.a"]).to(model.kind)
        for name in model.matrices()
    }
    linear = model.linear(matrices=merged)
    found: dict[int, tuple[list[int], list[float]]] = {}
    order = sorted(range(len(prompts)), key=lambda place: len(prompts[place]))
    for start in range(0, len(order), ASKED_AT_ONCE):
        mine = order[start : start + ASKED_AT_ONCE]
        rows, longest = len(mine), max(len(prompts[place]) for place in mine)
        ids = torch.full((rows, longest), end)
        seen = torch.zeros((rows, longest + ANSWER_TOKENS), dtype=torch.bool)
        for row, place in enumerate(mine):  # padded on the left, so that all answers begin together
            ids[row, longest - len(prompts[place]) :] = torch.tensor(prompts[place])
            seen[row, longest - len(prompts[place]) :] = True
        ids, seen = ids.to(model.device), seen.to(model.device)
        places = (seen[:, :longest].long().cumsum(1) - 1).clamp(min=0)
        shape = (rows, model.heads_kv, longest + ANSWER_TOKENS, model.size)
        cache = [
            (
                torch.zeros(shape, device=model.device, dtype=model.kind),
                torch.zeros(shape, device=model.device, dtype=model.kind),
            )
            for _ in range(model.layers)
        ]
        past = torch.ones(longest, longest, dtype=torch.bool, device=model.device).tril()[None, None]
        itself = torch.eye(longest, dtype=torch.bool, device=model.device)  # so that padding sees something
        mask = (past & seen[:, None, None, :longest]) | itself
        state = model.states(ids, places, linear, mask, cache)[:, -1]
        place_now = places[:, -1]
        ended = torch.zeros(rows, dtype=torch.bool, device=model.device)
        tokens: list[Tensor] = []
        chances: list[Tensor] = []
        for step in range(ANSWER_TOKENS):
            chance, token = torch.log_softmax(model.logits(state), -1).max(-1)
            tokens.append(token)
            chances.append(chance)
            ended |= token == end
            if step == ANSWER_TOKENS - 1 or (step % 16 == 15 and bool(ended.all())):
                break
            place_now = place_now + 1
            mask = seen[:, None, None, : longest + step + 1]
            state = model.states(token[:, None], place_now[:, None], linear, mask, cache)[:, -1]
        for place, ids_, logs in zip(
            mine, torch.stack(tokens, 1).tolist(), torch.stack(chances, 1).tolist(), strict=True
        ):
            found[place] = (ids_, [round(one, 4) for one in logs])
    return [found[place] for place in range(len(prompts))]


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("examples", type=Path)
    args.add_argument("gguf", type=Path)
    args.add_argument("tokenizer", type=Path, help="tokenizer.json, as Scribe makes it of the GGUF file")
    args.add_argument("out", type=Path)
    args.add_argument("--without", type=int, nargs="*", default=(), help="folds to hold back, 1 to 5")
    args.add_argument("--rank", type=int, default=32)
    args.add_argument("--rate", type=float, default=3e-4)
    args.add_argument("--pairs", type=int, default=0, help="pairs of lines to learn to prefer the right one of")
    args.add_argument("--start", type=Path, help="an adapter to go on from, instead of the first rounds")
    args.add_argument("--itself", action="store_true", help="learn last from what it writes itself, and doubts")
    args.add_argument("--corrected", type=Path, help="and from what readers corrected of that")
    args.add_argument("--ask", type=Path, help="a list of prompts to answer")
    args.add_argument("--steps", type=int, default=0, help="stop after so many, for a trial")
    given = args.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(given.tokenizer))
    end = tokenizer.token_to_id(END)
    items: dict[str, list[Item]] = {}
    held: dict[str, list[Item]] = {}
    wrong: list[Pair] = []
    answered: list[tuple[str, str]] = []
    rng = random.Random(7)
    for name, found in json.loads(given.examples.read_text(encoding="utf-8")).items():
        kept = held if fold_of(name) in given.without else items
        wrong += pairs(found) if kept is items else ()
        for prompt, answer, verdicts in found:
            if kept is items and not verdicts and not name.startswith("own/"):
                answered.append((prompt, answer))
            kept.setdefault(name.split("/")[0], []).append(item(tokenizer, prompt, answer, verdicts, rng))
    print({source: len(found) for source, found in items.items()}, "passages", flush=True)
    model = Qwen2(given.gguf, "cuda" if torch.cuda.is_available() else "cpu")
    everything = [one for some in items.values() for one in some]
    if given.start:
        adapter = loaded(given.start, model.device)
    else:
        adapter = trained(model, items, end, given.rank, given.rate, given.steps)
    if given.pairs:
        random.Random(3).shuffle(wrong)
        adapter = preferring(model, adapter, [ways(tokenizer, one) for one in wrong[: given.pairs]], everything, end)
    last: list[Pair] = []
    if given.itself:
        last += from_itself(model, scaled(adapter), tokenizer, answered)
    if given.corrected:
        more, own = from_readers(tokenizer, given.corrected, given.without, rng)
        last += more
        everything = own + everything
    if last:
        print(len(last), "pairs of its own", flush=True)
        random.Random(3).shuffle(last)
        adapter = preferring(model, adapter, [ways(tokenizer, one) for one in last], everything, end)
    adapter = scaled(adapter)
    save_file({n: v.half().cpu().contiguous() for n, v in adapter.items()}, given.out / "adapter.safetensors")
    show_held_back(model, adapter, held, end)
    if given.ask:
        prompts = [tokenizer.encode(one, add_special_tokens=False).ids for one in json.loads(given.ask.read_text())]
        (given.out / "answers.json").write_text(json.dumps(answers(model, adapter, prompts, end)), encoding="utf-8")


if __name__ == "__main__":
    main()
