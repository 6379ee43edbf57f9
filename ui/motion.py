"""Movement on the page: all of it goes where the person, or the computer they set up for themselves, wants none.

Only three things of Scribe ever move by themselves: the caret blinks, the level rises and falls with the sound, and a bar
runs while it is not known how long something takes.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressBar

_ASK_S = 2.0
_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateToolBox,
)  # fmt: skip

_still = False


def apply(app: QApplication, motion: str, system: Callable[[], bool] | None = None) -> None:
    """Lets things move, or nothing.

    Args:
        app: whose caret and menus these are.
        motion: "system" or "none".
        system: asks the computer whether it is set to little movement; `wanted_by_system` where left out.
    """
    global _still
    _still = motion == "none" or (system or wanted_by_system)()
    usual = app.property("scribe_caret")
    if usual is None:
        usual = app.cursorFlashTime()
        app.setProperty("scribe_caret", usual)
    app.setCursorFlashTime(0 if _still else int(usual))
    if _still:
        for effect in _EFFECTS:
            app.setEffectEnabled(effect, False)


def is_still() -> bool:
    """Whether nothing is to move by itself."""
    return _still


def show_busy(bar: QProgressBar) -> None:
    """How long it takes is not known: the bar runs or, where nothing is to move, stands empty; words beside it say what goes on."""
    bar.setRange(0, 1 if _still else 0)
    bar.setValue(0)


def wanted_by_system(platform: str = sys.platform, ask: Callable[[tuple[str, ...]], str] | None = None) -> bool:
    """Whether the computer is set to little movement (Windows, macOS, and desktops that keep GNOME's setting).

    Args:
        platform: as `sys.platform` names it.
        ask: runs a command and gives its output; empty when that failed.
    """
    ask = ask or _output
    if platform == "win32":
        animated = ctypes.c_int(1)
        user32 = getattr(ctypes, "windll").user32  # noqa: B009  (there on Windows alone)
        user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(animated), 0)
        return not animated.value
    if platform == "darwin":
        return ask(("defaults", "read", "com.apple.universalaccess", "reduceMotion")) == "1"
    return ask(("gsettings", "get", "org.gnome.desktop.interface", "enable-animations")) == "false"


@lru_cache(maxsize=4)
def _output(command: tuple[str, ...]) -> str:
    if not shutil.which(command[0]):
        return ""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_ASK_S, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
