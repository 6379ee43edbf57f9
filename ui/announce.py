"""Tells a screen reader what happened elsewhere on the page."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


def announce(where: QObject, text: str, *, at_once: bool = False) -> None:
    """Has a screen reader say `text` (no clinical text), politely or, for what cannot wait, at once."""
    event = QAccessibleAnnouncementEvent(where, text)
    event.setPoliteness(
        QAccessible.AnnouncementPoliteness.Assertive if at_once else QAccessible.AnnouncementPoliteness.Polite
    )
    QAccessible.updateAccessibility(event)
