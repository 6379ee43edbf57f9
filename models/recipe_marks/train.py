"""Trains the marks: all-MiniLM-L6-v2 with one linear head that says which mark stands after each word. See README.md.

    python models/recipe_marks/train.py EVAL_FOLDER MINILM_FOLDER OUT_FOLDER

Learns from published talks that people wrote down with their punctuation: simulated interviews, MTS-Dialog and the
ACI-Bench training set. Writes OUT_FOLDER/marks.onnx and prints what it gets right on the development consultations, of
which it has seen none. Needs torch, transformers and onnx, which the app does not.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import AutoModel, AutoTokenizer

EPOCHS = 2
MAX_TOKENS = 192
FROZEN_LAYERS = 2
MARKS = ("", ",", ".", "?")
SPEAKERS = {"D": "doctor", "P": "patient", "Doctor": "doctor", "Patient": "patient", "clinician": "doctor"}
Talk = list[tuple[str, list[tuple[str, int]]]]  # turns: who, and (word without its mark, mark)


class Marks(nn.Module):
    """MiniLM and one linear layer: for every token the logits of the marks."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager")
        self.head = nn.Linear(self.encoder.config.hidden_size, len(MARKS))
        self.drop = nn.Dropout(0.1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(self.drop(states))


def marked(text: str) -> list[tuple[str, int]]:
    """Words in lower case, each with the mark after it."""
    text = re.sub(r"\[[^\]]*\]|<[^>]*>", " ", text).replace("…", ".").replace("--", " ")
    text = re.sub(r"\s+([,.?!;:])", r"\1", text)
    text = re.sub(r"\b(\w+) (n't|'(?:s|m|re|ve|ll|d))\b", r"\1\2", text)
    words: list[tuple[str, int]] = []
    for token in text.split():
        bare = token.strip('"“”()').rstrip(",.?!;:-").lower()
        end = token.rstrip('"”)')[-1:]
        mark = (
            3
            if end == "?"
            else 2
            if end in ".!;:" and bare not in {"dr", "mr", "mrs", "ms", "st"}
            else 1
            if end == ","
            else 0
        )
        if bare:
            words.append((bare, mark))
        elif words and mark:
            words[-1] = (words[-1][0], max(mark, words[-1][1]))
    return words


def turns_of(text: str, speaker: str) -> Talk:
    pieces = re.split(speaker, text)[1:]
    return [
        (SPEAKERS.get(who, "patient"), words)
        for who, said in zip(pieces[::2], pieces[1::2], strict=True)
        if (words := marked(said))
    ]


def talks(folder: Path) -> Iterator[Talk]:
    for path in sorted((folder / "train/osce_transcripts").glob("*.txt"))[::2]:
        yield turns_of(path.read_text(encoding="utf-8-sig", errors="replace"), r"\b([DP]):")
    with (folder / "train/mts_dialog/MTS-Dialog-TrainingSet.csv").open(encoding="utf-8") as file:
        for row in list(csv.DictReader(file))[::3]:
            yield turns_of(row["dialogue"], r"\b(Doctor|Patient|Guest_family\w*|Guest_clinician\w*):")
    for name in ("train", "valid"):
        with (folder / f"train/aci_bench/{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["dataset"] != "aci":  # those have no punctuation
                    said = row["dialogue"].replace("[doctor]", "Doctor:").replace("[patient]", "Patient:")
                    yield turns_of(said, r"\b(Doctor|Patient):")


def development(folder: Path) -> Iterator[Talk]:
    for path in sorted((folder / "transcripts").glob("*.json")):
        said = json.loads(path.read_text())["utterances"]
        yield [(SPEAKERS.get(u["speaker"], "patient"), words) for u in said if (words := marked(u["text"]))]


def windows(talk: Talk, tokenizer: object) -> list[tuple[list[int], list[int]]]:
    ids: list[int] = []
    labels: list[int] = []
    starts: list[int] = []
    for who, words in talk:
        starts.append(len(ids))
        head = tokenizer([who, ":"], is_split_into_words=True, add_special_tokens=False)["input_ids"]  # type: ignore[operator]
        ids += head
        labels += [-100] * len(head)
        encoded = tokenizer([word for word, _ in words], is_split_into_words=True, add_special_tokens=False)  # type: ignore[operator]
        owners = encoded.word_ids()
        for place, (piece, owner) in enumerate(zip(encoded["input_ids"], owners, strict=True)):
            ids.append(piece)  # the mark of a word is told at its last piece
            last = place + 1 == len(owners) or owners[place + 1] != owner
            labels.append(words[owner][1] if last else -100)
    found = []
    begin = 0
    while begin < len(ids):
        end = min(begin + MAX_TOKENS - 2, len(ids))
        found.append(
            ([tokenizer.cls_token_id, *ids[begin:end], tokenizer.sep_token_id], [-100, *labels[begin:end], -100])  # type: ignore[attr-defined]
        )
        if end == len(ids):
            break
        begin = max(
            begin + 1, next((s for s in starts if begin + MAX_TOKENS * 3 // 4 <= s < end), begin + MAX_TOKENS * 3 // 4)
        )
    return found


def batches(
    items: list[tuple[list[int], list[int]]], size: int = 16
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    for at in range(0, len(items), size):
        chunk = items[at : at + size]
        longest = max(len(ids) for ids, _ in chunk)
        ids = torch.zeros(len(chunk), longest, dtype=torch.long)
        mask = torch.zeros(len(chunk), longest, dtype=torch.long)
        labels = torch.full((len(chunk), longest), -100)
        for row, (pieces, marks) in enumerate(chunk):
            ids[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
            labels[row, : len(pieces)] = torch.tensor(marks)
        yield ids, mask, labels


def judge(model: Marks, items: list[tuple[list[int], list[int]]]) -> None:
    model.eval()
    table = torch.zeros(4, 4)
    with torch.no_grad():
        for ids, mask, labels in batches(items, 32):
            told = model(ids, mask).argmax(-1)
            known = labels >= 0
            for true, said in zip(labels[known].tolist(), told[known].tolist(), strict=True):
                table[true, said] += 1
    for place, name in ((1, "comma"), (2, "stop"), (3, "question")):
        hit = table[place, place]
        print(f"  {name}: precision {hit / table[:, place].sum():.3f} recall {hit / table[place].sum():.3f}")
    ends = table[2:, 2:].sum()
    print(f"  either end: precision {ends / table[:, 2:].sum():.3f} recall {ends / table[2:].sum():.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("eval", type=Path)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(options.minilm)
    items = [window for talk in talks(options.eval) for window in windows(talk, tokenizer)]
    items.sort(key=lambda item: len(item[0]))
    chunks = [items[at : at + 16] for at in range(0, len(items), 16)]  # of like length, so that little is padding
    unseen = [window for talk in development(options.eval) for window in windows(talk, tokenizer)]
    print(len(items), "windows,", sum(len(ids) for ids, _ in items), "tokens", flush=True)
    model = Marks(options.minilm)
    for part in (model.encoder.embeddings, *model.encoder.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    rate = 2e-4
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=rate, weight_decay=0.01)
    steps = options.epochs * len(chunks)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, step / 60) * max(0.02, 1 - step / steps)
    )
    resume = options.out / "marks.pt"
    done = 0
    if resume.exists():
        kept = torch.load(resume)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        schedule.load_state_dict(kept["schedule"])
        done = kept["done"]
    step, begun, saved = 0, time.time(), time.time()
    for epoch in range(options.epochs):
        order = list(chunks)
        random.Random(epoch).shuffle(order)
        for chunk in order:
            step += 1
            if step <= done:
                continue
            model.train()
            ((ids, mask, labels),) = batches(chunk)
            loss = nn.functional.cross_entropy(model(ids, mask).flatten(0, 1), labels.flatten(), ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if step % 20 == 0:
                print(f"step {step}/{steps} loss {loss.item():.3f} {time.time() - begun:.0f} s", flush=True)
            if time.time() - saved > 300:
                now = {"model": model, "optimizer": optimizer, "schedule": schedule}
                torch.save({name: part.state_dict() for name, part in now.items()} | {"done": step}, resume)
                saved = time.time()
        print("epoch", epoch + 1)
        judge(model, unseen)
        export(model, options.out)
    resume.unlink(missing_ok=True)


def export(model: Marks, out: Path) -> None:
    model.eval()
    ids = torch.ones(1, 12, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        model, (ids, ids), str(out / "whole.onnx"), input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes}, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(str(out / "whole.onnx"), str(out / "marks.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    (out / "whole.onnx").unlink()


if __name__ == "__main__":
    main()
