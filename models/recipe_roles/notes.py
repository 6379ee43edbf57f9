"""What wrong roles cost a note: python notes.py EVAL [--only ID …]

Each consultation of EVAL/transcripts is drafted twice, with its true roles and with roles from its words alone (turns as
they were, weights that have not seen it where ROLES-without-foldN.npz lie in --folds FOLDER), and both notes are scored
against EVAL/gold. Roles from voice and words together are better than these, so this is the worst that is to be expected.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scribe.attribute import attribute, numbered, roles, units
from scribe.draft import render, templates
from scribe.evaluate.facts import FactSheet, combine, score_note
from scribe.extract import ledger
from scribe.records import Detail, Mode, Role, Turn

FOLDS = tomllib.loads((Path(__file__).parents[1] / "recipe" / "folds.toml").read_text())


def by_words(turns: tuple[Turn, ...], model: roles.RoleModel) -> tuple[Turn, ...]:
    cut = [units.cut(turn.words) for turn in turns]
    odds = iter(model.log_odds([" ".join(word.text for word in unit) for said in cut for unit in said]))
    found = []
    for turn, said in zip(turns, cut, strict=True):
        total = sum(next(odds) for _ in said) * attribute._SURENESS
        role = Role.CLINICIAN if total > 0 else Role.PATIENT
        found.append(replace(turn, role=role, confidence=float(1 / (1 + np.exp(-abs(total))))))
    return tuple(found)


def note(turns: tuple[Turn, ...]) -> str:
    template = templates.load("gp-consultation")
    made = ledger.build(turns, mode=Mode.FACE_TO_FACE)
    draft = render.render(made, template, Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE)
    return render.as_text(draft, template)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("eval", type=Path)
    arguments.add_argument("--folds", type=Path, help="folder in which train.py left its weights")
    arguments.add_argument("--only", nargs="*", default=[])
    chosen = arguments.parse_args()
    scores: dict[str, list] = {"true roles": [], "roles from words": []}
    right, every = 0, 0
    for path in sorted((chosen.eval / "transcripts").glob("*.json")):
        if chosen.only and path.stem not in chosen.only:
            continue
        fold = next(name for name, ids in FOLDS.items() if path.stem in ids)
        model = roles.load(chosen.folds / f"roles-without-{fold}.npz" if chosen.folds else None)
        sheet = FactSheet.model_validate_json((chosen.eval / "gold" / path.name).read_bytes())
        true = numbered.read(path)
        found = by_words(true, model)
        right += sum(len(a.words) for a, b in zip(true, found, strict=True) if a.role is b.role)
        every += sum(len(turn.words) for turn in true)
        for name, turns in (("true roles", true), ("roles from words", found)):
            scores[name].append(score_note(sheet, note(turns)))
            last = scores[name][-1]
            print(f"{path.stem}, {name}: recall {last.recall:.3f}, critical {last.critical_recall:.3f}", flush=True)
    print(f"{right / every:.4f} of words with the right role")
    for name, each in scores.items():
        total = combine(each)
        print(
            f"{name}: recall {total.recall:.3f}, critical {total.critical_recall:.3f}, {total.contradicted:.4f} contradicted"
        )


if __name__ == "__main__":
    main()
