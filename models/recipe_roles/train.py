"""Trains the light model that tells clinician from patient by their words. See README.md."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scribe.attribute import attribute, roles, units
from scribe.records import Role, Word

STRENGTH = 0.03  # C of the regression; chosen on the folds
_WORD_MS = 300


@dataclass(frozen=True)
class Stream:
    """A consultation as one stream of units, each with who said most of it (True: the clinician)."""

    id: str
    kind: str
    units: list[tuple[Word, ...]]
    clinician: list[list[bool]]  # by word
    turns: list[tuple[bool, list[tuple[Word, ...]]]]  # as they were: who speaks, and the units of what they say


def stream(id_: str, kind: str, turns: list[tuple[bool, str]]) -> Stream:
    words, said = [], []
    for clinician, text in turns:
        for word in text.split():
            at = len(words) * _WORD_MS
            words.append(Word(word, at, at + _WORD_MS))
            said.append(clinician)
    cut = units.cut(words)
    by_unit, at = [], 0
    for unit in cut:
        by_unit.append(said[at : at + len(unit)])
        at += len(unit)
    as_turns = [(clinician, units.cut(Word(word, 0, 0) for word in text.split())) for clinician, text in turns]
    return Stream(id_, kind, cut, by_unit, [turn for turn in as_turns if turn[1]])


def read(data: Path) -> list[Stream]:
    found = []
    for path in sorted(data.glob("transcripts/*.json")) + sorted(data.glob("asr/*/*.json")):
        turns = [(u["speaker"] == "clinician", u["text"]) for u in json.loads(path.read_text())["utterances"]]
        kind = "dev" if path.parent.name == "transcripts" else "asr"
        found.append(stream(path.stem, kind, turns))
    for path in sorted(data.glob("train/osce_transcripts/*.txt")):
        lines = re.findall(r"^\s*([DP])\s*:\s*(.+)$", path.read_text(encoding="utf-8", errors="replace"), re.M)
        found.append(stream(path.stem, "osce", [(who == "D", text) for who, text in lines]))
    return found


def train(streams: list[Stream]) -> roles.RoleModel:
    rows, columns, labels, weights = [], [], [], []
    changes = {False: [1, 1], True: [1, 1]}
    for one in streams:
        tokens = [roles.tokenise(" ".join(w.text for w in unit)) for unit in one.units]
        majority = [2 * sum(said) >= len(said) for said in one.clinician]
        for at in range(len(tokens)):
            found = roles.buckets(tokens, at)
            rows += [len(labels)] * len(found)
            columns += found
            labels.append(majority[at])
            weights.append((len(tokens[at]) ** 0.5) * (1.0 if one.kind == "osce" else 2.0))
            if at:
                asked = "?" in tokens[at - 1]
                changes[asked][majority[at] != majority[at - 1]] += 1
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(labels), roles.BUCKETS))
    model = LogisticRegression(C=STRENGTH, max_iter=400).fit(matrix, labels, sample_weight=weights)
    odds = tuple(float(np.log(changes[asked][1] / changes[asked][0])) for asked in (False, True))
    return roles.RoleModel(model.coef_[0].astype(np.float32), float(model.intercept_[0]), odds, "roles")


def right(model: roles.RoleModel, streams: list[Stream]) -> np.ndarray:
    """Words right and words in all."""
    counts = np.zeros(2)
    for one in streams:
        decided = attribute.by_words(one.units, model)
        for unit_role, said in zip(decided, one.clinician, strict=True):
            counts += [sum((unit_role is Role.CLINICIAN) == clinician for clinician in said), len(said)]
    return counts


def right_turns(model: roles.RoleModel, streams: list[Stream]) -> np.ndarray:
    """Words right and words in all, where turns are known and only whose they are is not."""
    counts = np.zeros(2)
    for one in streams:
        cut = [unit for _, said in one.turns for unit in said]
        odds = model.log_odds([" ".join(word.text for word in unit) for unit in cut])
        at = 0
        for clinician, said in one.turns:
            words = sum(len(unit) for unit in said)
            counts += [words * ((odds[at : at + len(said)].sum() > 0) == clinician), words]
            at += len(said)
    return counts


def save(model: roles.RoleModel, path: Path) -> None:
    np.savez_compressed(path, weights=model.weights.astype(np.float16), bias=model.bias, change=np.array(model.change))


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    streams = read(data)
    folds = list(tomllib.loads((Path(__file__).parents[1] / "recipe" / "folds.toml").read_text()).values())
    osce = sorted({one.id for one in streams if one.kind == "osce"})
    totals = {(kind, what): np.zeros(2) for kind in ("dev", "asr", "osce") for what in (right, right_turns)}
    for number, fold in enumerate(folds):
        kept_out = set(fold) | set(osce[number :: len(folds)])
        model = train([one for one in streams if one.id not in kept_out])
        save(model, out.with_name(f"{out.stem}-without-fold{number + 1}.npz"))
        for kind, what in totals:
            totals[kind, what] += what(model, [s for s in streams if s.id in kept_out and s.kind == kind])
    for (kind, what), (good, every) in totals.items():
        given = "one stream of words" if what is right else "turns as they were"
        print(f"{kind}, {given}: {good / every:.4f} of {every:.0f} words right (held out by consultation)")
    save(train(streams), out)


if __name__ == "__main__":
    main()
