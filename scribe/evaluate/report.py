"""Measures Scribe on a folder of consultations: words heard wrong, roles, facts, contradictions, evidence, time.

The folder holds `transcripts/ID.json` (numbered turns), `audio/ID.*`, or both, and `gold/ID.json` fact sheets. The
reference for the sound is the transcript of the same name, or `audio/ID.txt` beside it (its roles too, where lines begin
with "D:" and "P:"). Recordings that stand in an `audio/*.rttm` are measured for who speaks when; those of which nothing
else is known are not drafted.
"""

from __future__ import annotations

import io
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.table import Table

from scribe.attribute.people import Stretch
from scribe.capture import decode
from scribe.errors import Fixable
from scribe.evaluate import speakers
from scribe.evaluate.facts import FactSheet, NoteScore, SetScore, combine, fact_is_stated, score_note
from scribe.evaluate.speakers import DiarisationError, RoleScore, Said, Spoken
from scribe.evaluate.wer import WordErrors, total, word_errors
from scribe.records import Detail, Draft, Line, Mode, Role, Turn

FIRST_SCREEN = 6  # omissions that the coverage lane shows without scrolling
_SOUND = (".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".webm", ".mp4")


class Drafted(Protocol):
    """What a drafter gives back: the draft, the turns it was made from, and the text that it prints."""

    @property
    def draft(self) -> Draft: ...

    @property
    def turns(self) -> Sequence[Turn]: ...

    def text(self) -> str: ...


class Drafter(Protocol):
    """The whole chain, as the command line has it."""

    def draft_file(self, file: Path, *, template_id: str, detail: Detail, mode: Mode) -> Drafted: ...

    def turns_of_recording(self, file: Path) -> Sequence[Turn]: ...

    def stretches_of(self, file: Path) -> Sequence[Stretch]: ...


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """How well lines are proved. `right` is the share of lines stating a gold fact that cite a turn of its evidence."""

    lines: int
    right: float
    turns_mean: float
    turns_most: int
    words_most: int


@dataclass(frozen=True, slots=True)
class Consultation:
    """The figures of one consultation. `unseen` are critical facts in neither note, checks nor first omissions."""

    id: str
    seconds: float
    checks: int
    words_heard: WordErrors | None
    score: NoteScore | None
    evidence: EvidenceScore | None
    unseen: tuple[str, ...] = ()
    roles: RoleScore | None = None


@dataclass(frozen=True, slots=True)
class Diarisation:
    """Who speaks when, pooled over recordings, by voices alone; errors are None where pyannote.metrics is missing."""

    recordings: int
    outside_overlap: DiarisationError | None
    with_overlap: DiarisationError | None


@dataclass(frozen=True, slots=True)
class Result:
    template_id: str
    detail: Detail
    each: tuple[Consultation, ...]
    diarisation: Diarisation | None = None

    @property
    def roles(self) -> RoleScore | None:
        scored = [one.roles for one in self.each if one.roles]
        return sum(scored, RoleScore(0, 0)) if scored else None

    @property
    def scores(self) -> SetScore:
        return combine([one.score for one in self.each if one.score])

    @property
    def words_heard(self) -> WordErrors | None:
        heard = [one.words_heard for one in self.each if one.words_heard]
        return total(heard) if heard else None


def evaluate(
    folder: Path,
    drafter: Drafter,
    *,
    template_id: str = "gp-consultation",
    detail: Detail = Detail.STANDARD,
    mode: Mode = Mode.FACE_TO_FACE,
    transcripts: Path | None = None,
    notes: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Result:
    """Drafts every consultation of a folder and scores it.

    Args:
        folder: holds transcripts/, audio/ and gold/, each where there is one.
        drafter: makes the drafts, and the turns of a recording.
        template_id: the template to draft with.
        detail: how much the notes say.
        mode: how they met.
        transcripts: other transcripts of the same consultations, numbered alike, such as a recogniser's.
        notes: where to keep the notes as ID.txt; nowhere if not given.
        say: told once for each consultation.

    Raises:
        Fixable: the folder holds nothing to measure, or a file in it cannot be read.
    """
    written, sound = transcripts or folder / "transcripts", _sound_in(folder / "audio")
    diarised = _diarised(folder / "audio", sound)
    known = {path.stem for kind in ("gold/*.json", "audio/*.txt") for path in folder.glob(kind)}
    ids = sorted({path.stem for path in written.glob("*.json")} | (set(sound) - (diarised.keys() - known)))
    diarisation = _diarisation(diarised, sound, drafter, say) if diarised else None
    if diarisation and not ids:
        return Result(template_id, detail, (), diarisation)
    if not ids:
        raise Fixable(
            "There is nothing to measure in this folder.",
            do="Choose a folder with transcripts/ or audio/ in it, and gold/ for the fact sheets.",
            code="nothing-to-measure",
        )
    if notes is not None:
        notes.mkdir(parents=True, exist_ok=True)
    found: list[Consultation] = []
    for place, name in enumerate(ids, 1):
        say(f"{place} of {len(ids)}: {name}")
        transcript = written / f"{name}.json"
        source = transcript if transcript.is_file() else sound[name]
        began = time.monotonic()
        drafted = drafter.draft_file(source, template_id=template_id, detail=detail, mode=mode)
        seconds = time.monotonic() - began
        text = drafted.text()
        if notes is not None:
            (notes / f"{name}.txt").write_text(text, encoding="utf-8")
        sheet = _sheet(folder / "gold" / f"{name}.json")
        numbered = source == transcript
        said = _said(folder, name, sound)
        turns = () if said is None else drafter.turns_of_recording(sound[name]) if numbered else drafted.turns
        words_heard, roles = _as_heard(said, turns)
        found.append(
            Consultation(
                id=name,
                seconds=seconds,
                checks=len(drafted.draft.checks),
                words_heard=words_heard,
                score=score_note(sheet, text) if sheet else None,
                evidence=evidence_score(sheet, drafted.draft.lines) if sheet and numbered else None,
                unseen=unseen(sheet, text, drafted.draft) if sheet else (),
                roles=roles,
            )
        )
    return Result(template_id, detail, tuple(found), diarisation)


def evidence_score(sheet: FactSheet, lines: Sequence[Line]) -> EvidenceScore:
    """How well the lines of a draft cite the turns that a fact sheet names."""
    cited = [{one.turn_number for one in line.evidence} for line in lines]
    marked = [sum(one.end_word - one.first_word for one in line.evidence) for line in lines]
    stating = right = 0
    for line, turns in zip(lines, cited, strict=True):
        stated = [fact for fact in sheet.facts if fact_is_stated(fact, line.text)]
        stating += bool(stated)
        right += any(turns & set(fact.evidence) for fact in stated)
    return EvidenceScore(
        lines=len(lines),
        right=right / max(1, stating),
        turns_mean=statistics.fmean([len(turns) for turns in cited]) if cited else 0.0,
        turns_most=max((len(turns) for turns in cited), default=0),
        words_most=max(marked, default=0),
    )


def unseen(sheet: FactSheet, note: str, draft: Draft) -> tuple[str, ...]:
    """The critical facts that stand in neither the note, the checks, nor the first screen of what was left out."""
    shown = {one.turn_number for omission in draft.omissions[:FIRST_SCREEN] for one in omission.evidence}
    shown |= {one.turn_number for check in draft.checks for one in check.evidence}
    missed = set(score_note(sheet, note).missed)
    return tuple(
        fact.id
        for fact in sheet.facts
        if fact.weight == "critical" and fact.id in missed and not shown & set(fact.evidence)
    )


def _sound_in(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in _SOUND}


def _sheet(path: Path) -> FactSheet | None:
    if not path.is_file():
        return None
    try:
        return FactSheet.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise Fixable(
            f"The fact sheet {path.name} cannot be read.",
            do="Correct it or take it out of gold/.",
            code="bad-fact-sheet",
        ) from error


def _as_heard(said: tuple[str, list[Said]] | None, turns: Sequence[Turn]) -> tuple[WordErrors | None, RoleScore | None]:
    """Word errors and roles of a recording, where its words, and who spoke them, are known."""
    if said is None:
        return None, None
    text, by_role = said
    words = word_errors(text, " ".join(turn.text for turn in turns))
    return words, speakers.roles_right(by_role, turns) if by_role else None


def _said(folder: Path, name: str, sound: Mapping[str, Path]) -> tuple[str, list[Said]] | None:
    if name not in sound:
        return None
    beside, numbered = sound[name].with_suffix(".txt"), folder / "transcripts" / f"{name}.json"
    if beside.is_file():
        text = beside.read_text(encoding="utf-8")
        by_role = speakers.said_in(text)
        return (" ".join(words for _, words in by_role) if by_role else text), by_role
    if numbered.is_file():
        by_role = [(Role(one["speaker"]), one["text"]) for one in json.loads(numbered.read_bytes())["utterances"]]
        return " ".join(words for _, words in by_role), by_role
    return None


def _diarised(folder: Path, sound: Mapping[str, Path]) -> dict[str, list[Spoken]]:
    found: dict[str, list[Spoken]] = {}
    for path in sorted(folder.glob("*.rttm")):
        found |= {name: spoken for name, spoken in speakers.read_rttm(path).items() if name in sound}
    return found


def _diarisation(
    diarised: Mapping[str, list[Spoken]], sound: Mapping[str, Path], drafter: Drafter, say: Callable[[str], None]
) -> Diarisation:
    if not speakers.can_measure_diarisation():
        say("Diarisation error is measured by pyannote.metrics, which is not installed here.")
        return Diarisation(len(diarised), None, None)
    totals = {True: DiarisationError(0, 0, 0, 0), False: DiarisationError(0, 0, 0, 0)}
    for place, (name, spoken) in enumerate(sorted(diarised.items()), 1):
        say(f"who speaks when, {place} of {len(diarised)}: {name}")
        heard = drafter.stretches_of(sound[name])
        seconds = decode.probe(sound[name]).duration_ms / 1000
        for overlap in totals:
            totals[overlap] += speakers.diarisation_error(spoken, heard, seconds, with_overlap=overlap)
    return Diarisation(len(diarised), totals[False], totals[True])


# ---------------------------------------------------------------- as table and JSON


def as_table(result: Result) -> str:
    """The figures as a table for people."""
    table = Table(title=f"{result.template_id}, {result.detail}", title_justify="left")
    table.add_column("consultation")
    columns = ("recall", "critical", "contradicted", "useful", "words", "checks", "unseen", "WER", "roles", "seconds")
    for name in columns:
        table.add_column(name, justify="right")
    for one in result.each:
        table.add_row(one.id, *_row(one))
    out = io.StringIO()
    if result.each:
        table.add_section()
        table.add_row(f"all {len(result.each)}", *_summary_row(result))
        Console(file=out, width=120).print(table)
    if who := result.diarisation:
        rates = [f"{error.rate:.1%}" if error else "–" for error in (who.outside_overlap, who.with_overlap)]
        out.write(f"Diarisation error, {who.recordings} recordings pooled, ±0.25 s: ")
        out.write(f"{rates[0]} outside overlap, {rates[1]} with it\n")
    return out.getvalue()


def _row(one: Consultation) -> Iterator[str]:
    score = one.score
    if score:
        yield from (f"{score.recall:.2f}", f"{score.critical_recall:.2f}", str(len(score.contradicted)))
        yield from (f"{score.useful:.2f}", str(score.words))
    else:
        yield from "–––––"
    yield str(one.checks)
    yield str(len(one.unseen)) if score else "–"
    yield f"{one.words_heard.rate:.1%}" if one.words_heard else "–"
    yield f"{one.roles.share:.1%}" if one.roles else "–"
    yield f"{one.seconds:.1f}"


def _summary_row(result: Result) -> Iterator[str]:
    scores = result.scores
    if scores.notes:
        yield from (f"{scores.recall:.3f}", f"{scores.critical_recall:.3f}", f"{scores.contradicted:.4f}")
        yield from (f"{scores.useful:.3f}", f"{scores.words:.0f}")
    else:
        yield from "–––––"
    yield f"{statistics.median(one.checks for one in result.each):.0f}"
    yield f"{statistics.fmean(len(one.unseen) for one in result.each if one.score):.1f}" if scores.notes else "–"
    yield f"{result.words_heard.rate:.1%}" if result.words_heard else "–"
    yield f"{result.roles.share:.1%}" if result.roles else "–"
    yield f"{statistics.fmean(one.seconds for one in result.each):.1f}"


def as_json(result: Result) -> str:
    """The figures as JSON, over the set and for each consultation."""
    return json.dumps(_plain(result), indent=1) + "\n"


def _plain(result: Result) -> dict[str, Any]:
    scores = result.scores
    summary: dict[str, Any] = {"consultations": len(result.each)}
    if scores.notes:
        words = sorted(one.words for one in scores.each)
        summary |= {
            "recall": round(scores.recall, 4),
            "critical_recall": round(scores.critical_recall, 4),
            "contradicted": round(scores.contradicted, 4),
            "useful": round(scores.useful, 4),
            "words_mean": round(scores.words, 1),
            "words_median": statistics.median(words),
            "words_most": words[-1],
            "unseen_critical_mean": statistics.fmean(len(one.unseen) for one in result.each if one.score),
        }
    proved = [one.evidence for one in result.each if one.evidence]
    if proved:
        lines = max(1, sum(one.lines for one in proved))
        summary |= {
            "evidence_right": round(sum(one.right * one.lines for one in proved) / lines, 4),
            "evidence_turns_mean": round(sum(one.turns_mean * one.lines for one in proved) / lines, 3),
            "evidence_turns_most": max(one.turns_most for one in proved),
            "evidence_words_most": max(one.words_most for one in proved),
        }
    if result.each:
        summary["checks_median"] = statistics.median(one.checks for one in result.each)
        summary["seconds_mean"] = round(statistics.fmean(one.seconds for one in result.each), 2)
    if result.roles:
        summary["roles_right"] = round(result.roles.share, 4)
    if (who := result.diarisation) and who.outside_overlap and who.with_overlap:
        summary["diarisation_error_outside_overlap"] = round(who.outside_overlap.rate, 4)
        summary["diarisation_error_with_overlap"] = round(who.with_overlap.rate, 4)
    if result.words_heard:
        summary["wer"] = round(result.words_heard.rate, 4)
    return {
        "template": result.template_id,
        "detail": result.detail,
        "all": summary,
        "each": [
            {
                "id": one.id,
                "seconds": round(one.seconds, 2),
                "checks": one.checks,
                "wer": round(one.words_heard.rate, 4) if one.words_heard else None,
                "roles": round(one.roles.share, 4) if one.roles else None,
                "facts": asdict(one.score) if one.score else None,
                "evidence": asdict(one.evidence) if one.evidence else None,
                "unseen_critical": list(one.unseen),
            }
            for one in result.each
        ],
    }
