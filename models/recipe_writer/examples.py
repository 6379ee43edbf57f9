"""What the writer learns from: passages of consultations, and the facts that a clinician would note of each.

Most passages were answered one by one, by reading (`answers/`, `talks/`). For our excerpts there are only facts of the whole:
there a fact belongs to the passage that holds most of its evidence and of its words; where no passage holds its words, it is
left out, so that the writer never learns to write what was not said. `verdicts/` holds what an earlier writer wrote of passages
that it had not seen, each line with the letter that a reader gave it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "recipe"))
from data import COMMON, _matched, stem

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.passages import Passage, passages
from scribe.extract.writer import TAGS
from scribe.records import Section, Turn

LEAST_SAID = 0.5  # of the fact's words that the passage must hold
SAID_AGAIN = 0.85  # a passage that holds so much of them tells the fact, whether or not another tells it better
MOST_LINES = 4  # that one fact cites


def examples(transcript: Path, sheet: Path) -> Iterator[tuple[str, str]]:
    """Prompt and answer for each passage of one consultation."""
    turns = turns_from_numbered(json.loads(transcript.read_text(encoding="utf-8")))
    facts = json.loads(sheet.read_text(encoding="utf-8"))["facts"]
    cut = passages(turns)
    answers: list[list[tuple[int, int, str]]] = [[] for _ in cut]
    for fact in facts:
        found = [(place, *_found(fact, passage)) for place, passage in enumerate(cut)]
        best = max((share for _, share, _, _ in found), default=0.0)
        for place, share, first, last in found:
            # Said twice, it is written twice: a passage knows nothing of the one before. Merging comes later.
            if share >= max(LEAST_SAID, min(best, SAID_AGAIN)):
                answers[place].append((last, first, _written(fact, first, last)))
    for passage, written in zip(cut, answers, strict=True):
        yield passage.as_prompt(), "".join(f"{line}\n" for _, _, line in sorted(written))


def _written(fact: dict[str, Any], first: int, last: int) -> str:
    mark = "!" if fact["weight"] == "critical" else ""
    where = str(last) if first == last else f"{first}-{last}"
    return f"{where} {TAGS[Section(fact['section'])]}{mark}: {fact['text']}"


def _found(fact: dict[str, Any], passage: Passage) -> tuple[float, int, int]:
    """The share of the fact's words that its evidence in this passage holds, and the first and last line of it."""
    content = {stem(w) for w in re.findall(r"[\w']+", fact["text"]) if w.lower() not in COMMON} - {""}
    wanted = set(fact["evidence"])
    lines = [
        (n, line.plain.split()) for n, line in enumerate(passage.lines, 1) if line.turn.number in wanted and line.plain
    ]
    if not lines or not content:
        return 0.0, 0, 0
    hits: dict[int, float] = {}
    seen: set[str] = set()
    for n, words in lines:
        mine = {stem(w) for w in words} & content
        groups = [bool(_matched(words, group)) for group in fact.get("match", ())]
        hits[n] = len(mine) + sum(groups)
        seen |= mine
        if groups:
            seen |= {f"group {i}" for i, found in enumerate(groups) if found}
    groups_all = len(fact.get("match", ()))
    shares = [len(seen & content) / len(content)]
    if groups_all:
        shares.append(sum(s.startswith("group ") for s in seen) / groups_all)
    before = {stem(w) for line in passage.before for w in line.plain.split()} & content
    shares.append(len((seen | before) & content) / len(content) - 0.1)
    core = max(hits, key=lambda n: hits[n])
    near = [n for n in hits if abs(n - core) <= MOST_LINES // 2]
    first, last = min(near), max(near)
    return max(shares), first, last


def turns_of(folder: Path, name: str) -> tuple[Turn, ...]:
    """The talk that answers speak of: "dev/ID", "asr/ID", "int/ID", "aci/ID" or "mts/M0123"."""
    source, one = name.split("/")
    numbered = {
        "dev": folder / "transcripts",
        "asr": folder / "asr" / "groq-whisper-large-v3-turbo",
        "int": folder / "train" / "osce_numbered",
    }
    if source in numbered:
        return turns_from_numbered(json.loads((numbered[source] / f"{one}.json").read_text(encoding="utf-8")))
    said = _said_aci(folder, one) if source == "aci" else _said_mts(folder, one)
    return turns_from_numbered(
        {
            "id": one,
            "utterances": [
                {"n": n, "speaker": speaker, "start": float(n), "end": n + 0.9, "text": text}
                for n, (speaker, text) in enumerate(said, 1)
            ],
        }
    )


def _said_aci(folder: Path, one: str) -> Iterator[tuple[str, str]]:
    for part in ("valid", "train"):
        with (folder / "train" / "aci_bench" / f"{part}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["encounter_id"] == one:
                    for who, text in re.findall(r"\[(\w+)\]\s*(.*?)(?=\n\[\w+\]|\Z)", row["dialogue"], re.DOTALL):
                        yield ("clinician" if who == "doctor" else "patient"), " ".join(text.split())


def _said_mts(folder: Path, one: str) -> Iterator[tuple[str, str]]:
    who = {"Doctor": "clinician", "Patient": "patient"}
    with (folder / "train" / "mts_dialog" / "MTS-Dialog-TrainingSet.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if int(row["ID"]) == int(one[1:]):
                for line in row["dialogue"].splitlines():
                    match = re.match(r"\s*(Doctor|Patient|Guest\w*)\s*:\s*(.*)", line)
                    if match and match[2].strip():
                        yield who.get(match[1], "other"), match[2].strip()


def _blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each heading of a file of answers or talks, "### NAME#PLACE …", with its lines."""
    for block in path.read_text(encoding="utf-8").split("### ")[1:]:
        heading, *lines = (line.strip() for line in block.splitlines())
        yield heading, [line for line in lines if line]


def answered(folder: Path, path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, prompt and answer of each passage of a file in `answers/`. A passage that is cut otherwise today than when it
    was answered (its first eight digits of SHA-256 tell) is left out, and said."""
    prompts: dict[str, dict[str, str]] = {}
    lost = 0
    for heading, lines in _blocks(path):
        where, digest = heading.split()
        name = where.split("#")[0]
        if name not in prompts:
            prompts[name] = {_digest(prompt): prompt for prompt in _prompts(folder, name)}
        if prompt := prompts[name].get(digest):
            yield name, (prompt, "".join(f"{line}\n" for line in lines))
        else:
            lost += 1
    if lost:
        print(f"{path.name}: {lost} passages are cut otherwise now and were left out", file=sys.stderr)


def _digest(prompt: str) -> str:
    return hashlib.sha256(prompt.encode()).hexdigest()[:8]


def _prompts(folder: Path, name: str) -> list[str]:
    if name.startswith("inv/"):
        talks = sorted((Path(__file__).parent / "talks").glob("*.txt"))
        return [prompt for path in talks for one, (prompt, _) in told(path) if one == name]
    return [passage.as_prompt() for passage in passages(turns_of(folder, name))]


def judged(folder: Path, path: Path) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Name, prompt, lines and their letters for each passage of a file in `verdicts/`: "A 1-2 history!: No fever"."""
    for name, (prompt, answer) in answered(folder, path):
        letters, lines = zip(*(line.split(" ", 1) for line in answer.splitlines()), strict=True)
        yield name, (prompt, "".join(f"{line}\n" for line in lines), "".join(letters))


def told(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, prompt and answer of each passage of a file in `talks/`."""
    for heading, lines in _blocks(path):
        at = lines.index("=>")
        yield (
            heading.split("#")[0],
            ("\n".join(lines[:at]) + "\n=>\n", "".join(f"{line}\n" for line in lines[at + 1 :])),
        )


def fold_of(name: str) -> int:
    """1 to 5 for a development consultation, in every transcript, as in `models/recipe/folds.toml`; 0 for what is never held
    back."""
    source, one = name.split("/")
    if source not in ("dev", "asr"):
        return 0
    folds = tomllib.loads((Path(__file__).parents[1] / "recipe" / "folds.toml").read_text(encoding="utf-8"))
    return next(number for number, ids in enumerate(folds.values(), 1) if one in ids)


def corpus(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Examples by consultation: prompt, answer, and a letter for each line of it where they were judged.

    "aci/ID" and so on for what was answered (`turns_of`), "inv/ID" for our own talks, "own/ID" for our own excerpts.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    here = Path(__file__).parent
    for path in sorted((here / "answers").glob("*.txt")):
        for name, (prompt, answer) in answered(folder, path):
            found.setdefault(name, []).append((prompt, answer, ""))
    for path in sorted((here / "talks").glob("*.txt")):
        for name, (prompt, answer) in told(path):
            found.setdefault(name, []).append((prompt, answer, ""))
    for both in sorted((here / "consultations").glob("*.json")):
        found[f"own/{both.stem}"] = [(prompt, answer, "") for prompt, answer in examples(both, both)]
    for path in sorted((here / "verdicts").glob("*.txt")):
        for name, example in judged(folder, path):
            found.setdefault(name, []).append(example)
    return found


def main() -> None:
    """python models/recipe_writer/examples.py EVAL EXAMPLES.json"""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.write_text(json.dumps(corpus(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
