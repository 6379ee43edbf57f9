"""What stands beside a copied text, so that the system keeps it out of histories and clouds."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.conftest import Room
from ui import clipboard
from ui.clipboard import SystemClipboard

OFF = (0).to_bytes(4, "little")  # a DWORD, as Windows asks for it


def put_on(platform: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    monkeypatch.setattr(clipboard.sys, "platform", platform)
    SystemClipboard().put("Left knee pain")
    data = QGuiApplication.clipboard().mimeData()
    return {name: data.data(name).data() for name in data.formats()}


def test_windows_is_asked_for_no_history_no_cloud_and_no_monitor(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    there = put_on("win32", monkeypatch)
    assert there.pop("text/plain") == b"Left knee pain"
    assert there == {
        f'application/x-qt-windows-mime;value="{name}"': OFF
        for name in (
            "ExcludeClipboardContentFromMonitorProcessing",
            "CanIncludeInClipboardHistory",
            "CanUploadToCloudClipboard",
        )
    }


@pytest.mark.parametrize(
    ("platform", "mark", "value"),
    [("darwin", "org.nspasteboard.ConcealedType", b"1"), ("linux", "x-kde-passwordManagerHint", b"secret")],
)
def test_elsewhere_the_mark_of_the_system_says_that_it_is_not_to_be_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch, platform: str, mark: str, value: bytes
) -> None:
    assert put_on(platform, monkeypatch) == {"text/plain": b"Left knee pain", mark: value}


def test_a_copied_heading_goes_that_way(room: Room) -> None:
    room.signed()
    room.press("1")
    assert len(QGuiApplication.clipboard().mimeData().formats()) > 1, "the system's mark is not beside the text"
