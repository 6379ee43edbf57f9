"""Draws how late text settled over a consultation, from what `scribe rehearse --json` printed.

python -m tests.measure.lag_plot REHEARSAL.json PLOT.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 720, 240, 44, 34, 26, 12
_BARS_S = (6, 10)


def plot(rehearsal: dict[str, object]) -> str:
    """An SVG: a dot for each word, lines where the bars are."""
    lags: list[tuple[float, float]] = rehearsal["lags"]  # type: ignore[assignment]
    end_s = 60 * float(str(rehearsal["minutes"]))
    highest = max(12.0, *(lag for _, lag in lags)) if lags else 12.0

    def x(at_s: float) -> float:
        return round(_LEFT + at_s / end_s * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(lag_s: float) -> float:
        return round(_HEIGHT - _BOTTOM - lag_s / highest * (_HEIGHT - _BOTTOM - _TOP), 1)

    dots = "".join(f"M{x(at)} {y(lag)}h.1" for at, lag in lags)  # a dot without length some do not draw
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#444">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="16">Seconds from a word to its settled text, over the consultation (minutes)</text>',
    ]
    for bar in _BARS_S:
        parts.append(
            f'<path d="M{_LEFT} {y(bar)}H{_WIDTH - _RIGHT}" stroke="#b00" stroke-dasharray="4 4"/>'
            f'<text x="{_LEFT - 6}" y="{y(bar) + 4}" text-anchor="end">{bar}</text>'
        )
    for minute in range(int(end_s // 60) + 1):
        parts.append(f'<text x="{x(60 * minute)}" y="{_HEIGHT - 12}" text-anchor="middle">{minute}</text>')
    parts.append(f'<path d="{dots}" stroke="#0a58a8" stroke-width="2.4" stroke-linecap="round" fill="none"/>')
    parts.append(f'<path d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}" stroke="#444" fill="none"/></svg>')
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(plot(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), encoding="utf-8")
