"""Has computer voices read a transcript, to hear whether voices are told apart: python voice.py TRANSCRIPT WEIGHTS OUT A B

TRANSCRIPT is a numbered transcript (.json); the clinician reads with voice A, the patient with voice B, such as bf_emma
and bm_lewis. WEIGHTS is the folder that demo/recipe/make.py fills with --fetch, and its requirements are this script's.
OUT gets audio/ID.ogg and transcripts/ID.json with the new times, as `scribe evaluate OUT` reads them. Who interrupts
whom, and for how long, is the transcript's own, up to a second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demo" / "recipe"))

import make

_MOST_OVERLAP_S, _LONGEST_PAUSE_S = 1.0, 1.5


def main(transcript: Path, weights: Path, out: Path, voices: dict[str, str]) -> None:
    model = make.load_voices(weights)
    said = [u for u in json.loads(transcript.read_text())["utterances"] if any(c.isalnum() for c in u["text"])]
    speakers = {role: make.Speaker(role, voice, 1.0, False) for role, voice in voices.items()}
    clips, starts, lines = [], [], []
    end_s = said[0]["start"]
    for utterance in said:
        speaker = speakers[utterance["speaker"]]
        sound, _ = model.create(utterance["text"], voice=speaker.voice, speed=speaker.speed, lang="en-gb")
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        if not len(loud):
            continue
        sound = sound[max(0, loud[0] - 480) : loud[-1] + 960]
        clips.append((sound * (0.08 / np.sqrt(np.mean(sound**2)))).astype(np.float32))
        gap_s = float(np.clip(utterance["start"] - end_s, -_MOST_OVERLAP_S, _LONGEST_PAUSE_S))
        last = (starts[-1] + len(clips[-2])) if starts else make.RATE_HZ // 2
        starts.append(max(0, last + int(gap_s * make.RATE_HZ)))
        lines.append(make.Line(speaker, "", 0.0, utterance["text"]))
        end_s = utterance["end"]
    order = sorted(range(len(starts)), key=lambda n: starts[n])
    clips, starts, lines = ([items[n] for n in order] for items in (clips, starts, lines))
    script = make.Script(transcript.stem, transcript.stem, "face-to-face", list(speakers.values()), lines)
    for folder in ("audio", "transcripts"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    (out / "audio" / f"{script.id}.ogg").write_bytes(make.encode(make.mix(script, clips, starts)))
    (out / "transcripts" / f"{script.id}.json").write_text(make.transcript(script, clips, starts), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), {"clinician": sys.argv[4], "patient": sys.argv[5]})
