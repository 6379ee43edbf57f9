"""Trains the word reader: all-MiniLM-L6-v2 with one linear head over every word of the talk. See README.md.

    python models/recipe/train.py EVAL_FOLDER MINILM_FOLDER OUT_FOLDER

Learns from the simulated interviews and from our own excerpts; writes OUT_FOLDER/reader, which is shipped. Prints what
it gets right on the development consultations, of which it has seen none.
Needs torch, transformers, onnx and scikit-learn, which the app does not.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import time
from pathlib import Path

import data
import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sklearn.metrics import roc_auc_score
from torch import nn
from transformers import AutoModel, AutoTokenizer

EPOCHS = 3
MAX_TOKENS = 224  # of a window; the next begins three quarters of a window later
FROZEN_LAYERS = 1  # the lowest ones; they know words already, and training them costs a third of the time
HEADS = {
    "keep": 1,
    "critical": 1,
    "absent": 1,
    "uncertain": 1,
    "section": len(data.SECTIONS),
    "status": len(data.STATUSES),
    "experiencer": len(data.EXPERIENCERS),
}
OFFSETS = {name: sum(list(HEADS.values())[:i]) for i, name in enumerate(HEADS)}
WIDTH = sum(HEADS.values())
SPEAKERS = {"clinician": "doctor", "patient": "patient", "other": "other"}


class Reader(nn.Module):
    """MiniLM and one linear layer: for every token the logits of all heads side by side."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager")
        self.head = nn.Linear(self.encoder.config.hidden_size, WIDTH)
        self.drop = nn.Dropout(0.1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(self.drop(states))


def targets(fact: dict[str, object] | None) -> dict[str, int]:
    """Labels of a word that belongs to the fact; -100 where the sheet does not say."""
    if fact is None:
        return dict.fromkeys(HEADS, -100)
    status = {"resolved": "past"}.get(str(fact.get("status")), fact.get("status"))
    who = fact.get("experiencer")
    if (who is None and fact["section"] == "family_history") or who not in (None, "patient", "other"):
        who = "relative"
    certainty = fact.get("certainty")
    return {
        "keep": 1,
        "critical": int(fact["weight"] == "critical"),
        "absent": int(fact["polarity"] == "absent"),
        "uncertain": -100 if certainty is None else int(certainty == "uncertain"),
        "section": data.SECTIONS.index(str(fact["section"])),
        "status": data.STATUSES.index(str(status)) if status in data.STATUSES else -100,
        "experiencer": data.EXPERIENCERS.index(str(who)) if who in data.EXPERIENCERS else -100,
    }


def windows(doc: data.Labelled, tokenizer: object, rng: random.Random) -> list[tuple[list[int], list[dict[str, int]]]]:
    """Token windows with labels on each word's first token. Roles and punctuation are hidden now and then."""
    plain = rng.random() < 0.25
    ids: list[int] = []
    labels: list[dict[str, int]] = []
    starts: list[int] = []
    blank = targets(None)
    for (_, role, words), keep, owner in zip(doc.turns, doc.keep, doc.fact, strict=True):
        starts.append(len(ids))
        draw = rng.random()
        shown = "speaker" if draw < 0.08 else rng.choice(list(SPEAKERS.values())[:2]) if draw < 0.12 else SPEAKERS[role]
        for piece in tokenizer([shown, ":"], is_split_into_words=True, add_special_tokens=False)["input_ids"]:  # type: ignore[operator]
            ids.append(piece)
            labels.append(blank)
        texts = [re.sub(r"[^\w'/%-]", "", w) or w for w in words] if plain else words
        encoded = tokenizer(texts, is_split_into_words=True, add_special_tokens=False)  # type: ignore[operator]
        last = None
        for piece, word in zip(encoded["input_ids"], encoded.word_ids(), strict=True):
            ids.append(piece)
            if word == last:
                labels.append(blank)
            else:
                fact = doc.facts[owner[word]] if owner[word] >= 0 else None
                mark = targets(fact)
                mark["keep"] = -100 if keep[word] < 0 else keep[word]
                labels.append(mark)
            last = word
    out = []
    begin = 0
    while begin < len(ids):
        end = min(begin + MAX_TOKENS - 2, len(ids))
        out.append(
            (
                [tokenizer.cls_token_id, *ids[begin:end], tokenizer.sep_token_id],  # type: ignore[attr-defined]
                [blank, *labels[begin:end], blank],
            )
        )
        if end == len(ids):
            break
        half = begin + MAX_TOKENS * 3 // 4
        begin = next((s for s in starts if s >= half), half)
        begin = min(begin, end)
    return out


def batches(docs: list[data.Labelled], tokenizer: object, rng: random.Random, size: int = 8):  # type: ignore[no-untyped-def]
    items = [w for doc in docs for w in windows(doc, tokenizer, rng)]
    rng.shuffle(items)
    for i in range(0, len(items), size):
        chunk = items[i : i + size]
        longest = max(len(ids) for ids, _ in chunk)
        input_ids = torch.zeros(len(chunk), longest, dtype=torch.long)
        mask = torch.zeros(len(chunk), longest, dtype=torch.long)
        marks = {name: torch.full((len(chunk), longest), -100) for name in HEADS}
        for row, (ids, labels) in enumerate(chunk):
            input_ids[row, : len(ids)] = torch.tensor(ids)
            mask[row, : len(ids)] = 1
            for name in HEADS:
                marks[name][row, : len(ids)] = torch.tensor([label[name] for label in labels])
        yield input_ids, mask, marks


def loss_of(logits: torch.Tensor, marks: dict[str, torch.Tensor]) -> torch.Tensor:
    total = torch.zeros(())
    weights = {
        "keep": 2.0,
        "critical": 0.7,
        "absent": 0.7,
        "uncertain": 0.3,
        "section": 0.7,
        "status": 0.2,
        "experiencer": 0.3,
    }
    for name, width in HEADS.items():
        part = logits[..., OFFSETS[name] : OFFSETS[name] + width]
        mark = marks[name]
        if not (mark >= 0).any():
            continue
        if width == 1:
            here = mark >= 0
            value = nn.functional.binary_cross_entropy_with_logits(part[..., 0][here], mark[here].float())
        else:
            value = nn.functional.cross_entropy(part.reshape(-1, width), mark.reshape(-1), ignore_index=-100)
        total = total + weights[name] * value
    return total


def fit(model: Reader, docs: list[data.Labelled], epochs: int, rate: float, tokenizer: object, seed: int) -> None:
    """Trains encoder and head together."""
    rng = random.Random(seed)
    plan = [list(batches(docs, tokenizer, rng)) for _ in range(epochs)]
    steps = sum(len(p) for p in plan)
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:FROZEN_LAYERS]:
        layer.requires_grad_(False)
    groups = [
        {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": rate},
        {"params": model.head.parameters(), "lr": rate * 10},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / (0.1 * steps)) * max(0.05, 1 - s / steps)
    )
    model.train()
    began, done = time.time(), 0
    for epoch in plan:
        for input_ids, mask, marks in epoch:
            loss = loss_of(model(input_ids, mask), marks)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            if done % 10 == 0:
                print(f"step {done}/{steps} loss {loss.item():.3f} {time.time() - began:.0f}s", flush=True)


