"""Where things lie: the checkout (or frozen app) is read-only; what is made goes to the user's folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from scribe.errors import Fixable

_APP = "scribe"


def root_dir() -> Path:
    """The checkout, or the folder into which PyInstaller unpacked the app."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parent.parent


def templates_dir() -> Path:
    return root_dir() / "templates"


def manifest_dir() -> Path:
    """The models manifest and the small weights that we trained ourselves."""
    return root_dir() / "models"


def demo_dir() -> Path:
    return root_dir() / "demo"


def data_dir() -> Path:
    """The store and the sealed sound. SCRIBE_DATA_DIR overrides it, for tests and for portable installs."""
    return _made(os.environ.get("SCRIBE_DATA_DIR") or platformdirs.user_data_dir(_APP, appauthor=False))


def config_dir() -> Path:
    return _made(os.environ.get("SCRIBE_CONFIG_DIR") or platformdirs.user_config_dir(_APP, appauthor=False))


def cache_dir() -> Path:
    """Downloads and built models: large, not clinical, can be made again. SCRIBE_CACHE_DIR overrides it."""
    return _made(os.environ.get("SCRIBE_CACHE_DIR") or platformdirs.user_cache_dir(_APP, appauthor=False))


def _made(path: str) -> Path:
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Fixable(
            f"Scribe cannot use its folder {folder}: {error.strerror or 'the disk failed'}.",
            safe="Nothing was changed.",
            do="See that its drive is connected and has space, and that you may write there.",
            code="folder-unusable",
        ) from error
    return folder
