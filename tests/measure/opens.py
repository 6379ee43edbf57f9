"""From the command to a window that can be used: `python -m tests.measure.opens [TIMES]`.

Runs `python3 run.py app`, set up before, over a store of its own, and takes the time until the first page is painted
and waits for a key. Python writes the compiled modules down the first time, as it does for users. Needs no display.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scribe.paths import root_dir

# Python imports this by itself at its start. The clock begins when the command was given; the window says when it stands.
_HOOK = """
import importlib.abc, importlib.util, os, sys, time

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "ui.window":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module
        def executed(module):
            execute(module)
            begin = module.Window.start
            def start(window, *given):
                begin(window, *given)
                def look():
                    form = window.focusWidget()
                    if window._bridge.is_idle and form is not None and form.isVisible():
                        module.QTimer.singleShot(0, stands)  # what is shown is painted
                    else:
                        module.QTimer.singleShot(2, look)
                def stands():
                    print("stands after", time.time() - float(os.environ["SCRIBE_BEGAN"]), flush=True)
                    window.close()
                look()
            module.Window.start = start
        spec.loader.exec_module = executed
        return spec

sys.meta_path.insert(0, Finder())
"""


def main(times: int) -> None:
    taken = []
    with tempfile.TemporaryDirectory(prefix="scribe-opens-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": folder, "SCRIBE_DATA_DIR": folder, "SCRIBE_CONFIG_DIR": folder}
        env |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(times + 1):
            env["SCRIBE_BEGAN"] = str(time.time())
            done = subprocess.run(
                [sys.executable, root_dir() / "run.py", "app"], env=env, capture_output=True, text=True, check=False
            )
            said = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("stands after")]
            if not said:
                sys.exit(f"no window came up:\n{done.stderr}")
            taken.append(float(said[0]))
    first, *rest = taken
    print(f"first time, nothing compiled: {first:.1f} s")
    print(f"window stands after {statistics.median(rest):.2f} s (median of {times}), at most {max(rest):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
