"""The system libraries that our Python packages look for on Linux, and which of them this computer lacks.

Windows and macOS bring them, or the wheels do. Standard library only: run.py asks before anything is installed.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Library:
    """Args: name: as the loader knows it; package: Debian's and Ubuntu's name; purpose: what fails without it."""

    name: str
    package: str
    purpose: str


SOUND = "recording from a microphone"
WINDOW = "the window"

LIBRARIES = (
    Library("libportaudio.so.2", "libportaudio2", SOUND),
    Library("libEGL.so.1", "libegl1", WINDOW),
    Library("libGL.so.1", "libgl1", WINDOW),
    Library("libdbus-1.so.3", "libdbus-1-3", WINDOW),
    Library("libfontconfig.so.1", "libfontconfig1", WINDOW),
    Library("libglib-2.0.so.0", "libglib2.0-0", WINDOW),
    Library("libX11-xcb.so.1", "libx11-xcb1", WINDOW),
    Library("libxkbcommon.so.0", "libxkbcommon0", WINDOW),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", WINDOW),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", WINDOW),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", WINDOW),
    Library("libxcb-image.so.0", "libxcb-image0", WINDOW),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", WINDOW),
    Library("libxcb-randr.so.0", "libxcb-randr0", WINDOW),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", WINDOW),
    Library("libxcb-shape.so.0", "libxcb-shape0", WINDOW),
    Library("libxcb-sync.so.1", "libxcb-sync1", WINDOW),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", WINDOW),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", WINDOW),
)

_TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "objdump": "binutils",  # PyInstaller looks into libraries with it
    # Exports are opened by programs that are not ours.
    "soffice": "libreoffice-writer-nogui",
    "qpdf": "qpdf",
    "pdftotext": "poppler-utils",
}
_ALSA_PLUGIN = "libasound_module_pcm_pulse.so"


def missing() -> tuple[Library, ...]:
    """The libraries that cannot be loaded; none elsewhere than on Linux. Takes a few milliseconds."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in LIBRARIES if not _loads(library.name))


def missing_test_packages() -> tuple[str, ...]:
    """Packages that some tests need: a screen and a microphone that are not really there, and what builds the app."""
    if not sys.platform.startswith("linux"):
        return ()
    packages = [package for program, package in _TEST_PROGRAMS.items() if not shutil.which(program)]
    if not any(Path("/usr/lib").glob(f"*/alsa-lib/{_ALSA_PLUGIN}")):
        packages.append("libasound2-plugins")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.base_prefix == "/usr" and not _loads(f"libpython{version}.so.1.0"):  # Debian's Python comes without
        packages.append(f"libpython{version}")
    return tuple(packages)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
