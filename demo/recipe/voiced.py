"""Has eight consultations read by pairs of computer voices, to measure roles by: python voiced.py WEIGHTS SET OUT

WEIGHTS is the folder of `make.py`. SET holds `transcripts/ID.json`, numbered turns as `scribe evaluate` takes them. OUT
gets `audio/ID.wav` and `transcripts/ID.json` with the times at which the words are said there: `scribe evaluate OUT` and
`python -m tests.measure.roles OUT` read it. `OUT/apart` gets the same as two channels, a microphone each, of which each
hears something of the other. `--only ID` makes one of them.

More pairs than not are of one sex. Half are heard over the telephone (8 kHz, A-law), half in a room with noise 15 dB below
the speech. Of most only the beginning is voiced, since that takes about as long as it lasts.
"""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import av
import make
import numpy as np
from make import RATE_HZ, Line, Script, Sound, Speaker

NOISE_DB = -15.0
BEGINNING_S = 100  # of the first recording, as its transcript has it
_LONGEST_GAP_S, _LONGEST_OVERLAP_S = 1.0, 0.6
ACROSS = 0.16  # of a voice that comes to the other's microphone: 16 dB less
_SHORT_WORDS = 4  # said over another who goes on: "yeah", "mm-hmm"


@dataclass(frozen=True)
class Pair:
    """Who reads a consultation, and how it is heard."""

    clinician: str
    patient: str
    telephone: bool
    whole: bool = False


PAIRS = {
    "day3_consultation08": Pair("bm_daniel", "bm_george", telephone=False, whole=True),
    "day1_consultation02": Pair("bf_emma", "bf_isabella", telephone=True),
    "day1_consultation12": Pair("bm_george", "bm_lewis", telephone=False),
    "day2_consultation03": Pair("bf_alice", "bm_daniel", telephone=True),
    "day3_consultation04": Pair("bf_isabella", "bf_alice", telephone=False),
    "day4_consultation05": Pair("bm_lewis", "bm_daniel", telephone=True),
    "day4_consultation07": Pair("bm_george", "bf_emma", telephone=False),
    "day5_consultation09": Pair("bf_emma", "bf_alice", telephone=True),
}


def script_of(path: Path, pair: Pair) -> Script:
    """The numbered turns as a script: pauses and interruptions as they were, but none of them long."""
    told = json.loads(path.read_text(encoding="utf-8"))["utterances"]
    speakers = {
        "clinician": Speaker("clinician", pair.clinician, 1.1, False),
        "patient": Speaker("patient", pair.patient, 1.1, False),
    }
    lines: list[Line] = []
    begin_s = end_s = 0.0  # of what holds the floor
    for each in told:
        text = each["text"].replace("/", " ").strip()
        if not text or (each["end"] > BEGINNING_S and not pair.whole):
            continue
        sign, amount = _placed(each["start"], each["end"], len(text.split()), begin_s, end_s) if lines else ("", 0.0)
        if sign != "@":
            begin_s, end_s = each["start"], each["end"]
        lines.append(Line(speakers[each["speaker"]], sign, amount, text))
    return Script(path.stem, path.stem, "telephone" if pair.telephone else "face-to-face", [*speakers.values()], lines)


def _placed(start_s: float, end_s: float, words: int, begin_s: float, floor_s: float) -> tuple[str, float]:
    """Sign and amount of a line, as in a script."""
    if start_s >= floor_s:
        return "+", min(start_s - floor_s, _LONGEST_GAP_S)
    if words <= _SHORT_WORDS and end_s < floor_s:
        return "@", (start_s - begin_s) / (floor_s - begin_s)
    return "<", min(floor_s - start_s, _LONGEST_OVERLAP_S)


def with_noise(sound: Sound, name: str) -> Sound:
    """The same beside a ventilator and a corridor: noise that falls with frequency."""
    chance = np.random.default_rng(zlib.crc32(name.encode()) + 2)
    spectrum = np.fft.rfft(chance.standard_normal(len(sound)))
    hertz = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE_HZ), 50.0)
    noise = np.fft.irfft(spectrum / hertz**0.5, len(sound))
    spoken = sound[np.abs(sound) > 0.02]
    noise *= np.sqrt(np.mean(spoken**2)) * 10 ** (NOISE_DB / 20) / np.sqrt(np.mean(noise**2))
    both = sound + noise
    return np.asarray(both * (0.9 / np.max(np.abs(both))), np.float32)


def apart(script: Script, clips: list[Sound], starts: list[int]) -> Sound:
    """Each voice at its own microphone, shape (n, 2)."""
    alone = []
    for speaker in script.speakers:
        theirs = [clip * (line.speaker is speaker) for line, clip in zip(script.lines, clips, strict=True)]
        alone.append(make.mix(script, theirs, starts))
    both = np.stack(alone, axis=1)
    both += ACROSS * both[:, ::-1]
    return np.asarray(both * (0.9 / np.max(np.abs(both))), np.float32)


def write(sound: Sound, out: Path, telephone: bool) -> None:
    """A WAV file, of one channel, shape (n,), or two, (n, 2): as telephone lines carry it, or at 16 kHz."""
    rate_hz, codec = (8_000, "pcm_alaw") if telephone else (16_000, "pcm_s16le")
    layout = "mono" if sound.ndim == 1 else "stereo"
    resampler = av.AudioResampler("s16", layout, rate_hz)
    samples = np.ascontiguousarray((sound * 32767).astype(np.int16).reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
    frame.sample_rate = RATE_HZ
    with av.open(str(out), "w", format="wav") as file:
        stream = file.add_stream(codec, rate=rate_hz, layout=layout)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))


def main() -> None:
    """Voice all of them, or one; those that are there already stay."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("weights", type=Path, help="folder with the voice model")
    arguments.add_argument("set", type=Path, help="folder with transcripts/")
    arguments.add_argument("out", type=Path, help="folder for what is made")
    arguments.add_argument("--only", metavar="ID", help="make this one only")
    chosen = arguments.parse_args()
    for kind in ("audio", "transcripts", "apart/audio", "apart/transcripts"):
        (chosen.out / kind).mkdir(parents=True, exist_ok=True)
    model = make.load_voices(chosen.weights)
    for name, pair in PAIRS.items():
        sound_path = chosen.out / "audio" / f"{name}.wav"
        if chosen.only not in (None, name) or sound_path.exists():
            continue
        script = script_of(chosen.set / "transcripts" / f"{name}.json", pair)
        clips = [make.speak(model, line) for line in script.lines]
        starts = make.place(script, clips)
        sound = make.mix(script, clips, starts)
        write(sound if pair.telephone else with_noise(sound, name), sound_path, pair.telephone)
        write(apart(script, clips, starts), chosen.out / "apart" / "audio" / f"{name}.wav", pair.telephone)
        for folder in (chosen.out, chosen.out / "apart"):
            told = make.transcript(script, clips, starts)
            (folder / "transcripts" / f"{name}.json").write_text(told, encoding="utf-8")
        print(f"{name}: {len(sound) / RATE_HZ:.0f} s, {pair.clinician} and {pair.patient}", flush=True)


if __name__ == "__main__":
    main()
