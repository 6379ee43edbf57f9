"""Learns what a fact is worth (scribe/extract/importance.py) from the facts of consultations with fact sheets.

    python models/recipe_writer/importance.py EVAL WRITER OUT.json

EVAL holds transcripts/ and gold/; WRITER is the folder of the converted model. A fact counts as noted, or critical, when
the scorer finds a (critical) fact of the sheet in its statement. Prints, for five folds by consultation, how well what
was learnt without a fold orders the facts of its consultations; writes what was learnt from all, which is shipped, and
OUT.foldN.json without each fold, from which every figure on the development consultations comes. Needs scikit-learn.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from scribe.attribute import numbered
from scribe.evaluate.facts import FactSheet, fact_is_stated
from scribe.extract.extractor import Watch
from scribe.extract.together import Together
from scribe.extract.verify import verify
from scribe.extract.writer import LanguageModel, Model
from scribe.records import Outcome

FOLDS = Path(__file__).parents[1] / "recipe" / "folds.toml"


def facts(model: Model, transcript: Path, sheet: FactSheet) -> Iterator[tuple[dict[str, float], bool, bool]]:
    """For each supported fact: what is known of it, whether it is on the sheet, and as a critical one."""
    turns = numbered.read(transcript)
    by_id = {turn.id: turn for turn in turns}
    for finding, known in Together(model).candidates(turns, Watch()):
        fact = finding.fact
        if finding.doubt is None and verify(fact, by_id).outcome is Outcome.SUPPORTED:
            stated = [one for one in sheet.facts if fact_is_stated(one, fact.statement)]
            yield known, bool(stated), any(one.weight == "critical" for one in stated)


def learn(model: Model, folder: Path, out: Path) -> None:
    rows: list[tuple[int, dict[str, float], bool, bool]] = []
    for fold, ids in enumerate(tomllib.loads(FOLDS.read_text(encoding="utf-8")).values(), 1):
        for name in ids:
            sheet = FactSheet.model_validate_json((folder / "gold" / f"{name}.json").read_bytes())
            rows += [(fold, *row) for row in facts(model, folder / "transcripts" / f"{name}.json", sheet)]
    names = list(rows[0][1])
    x = np.array([[known[name] for name in names] for _, known, _, _ in rows])
    fold_of = np.array([row[0] for row in rows])
    labels = {title: np.array([row[place] for row in rows]) for title, place in (("noted", 2), ("critical", 3))}
    for title, stated in labels.items():
        unseen = np.zeros(len(stated))
        for fold in set(fold_of):
            mine = fold_of == fold
            unseen[mine] = _fitted(x[~mine], stated[~mine]).predict_proba(x[mine])[:, 1]
        print(
            f"{title}: {stated.mean():.3f} of {len(stated)}; area under the curve {roc_auc_score(stated, unseen):.3f}"
        )
    for fold in (0, *sorted(set(fold_of))):
        seen = fold_of != fold
        learnt = {title: _weights(names, _fitted(x[seen], stated[seen])) for title, stated in labels.items()}
        path = out.with_suffix(f".fold{fold}.json") if fold else out
        path.write_text(json.dumps(learnt, indent=1) + "\n", encoding="utf-8")


def _weights(names: list[str], model: LogisticRegression) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}


def _fitted(x: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=0.5, fit_intercept=False, max_iter=1000).fit(x, labels)


if __name__ == "__main__":
    learn(LanguageModel(Path(sys.argv[2])), Path(sys.argv[1]), Path(sys.argv[3]))
