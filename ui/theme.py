"""How the window looks: two palettes (and their high-contrast forms), a type scale, a spacing grid, one sheet.

Everything that has a colour gets it from here, as a palette role or a token; no other file names a colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GRID = 4  # px; every gap is a multiple of it
GAP_SMALL, GAP, GAP_LARGE, GAP_PAGE = GRID * 2, GRID * 3, GRID * 5, GRID * 7
RADIUS = 10
TITLE = GRID * 9  # px; the line above each pane
MIN_TARGET = 28  # px; no control is smaller than this in either direction


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by what they are for. `*_soft` lies behind text in the colour it names."""

    window: str  # the page
    surface: str  # cards, fields
    sunken: str  # pressed, hovered, quiet areas
    border: str  # hairlines that only decorate
    edge: str  # outlines of controls: 3:1 against what lies behind
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    mark: str  # behind evidence words
    on_mark: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    record: str
    on_record: str


LIGHT = Tokens(
    window="#f4f5f4",
    surface="#ffffff",
    sunken="#e9edec",
    border="#dce1e0",
    edge="#7b8785",
    text="#17211f",
    muted="#53605d",
    accent="#0b6660",
    on_accent="#ffffff",
    accent_soft="#dff0ed",
    mark="#ffe08a",
    on_mark="#2a2000",
    good="#1c653b",
    good_soft="#e3f3e8",
    warn="#7a4a00",
    warn_soft="#fff3d9",
    bad="#a1231b",
    bad_soft="#fdecea",
    record="#b3261e",
    on_record="#ffffff",
)
DARK = Tokens(
    window="#121716",
    surface="#1b2221",
    sunken="#27302e",
    border="#303a38",
    edge="#80908c",
    text="#e6ecea",
    muted="#a6b3af",
    accent="#6fd0c4",
    on_accent="#04211e",
    accent_soft="#173a36",
    mark="#6b5510",
    on_mark="#fff4cc",
    good="#86d8a4",
    good_soft="#16321f",
    warn="#f4c769",
    warn_soft="#362a0e",
    bad="#ffb3aa",
    bad_soft="#401c19",
    record="#c8322b",
    on_record="#ffffff",
)
LIGHT_CONTRAST = replace(LIGHT, window="#ffffff", border="#000000", edge="#000000", text="#000000", muted="#262626")
DARK_CONTRAST = replace(DARK, window="#000000", surface="#000000", border="#ffffff", edge="#ffffff", text="#ffffff")

_CONTRAST = {"light-contrast": LIGHT_CONTRAST, "dark-contrast": DARK_CONTRAST}

_current = LIGHT


def current() -> Tokens:
    """The tokens in use now, for what is painted by hand."""
    return _current


def colour(token: str) -> QColor:
    """A token in use now as a QColor, by its name."""
    return QColor(getattr(_current, token))


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette for these tokens; widgets that no rule of the sheet names follow it."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.sunken,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Midlight: tokens.sunken,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Dark: tokens.edge,
        QPalette.ColorRole.Shadow: tokens.edge,
    }
    for role, value in roles.items():
        made.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return made


def tokens_for(theme: str) -> Tokens:
    """Which tokens a preference ("system", "light", "dark-contrast", …) means on this computer now."""
    hints = QGuiApplication.styleHints()
    if theme in _CONTRAST:
        return _CONTRAST[theme]
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    accessibility = getattr(hints, "accessibility", None)  # Qt 6.10 and newer
    contrast = accessibility().contrastPreference() if accessibility else None
    if contrast is not None and contrast == Qt.ContrastPreference.HighContrast:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def apply(app: QApplication, theme: str = "system", text_percent: int = 100) -> None:
    """Dresses the whole app.

    Args:
        theme: "system", "light", "dark", "light-contrast" or "dark-contrast".
        text_percent: size of all text, 100 to 200.
    """
    global _current
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(schemes.get(theme.removesuffix("-contrast"), Qt.ColorScheme.Unknown))
    _current = tokens_for(theme)
    font = QFont(app.property("scribe_font") or app.font())
    if app.property("scribe_font") is None:
        app.setProperty("scribe_font", QFont(font))
    size = max(font.pointSizeF(), 10.0) * 1.05 * text_percent / 100
    font.setPointSizeF(size)
    app.setFont(font)
    app.setPalette(palette(_current))
    app.setStyleSheet(sheet(_current, size))


