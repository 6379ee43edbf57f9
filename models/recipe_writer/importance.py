"""Learns what a fact is worth (scribe/extract/importance.py) from the facts of consultations with fact sheets.

    python models/recipe_writer/importance.py EVAL WRITER OUT.json

EVAL holds transcripts/, gold/ and train/osce_facts/; WRITER is the folder of the converted model. A fact counts as noted, or critical, when
the scorer finds a (critical) fact of the sheet in its statement. How critical words are is learnt from the facts of the
interviews and of the consultations themselves, for each fold (and for what its weights are learnt from) without it. Prints, for five folds by consultation, how well what
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
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from scribe.attribute import numbered
from scribe.evaluate.facts import FactSheet, fact_is_stated
from scribe.extract.extractor import Watch
from scribe.extract.importance import telling
from scribe.extract.language import LanguageModel
from scribe.extract.together import Together
from scribe.extract.verify import verify
from scribe.extract.writer import Model
from scribe.records import Fact, Outcome, Polarity, Section

OUR_KIND = 3  # times that a fact of a consultation counts beside one of an interview
LEAST_SEEN = 3  # facts that hold a word, for it to count
LEAST_WEIGHT = 0.02
FOLDS = Path(__file__).parents[1] / "recipe" / "folds.toml"


Row = tuple[int, Fact, dict[str, float], bool, bool]
"""Fold, fact, what is known of it but for its words, whether it is on the sheet, and as a critical one."""
Told = tuple[int, frozenset[str], bool]
"""Fold (0 for interviews), what tells of a fact of a sheet, and whether it is critical."""


def rows_of(fold: int, model: Model, transcript: Path, sheet: FactSheet) -> Iterator[Row]:
    """The supported facts of a consultation."""
    turns = numbered.read(transcript)
    by_id = {turn.id: turn for turn in turns}
    for finding, known in Together(model).candidates(turns, Watch()):
        fact = finding.fact
        if finding.doubt is None and verify(fact, by_id).outcome is Outcome.SUPPORTED:
            stated = [one for one in sheet.facts if fact_is_stated(one, fact.statement)]
            yield fold, fact, known, bool(stated), any(one.weight == "critical" for one in stated)


def told_of(fold: int, sheet: Path) -> Iterator[Told]:
    for fact in json.loads(sheet.read_text(encoding="utf-8"))["facts"]:
        yield (
            fold,
            telling(fact["text"], Section(fact["section"]), Polarity(fact["polarity"])),
            fact["weight"] == "critical",
        )


def words_without(told: list[Told], folds: set[int]) -> dict[str, float]:
    """How critical each word makes a fact, from everything but some folds; few words, by the lasso."""
    mine = [one for one in told if one[0] not in folds]
    mine += [one for one in mine if one[0]] * (OUR_KIND - 1)
    reader = CountVectorizer(analyzer=sorted, binary=True, min_df=LEAST_SEEN)
    x = reader.fit_transform([words for _, words, _ in mine])
    model = LogisticRegression(l1_ratio=1, solver="liblinear", max_iter=3000).fit(x, [one[2] for one in mine])
    found = zip(reader.get_feature_names_out(), model.coef_[0], strict=True)
    return {str(word): round(float(weight), 3) for word, weight in found if abs(weight) > LEAST_WEIGHT}


def learnt(rows: list[Row], told: list[Told], without: set[int]) -> dict[str, dict[str, float]]:
    """Weights from everything but some folds; each row's words are weighed by what was learnt without its own fold."""
    seen = [row for row in rows if row[0] not in without]
    words = {fold: words_without(told, without | {fold}) for fold in {row[0] for row in seen}}
    known = [_with_words(fact, known, words[fold]) for fold, fact, known, _, _ in seen]
    names = list(known[0])
    x = np.array([[one[name] for name in names] for one in known])
    found = {"words": words_without(told, without)}
    for title, place in (("noted", 3), ("critical", 4)):
        model = LogisticRegression(C=0.5, fit_intercept=False, max_iter=1000).fit(x, [row[place] for row in seen])
        found[title] = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return found


def _with_words(fact: Fact, known: dict[str, float], words: dict[str, float]) -> dict[str, float]:
    told = telling(fact.statement, fact.section, fact.polarity)
    return known | {"worded critical": sum(words.get(one, 0.0) for one in told)}


def learn(model: Model, folder: Path, out: Path) -> None:
    rows: list[Row] = []
    told = [one for sheet in sorted((folder / "train" / "osce_facts").glob("*.json")) for one in told_of(0, sheet)]
    for fold, ids in enumerate(tomllib.loads(FOLDS.read_text(encoding="utf-8")).values(), 1):
        for name in ids:
            path = folder / "gold" / f"{name}.json"
            told += told_of(fold, path)
            sheet = FactSheet.model_validate_json(path.read_bytes())
            rows += rows_of(fold, model, folder / "transcripts" / f"{name}.json", sheet)
    write(rows, told, out)


def write(rows: list[Row], told: list[Told], out: Path) -> None:
    """Writes what was learnt from all and without each fold, and prints how well the latter order the unseen facts."""
    stated: dict[str, list[bool]] = {"noted": [], "critical": []}
    chances: dict[str, list[float]] = {"noted": [], "critical": []}
    for fold in sorted({row[0] for row in rows}):
        found = learnt(rows, told, {fold})
        out.with_suffix(f".fold{fold}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        for _, fact, known, *labels in (row for row in rows if row[0] == fold):
            full = _with_words(fact, known, found["words"])
            for title, label in zip(stated, labels, strict=True):
                stated[title].append(label)
                chances[title].append(sum(found[title][name] * value for name, value in full.items()))
    for title, labels in stated.items():
        area = roc_auc_score(labels, chances[title])
        print(f"{title}: {np.mean(labels):.3f} of {len(labels)}; area under the curve {area:.3f}")
    out.write_text(json.dumps(learnt(rows, told, set()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    learn(LanguageModel(Path(sys.argv[2])), Path(sys.argv[1]), Path(sys.argv[3]))
