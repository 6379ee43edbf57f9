"""Starts the app: `python -m ui.app`, `scribe app`, or the frozen executable."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import sys
from types import TracebackType

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMessageBox

from scribe import offline, settings
from scribe.desk import Desk
from scribe.errors import Bug, ScribeError
from scribe.paths import config_dir
from scribe.review.spelling import speller
from ui import motion, theme
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.faults import fault_log, write_fault
from ui.preferences import Preferences
from ui.window import Window

TURN_S = 0.001  # how long another thread may hold Python up while the window waits to be painted; usual are 5 ms


def main(arguments: list[str] | None = None) -> int:
    """Runs the app until its window is closed.

    Args:
        arguments: `--demo ID` opens a bundled consultation in a throw-away store; `--smoke` starts every process,
            closes the window again and says whether that worked.

    Returns:
        The exit code; 0 when all went well.
    """
    multiprocessing.freeze_support()
    offline.enforce()
    be_brief()
    options = _options(arguments)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Scribe")
    app.setStyle("Fusion")
    try:
        safety = settings.safety()
        loaded = settings.load()
    except ScribeError as error:
        QMessageBox.critical(None, "Scribe", str(error))  # there is no window yet that could carry a card
        return 3
    preferences = Preferences(loaded.preferences)

    def dress() -> None:
        theme.apply(app, preferences.now.theme, preferences.now.text_percent)
        motion.apply(app, preferences.now.motion)

    bridge = Bridge()
    desk = Desk(listener=bridge.listen, clipboard=SystemClipboard(), must_see=safety.must_see)
    window = Window(desk, bridge, preferences)
    dress()  # the window is up sooner than when each of its parts is dressed by itself
    preferences.changed.connect(dress)
    app.styleHints().colorSchemeChanged.connect(lambda _: theme.follow(preferences.now.theme, dress))
    _catch(window)
    geometry = QSettings(str(config_dir() / "window.ini"), QSettings.Format.IniFormat)
    if saved := geometry.value("geometry"):
        window.restoreGeometry(saved)
    window.closed.connect(lambda: geometry.setValue("geometry", window.saveGeometry()))
    window.show()
    for warning in loaded.warnings:
        window.show_error(warning)
    leave_alone()
    window.start(options.demo)

    def load() -> None:
        desk.warm_up()
        speller()  # its dictionary must have come along

    def finish() -> None:
        window.close()

    if options.smoke:
        bridge.run(load, done=lambda _: finish(), long=True)
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    desk.close()
    bridge.close()
    if options.smoke:
        print("Scribe started its window, its recorder and its engines, and closed them.")
    return code


def be_brief() -> None:
    """Has the other threads leave Python to the window soon."""
    sys.setswitchinterval(TURN_S)


def leave_alone() -> None:
    """What is there once the window is made stays to the end, a hundred thousand objects: whenever Python looked through
    all of them for what is not used any more, every thread stood still for a twentieth of a second."""
    gc.freeze()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scribe app", description="Opens Scribe.")
    parser.add_argument("--demo", default="", metavar="ID", help="open a bundled consultation in a throw-away store")
    parser.add_argument("--smoke", action="store_true", help="start everything, close it, and say that it worked")
    return parser.parse_args(sys.argv[1:] if arguments is None else arguments)


def _catch(window: Window) -> None:
    """What nobody caught reaches the user as a card, and the log without clinical text."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        write_fault(kind, trace)
        window.show_error(
            Bug(
                "Something went wrong inside Scribe.",
                safe="Everything saved so far is kept.",
                do=f"Go on, or restart Scribe. What happened is noted, without clinical text, in {fault_log()}.",
                code="unexpected",
            )
        )

    sys.excepthook = caught


if __name__ == "__main__":
    sys.exit(main())
