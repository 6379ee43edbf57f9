"""How a voice sounds, as 256 numbers: the GE2E speaker encoder of Resemblyzer, without torch.

The weights are torch's older file format, a few pickles and then the plain numbers. They are read here with
an unpickler that knows tensors and nothing else, so no file can run code. The network, three LSTM layers and a
projection, lies in `models/roles/encoder.onnx` as a graph without weights; onnxruntime runs it with those.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from scribe.capture.sound import SAMPLE_RATE, SAMPLES_PER_MS, Pcm
from scribe.paths import manifest_dir
from scribe.records import Segment, Voice

Floats = NDArray[np.float32]

_WINDOW_MS = 1600  # what the encoder was trained on
_STEP_MS = 800
_SHORTEST_MS = 500  # below this a voice says nothing about who it is
_FRAME, _HOP, _MELS = 400, 160, 40
_HOP_MS = _HOP // SAMPLES_PER_MS
_FRAMES = _WINDOW_MS // _HOP_MS
_LAYERS = 3
_QUIETEST = 10 ** (-30 / 20)  # root mean square that quieter sound is raised to


class SpeakerEncoder:
    """Tells how the voices in a segment sound.

    Args:
        folder: holds `pretrained.pt`.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from faster_whisper.feature_extractor import FeatureExtractor

        with (folder / "pretrained.pt").open("rb") as stream:
            weights = _as_onnx(_read_torch(stream))
        self._filters = np.asarray(FeatureExtractor.get_mel_filters(SAMPLE_RATE, _FRAME, _MELS), np.float32).T.copy()
        self._weights = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # it is small: more threads would mostly wait for each other
        options.enable_cpu_mem_arena = False  # what a long segment took is given back: half of 170 MB
        options.add_external_initializers(list(weights), self._weights)
        graph = (manifest_dir() / "roles" / "encoder.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def voices(self, segment: Segment, pcm: Pcm, start_ms: int) -> tuple[Voice, ...]:
        """Listens to windows of 1.6 s, a new one every 0.8 s, over the words of a segment.

        Args:
            segment: whose voices are wanted.
            pcm: sound that holds the segment.
            start_ms: where in the recording `pcm` begins.
        """
        spans: list[tuple[int, int]] = []
        mels: list[Floats] = []
        for first_ms, end_ms in _stretches(segment):
            sound = _as_float(pcm[(first_ms - start_ms) * SAMPLES_PER_MS : (end_ms - start_ms) * SAMPLES_PER_MS])
            if len(sound) < _SHORTEST_MS * SAMPLES_PER_MS:
                continue
            frames = self._frames(sound)
            for at, end in _windows(first_ms, min(end_ms, first_ms + len(sound) // SAMPLES_PER_MS)):
                here = frames[(at - first_ms) // _HOP_MS : (end - first_ms) // _HOP_MS]
                heard = sound[(at - first_ms) * SAMPLES_PER_MS : (end - first_ms) * SAMPLES_PER_MS]
                spans.append((at, end))
                mels.append(_filled(here) * _gain(heard) ** 2)
        if not mels:
            return ()
        return tuple(
            Voice(segment.recording_id, at, end, tuple(vector.tolist()))
            for (at, end), vector in zip(spans, self._embed(mels), strict=True)
            if np.any(vector)
        )

    def embed(self, sounds: Sequence[Pcm]) -> Floats:
        """Vectors of unit length, shape (n, 256), one for each sound of which the first 1.6 s count."""
        cut = [_as_float(sound[: _WINDOW_MS * SAMPLES_PER_MS]) for sound in sounds]
        return self._embed([_filled(self._frames(sound)) * _gain(sound) ** 2 for sound in cut])

    def _embed(self, mels: Sequence[Floats]) -> Floats:
        (vectors,) = self._session.run(None, {"mels": np.stack(mels, axis=1)})
        return np.asarray(vectors, np.float32)

    def _frames(self, sound: Floats) -> Floats:
        """Mel power, one frame every 10 ms, shape (frames, 40)."""
        padded = np.pad(sound, _FRAME // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP]
        spectrum = np.fft.rfft(frames * np.hanning(_FRAME + 1)[:-1].astype(np.float32))
        return np.asarray((spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ self._filters, np.float32)


def _as_float(pcm: Pcm) -> Floats:
    return pcm.astype(np.float32) / 32768.0


def _filled(frames: Floats) -> Floats:
    """As many frames as the encoder listens to; fewer are repeated."""
    return np.asarray(frames[np.arange(_FRAMES) % len(frames)])


def _gain(sound: Floats) -> float:
    loudness = float(np.sqrt(np.mean(sound**2)))
    return _QUIETEST / loudness if 0 < loudness < _QUIETEST else 1.0


def _stretches(segment: Segment) -> list[tuple[int, int]]:
    """Where words follow each other closely, in milliseconds."""
    stretches: list[tuple[int, int]] = []
    for word in segment.words:
        if stretches and word.start_ms - stretches[-1][1] <= 200:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], word.end_ms))
        else:
            stretches.append((word.start_ms, word.end_ms))
    return stretches


def _windows(start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    at = start_ms
    while end_ms - at >= _SHORTEST_MS:
        windows.append((at, min(at + _WINDOW_MS, end_ms)))
        if windows[-1][1] == end_ms:
            break
        at += _STEP_MS
    return windows


def _as_onnx(weights: dict[str, Floats]) -> dict[str, Floats]:
    """The weights under the names of the graph. Torch's LSTM has its gates in the order input, forget, cell, output;
    ONNX has input, output, forget, cell."""

    def gates(name: str) -> Floats:
        into, forget, cell, output = np.split(weights[f"lstm.{name}"], 4)
        return np.concatenate([into, output, forget, cell])

    named: dict[str, Floats] = {"P": weights["linear.weight"].T.copy(), "b": weights["linear.bias"].copy()}
    for layer in range(_LAYERS):
        named[f"W{layer}"] = gates(f"weight_ih_l{layer}")[None]
        named[f"R{layer}"] = gates(f"weight_hh_l{layer}")[None]
        named[f"B{layer}"] = np.concatenate([gates(f"bias_ih_l{layer}"), gates(f"bias_hh_l{layer}")])[None]
    return named


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
