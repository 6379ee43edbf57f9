"""How a voice sounds, as 256 numbers: the GE2E speaker encoder of Resemblyzer, without torch.

The weights are torch's older file format, a few pickles and then the plain numbers. They are read here with
an unpickler that knows tensors and nothing else, so no file can run code. The network is three LSTM layers and
a projection, small enough for numpy.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from scribe.capture.sound import SAMPLE_RATE, SAMPLES_PER_MS, Pcm
from scribe.records import Segment, Voice

Floats = NDArray[np.float32]

_WINDOW_MS = 1600  # what the encoder was trained on
_STEP_MS = 800
_SHORTEST_MS = 500  # below this a voice says nothing about who it is
_FRAME, _HOP, _MELS = 400, 160, 40
_LAYERS = 3
_QUIETEST = 10 ** (-30 / 20)  # root mean square that quieter sound is raised to


class SpeakerEncoder:
    """Tells how the voices in a segment sound.

    Args:
        folder: holds `pretrained.pt`.
    """

    def __init__(self, folder: Path) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        with (folder / "pretrained.pt").open("rb") as stream:
            weights = _read_torch(stream)
        self._filters = np.asarray(FeatureExtractor.get_mel_filters(SAMPLE_RATE, _FRAME, _MELS), np.float32)
        self._layers = [
            _Layer(
                weights[f"lstm.weight_ih_l{n}"].T.copy(),
                weights[f"lstm.weight_hh_l{n}"].T.copy(),
                weights[f"lstm.bias_ih_l{n}"] + weights[f"lstm.bias_hh_l{n}"],
            )
            for n in range(_LAYERS)
        ]
        self._project = weights["linear.weight"].T.copy()
        self._bias = weights["linear.bias"]

    def voices(self, segment: Segment, pcm: Pcm, start_ms: int) -> tuple[Voice, ...]:
        """Listens to windows of 1.6 s, a new one every 0.8 s, over the words of a segment.

        Args:
            segment: whose voices are wanted.
            pcm: sound that holds the segment.
            start_ms: where in the recording `pcm` begins.
        """
        spans = _spans(segment)
        cut = [pcm[(a - start_ms) * SAMPLES_PER_MS : (b - start_ms) * SAMPLES_PER_MS] for a, b in spans]
        heard = [(span, sound) for span, sound in zip(spans, cut, strict=True) if len(sound) >= _FRAME]
        if not heard:
            return ()
        vectors = self.embed([sound for _, sound in heard])
        return tuple(
            Voice(segment.recording_id, a, b, tuple(vector.tolist()))
            for ((a, b), _), vector in zip(heard, vectors, strict=True)
            if np.any(vector)
        )

    def embed(self, sounds: list[Pcm]) -> Floats:
        """Vectors of unit length, shape (n, 256), one for each sound; shorter ones are repeated to length."""
        wanted = _WINDOW_MS * SAMPLES_PER_MS
        mels = np.stack([self._mels(np.resize(sound, wanted)) for sound in sounds])
        for layer in self._layers:
            mels = layer(mels)
        raw = np.maximum(mels[:, -1] @ self._project + self._bias, 0)
        norm = np.linalg.norm(raw, axis=1, keepdims=True)
        return np.asarray(raw / np.maximum(norm, 1e-9), np.float32)

    def _mels(self, pcm: Pcm) -> Floats:
        """Power in 40 mel bands every 10 ms: shape (frames, 40)."""
        sound = pcm.astype(np.float32) / 32768.0
        loudness = float(np.sqrt(np.mean(sound**2)))
        if 0 < loudness < _QUIETEST:
            sound *= _QUIETEST / loudness
        padded = np.pad(sound, _FRAME // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP][: _WINDOW_MS // 10]
        window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
        power = np.abs(np.fft.rfft(frames * window)).astype(np.float32) ** 2
        return np.asarray(power @ self._filters.T, np.float32)


def _spans(segment: Segment) -> list[tuple[int, int]]:
    """Windows over stretches of words that follow each other closely."""
    stretches: list[list[int]] = []
    for word in segment.words:
        if stretches and word.start_ms - stretches[-1][1] <= 200:
            stretches[-1][1] = word.end_ms
        else:
            stretches.append([word.start_ms, word.end_ms])
    spans = []
    for start, end in stretches:
        at = start
        while end - at >= _SHORTEST_MS:
            spans.append((at, min(at + _WINDOW_MS, end)))
            at += _STEP_MS
            if spans[-1][1] == end:
                break
    return spans


@dataclass(frozen=True)
class _Layer:
    """One LSTM layer; torch keeps its gates in the order input, forget, cell, output."""

    given: Floats
    kept: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        batch, steps, _ = x.shape
        size = self.kept.shape[0]
        gates = (x.reshape(batch * steps, -1) @ self.given + self.bias).reshape(batch, steps, 4 * size)
        hidden = np.zeros((batch, size), np.float32)
        cell = np.zeros((batch, size), np.float32)
        out = np.empty((batch, steps, size), np.float32)
        for step in range(steps):
            gate = gates[:, step] + hidden @ self.kept
            into, forget, output = (_sigmoid(gate[:, n * size : (n + 1) * size]) for n in (0, 1, 3))
            cell = forget * cell + into * np.tanh(gate[:, 2 * size : 3 * size])
            hidden = output * np.tanh(cell)
            out[:, step] = hidden
        return out


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)


# ---------------------------------------------------------------- torch's older file format


@dataclass
class _Storage:
    """Numbers that tensors are views of; they follow in the file after the pickles."""

    values: Floats


class _Tensors(pickle.Unpickler):
    """Reads dictionaries of float tensors; anything else in the file is refused."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        allowed: dict[tuple[str, str], Callable[..., Any] | str] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch", "FloatStorage"): "float32",
        }
        try:
            return allowed[(module, name)]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights") from None

    def persistent_load(self, pid: Any) -> _Storage:
        _, _, key, _, count, _ = pid
        return self.storages.setdefault(str(key), _Storage(np.zeros(int(count), np.float32)))


def _tensor(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> Any:
    return lambda: np.lib.stride_tricks.as_strided(
        storage.values[offset:], shape, [step * 4 for step in stride], writeable=False
    )


def _read_torch(stream: BinaryIO) -> dict[str, Floats]:
    """The tensors of "model_state" by name."""
    data = io.BytesIO(stream.read())
    for _ in range(3):  # magic number, version, sizes of types
        _Tensors(data).load()
    reader = _Tensors(data)
    state = reader.load()["model_state"]
    for key in _Tensors(data).load():
        count = int(np.frombuffer(data.read(8), "<i8")[0])
        reader.storages[key].values[:] = np.frombuffer(data.read(4 * count), "<f4")
    return {name: make() for name, make in state.items()}