def sheet(t: Tokens, size: float) -> str:
    """The one style sheet. `size` is the body text in points; the scale is 0.88, 1, 1.18 and 1.65 of it."""
    small, large, title, huge = (round(size * factor, 1) for factor in (0.88, 1.18, 1.65, 3.2))
    return f"""
    QWidget {{ color: {t.text}; }}
    QMainWindow, QStackedWidget > QWidget {{ background: {t.window}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QLabel {{ background: transparent; }}
    QLabel[level="title"] {{ font-size: {title}pt; font-weight: 600; }}
    QLabel[level="heading"] {{ font-size: {large}pt; font-weight: 600; }}
    QLabel[level="label"] {{ font-size: {small}pt; font-weight: 600; color: {t.muted}; }}
    QLabel[level="muted"] {{ color: {t.muted}; }}
    QLabel[level="small"] {{ font-size: {small}pt; color: {t.muted}; }}
    QLabel[level="strong"] {{ font-weight: 600; }}
    QLabel[level="clock"] {{ font-size: {huge}pt; font-weight: 300; }}
    QLabel[level="code"] {{ font-size: {title}pt; font-weight: 600; letter-spacing: 2px; }}
    QLabel[tone="bad"] {{ color: {t.bad}; }}
    QLabel[tone="good"] {{ color: {t.good}; }}
    QLabel[tone="warn"] {{ color: {t.warn}; }}
    QLabel[chip="true"] {{ background: {t.sunken}; color: {t.text}; border-radius: 9px; padding: 2px 9px;
        font-size: {small}pt; }}
    QLabel[chip="true"][tone="warn"] {{ background: {t.warn_soft}; color: {t.warn}; }}
    QLabel[chip="true"][tone="good"] {{ background: {t.good_soft}; color: {t.good}; }}
    QLabel[chip="true"][tone="accent"] {{ background: {t.accent_soft}; color: {t.accent}; }}
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.edge}; padding: 4px; }}

    QFrame[card="true"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: {RADIUS}px; }}
    QFrame[card="true"][tone="bad"] {{ background: {t.bad_soft}; border-color: {t.bad}; }}
    QFrame[card="true"][tone="warn"] {{ background: {t.warn_soft}; border-color: {t.warn}; }}
    QFrame[card="true"][tone="bad"] QLabel {{ color: {t.bad}; }}
    QFrame[card="true"][tone="warn"] QLabel {{ color: {t.warn}; }}
    QFrame[bar="true"] {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.border}; }}
    QFrame[bar="recording"] {{ background: {t.record}; border: none; }}
    QFrame[bar="recording"] QLabel {{ color: {t.on_record}; font-weight: 600; }}
    QFrame[rule="true"] {{ background: {t.border}; border: none; max-height: 1px; min-height: 1px; }}

    QFrame[item="true"] {{ background: transparent; border: 2px solid transparent; border-radius: 8px; }}
    QFrame[item="true"]:hover {{ background: {t.sunken}; }}
    QFrame[item="true"]:focus {{ background: {t.accent_soft}; border-color: {t.accent}; }}
    QFrame[item="true"][linked="true"] {{ border: 2px dashed {t.edge}; }}
    QFrame[item="true"][linked="true"]:focus {{ border: 2px solid {t.accent}; }}
    QFrame[item="check"] {{ background: {t.warn_soft}; border: 2px solid transparent; border-radius: 8px; }}
    QFrame[item="check"]:focus {{ border-color: {t.accent}; }}
    QFrame[item="look"] {{ background: {t.surface}; border: 2px solid {t.warn_soft}; border-radius: 8px; }}
    QFrame[item="look"]:focus {{ border-color: {t.accent}; }}
    QFrame[item="omission"] {{ background: {t.surface}; border: 2px solid {t.border}; border-radius: 8px; }}
    QFrame[item="omission"]:focus {{ border-color: {t.accent}; }}

    QPushButton {{ background: {t.surface}; border: 1px solid {t.edge}; border-radius: 8px;
        padding: 7px 15px; }}
    QPushButton:hover {{ background: {t.sunken}; }}
    QPushButton:pressed {{ background: {t.border}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: 6px 14px; }}
    QPushButton:disabled {{ color: {t.muted}; background: {t.sunken}; border-color: {t.border}; }}
    QPushButton:checked {{ background: {t.accent_soft}; border: 2px solid {t.accent}; color: {t.accent};
        padding: 6px 14px; }}
    QPushButton:checked:focus {{ border: 3px solid {t.text}; padding: 5px 13px; }}
    QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 2px solid {t.accent};
        padding: 6px 18px; font-weight: 600; }}
    QPushButton[kind="primary"]:hover {{ border-color: {t.text}; }}
    QPushButton[kind="primary"]:focus {{ border: 3px solid {t.text}; padding: 5px 17px; }}
    QPushButton[kind="primary"]:disabled {{ background: {t.sunken}; color: {t.muted}; border-color: {t.border}; }}
    QPushButton[kind="danger"] {{ color: {t.bad}; border-color: {t.bad}; }}
    QPushButton[kind="danger"]:focus {{ border: 2px solid {t.bad}; background: {t.bad_soft}; }}
    QPushButton[kind="quiet"] {{ background: transparent; border: 1px solid transparent; padding: 7px 9px; }}
    QPushButton[kind="quiet"]:hover {{ background: {t.sunken}; }}
    QPushButton[kind="quiet"]:focus {{ border: 2px solid {t.accent}; padding: 6px 8px; }}
    QPushButton[small="true"] {{ padding: 4px 9px; }}
    QPushButton[small="true"]:focus {{ padding: 3px 8px; }}
    QPushButton[kind="row"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: {RADIUS}px;
        padding: 0px; text-align: left; }}
    QPushButton[kind="row"]:hover {{ border-color: {t.edge}; background: {t.surface}; }}
    QPushButton[kind="row"]:focus {{ border: 2px solid {t.accent}; }}
    QPushButton[kind="row"]:checked {{ background: {t.accent_soft}; border: 2px solid {t.accent}; }}

    QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {{ background: {t.surface}; border: 1px solid {t.edge};
        border-radius: 7px; padding: 6px 9px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
        placeholder-text-color: {t.muted}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {{ border: 2px solid {t.accent};
        padding: 5px 8px; }}
    QLineEdit:disabled, QComboBox:disabled {{ background: {t.sunken}; color: {t.muted}; }}
    QComboBox {{ padding-right: 30px; }}
    QComboBox QLineEdit, QComboBox QLineEdit:focus {{ background: transparent; border: none; padding: 0; min-height: 0; }}
    QComboBox:focus {{ padding-right: 29px; }}
    QComboBox::drop-down {{ border: none; width: 30px; }}
    QComboBox::down-arrow {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.edge}; padding: 4px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QMenu {{ background: {t.surface}; border: 1px solid {t.edge}; padding: 4px; }}
    QMenu::item {{ padding: 7px 26px 7px 14px; border: 2px solid transparent; border-radius: 6px; }}
    QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; border-color: {t.accent}; }}
    QMenu::separator {{ background: {t.border}; height: 1px; margin: 4px 8px; }}
    QTextEdit {{ background: {t.surface}; border: 2px solid {t.border}; border-radius: {RADIUS}px;
        padding: 8px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QTextEdit:focus {{ border-color: {t.accent}; }}
    QCheckBox, QRadioButton {{ spacing: 9px; border: 2px solid transparent; border-radius: 6px; padding: 4px; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {t.accent}; }}

    QCheckBox::indicator {{ width: {round(size * 1.5)}px; height: {round(size * 1.5)}px; background: {t.surface};
        border: 2px solid {t.edge}; border-radius: 5px; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
    QProgressBar {{ background: {t.sunken}; border: none; border-radius: 5px; min-height: 10px; max-height: 10px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 5px; }}
    QScrollArea:focus {{ border: 2px solid {t.accent}; border-radius: 8px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
    QScrollBar::handle {{ background: {t.edge}; border-radius: 4px; min-height: 36px; min-width: 36px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; width: {GAP}px; }}
    """


def follow(theme: str, dress: Callable[[], None]) -> None:
    """The system changed between light and dark; only who follows the system is dressed anew."""
    if theme == "system" and tokens_for(theme) is not _current:
        dress()