class _Plain(random.Random):
    """Hides neither roles nor punctuation."""

    def random(self) -> float:
        return 0.99


def report(model: Reader, docs: list[data.Labelled], tokenizer: object) -> dict[str, float]:
    """Area under the curve of the two-way heads, share right of the others, on consultations that were not seen."""
    rng = _Plain()
    model.eval()
    logits_of: list[torch.Tensor] = []
    marks: dict[str, list[int]] = {name: [] for name in HEADS}
    with torch.no_grad():
        for doc in docs:
            for ids, labels in windows(doc, tokenizer, rng):
                row = torch.tensor([ids])
                here = [i for i, label in enumerate(labels) if any(mark >= 0 for mark in label.values())]
                logits_of.append(model(row, torch.ones_like(row))[0][here])
                for name in HEADS:
                    marks[name] += [labels[i][name] for i in here]
    logits = torch.cat(logits_of).numpy()
    figures = {}
    for name, width in HEADS.items():
        mark = np.array(marks[name])
        part = logits[mark >= 0, OFFSETS[name] : OFFSETS[name] + width]
        mark = mark[mark >= 0]
        if width == 1 and len(set(mark)) > 1:
            figures[name] = round(float(roc_auc_score(mark, part[:, 0])), 3)
        elif width > 1 and len(mark):
            figures[name] = round(float((part.argmax(1) == mark).mean()), 3)
    return figures


class _Both(nn.Module):
    """The reader with its last layer's states beside the logits."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.reader.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.reader.head(states), states


def export(model: Reader, path: Path) -> None:
    """Writes the reader as ONNX with int8 weights."""
    model.eval()
    whole = path.with_suffix(".fp32.onnx")
    ids = torch.ones(2, 16, dtype=torch.long)
    torch.onnx.export(
        _Both(model),
        (ids, ids),
        str(whole),
        input_names=(given := ["input_ids", "attention_mask"]),
        output_names=(found := ["logits", "states"]),
        dynamic_axes={name: {0: "n", 1: "t"} for name in given + found},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(whole), str(path), weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("eval", type=Path)
    args.add_argument("minilm", type=Path)
    args.add_argument("out", type=Path)
    given = args.parse_args()
    torch.manual_seed(57)
    torch.set_num_threads(2)
    given.out.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(given.minilm)
    model = Reader(given.minilm)
    fit(model, [*data.interviews(given.eval), *data.own()], EPOCHS, 1.5e-4, tokenizer, 1)
    for source in ("people", data.RECOGNISERS[0]):
        print(
            source, report(model, [doc for doc in data.dev(given.eval) if doc.source == source], tokenizer), flush=True
        )
    folder = given.out / "reader"
    folder.mkdir(exist_ok=True)
    export(model, folder / "reader.onnx")
    shutil.copy(given.minilm / "tokenizer.json", folder / "tokenizer.json")


if __name__ == "__main__":
    main()
