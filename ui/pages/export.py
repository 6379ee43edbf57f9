"""The signed note: read only, to be copied heading by heading into the record, or saved as files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from scribe.desk import Desk
from scribe.encounter import is_same_person
from scribe.errors import ScribeError
from scribe.export import FORMATS
from scribe.export.layout import Block, blocks
from scribe.records import Draft, Encounter, Receipt, SignedNote, Stage, Waiting
from ui import theme, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.widgets.basic import Button, Card, Tick, chip, clear, column, flow, label, row, scrolled, set_property

_USUAL = ("docx", "pdf")
_KEYS = 9  # headings that a figure copies
_IN_SIGHT = ("txt", "docx", "pdf")  # the others are folded away until somebody asks, or the site writes them


class HeadingBlock(QFrame):
    """One heading of one problem with its lines, the key that copies it, and when that was done.

    Signals:
        copy_wanted(problem, heading).
    """

    copy_wanted = Signal(str, str)

    def __init__(self, number: int, block: Block) -> None:
        super().__init__()
        self.problem, self.heading = block.problem, block.heading.id
        title, self._place = block.heading.title, words.place(block.problem, block.heading.title)
        self.setProperty("item", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{self.problem} {title}: " + " ".join(block.lines))
        self.setAccessibleDescription(self.tr("Press C to copy this heading"))
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(label(title, "label"))
        for line in block.lines:
            texts.addWidget(label(line))
        key = str(number) if number <= _KEYS else ""
        self.button = Button(self.tr("Copy"), self.copy, kind="quiet", icon="copy", key=key)
        self.show_copied(None)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.GAP_SMALL, theme.GRID + 2, theme.GAP_SMALL, theme.GRID + 2)
        across.setSpacing(theme.GAP)
        across.addLayout(texts, 1)
        across.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)

    def show_copied(self, at: datetime | None) -> None:
        """Whether it was copied, and when last; it can be copied again."""
        if at is None:
            self.button.say(self.tr("Copy"))
            name = self.tr("Copy {place}").format(place=self._place)
        else:
            self.button.say(self.tr("Copied {time}").format(time=words.clock(at)), icon="check")
            name = self.tr("{place}: copied {time}. Copy again").format(place=self._place, time=words.clock(at))
        self.button.setAccessibleName(name)

    def copy(self) -> None:
        self.copy_wanted.emit(self.problem, self.heading)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain_c = event.key() == Qt.Key.Key_C and not event.modifiers()
        if plain_c or event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        area = self.parentWidget()
        while area is not None and not hasattr(area, "ensureWidgetVisible"):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self, 0, 30)


class ExportPage(QWidget):
    """What happens with a signed note.

    Signals:
        amended(encounter_id, Draft): a new version is to be edited.
        written(): files were written; what was said about an attempt before is over.
        waiting_changed(): something waits for its folder now, or no longer does.
        retry_wanted(): what waits is to be tried at once.
        home_wanted(), new_wanted(), failed(ScribeError).
    """

    amended = Signal(str, object)
    written = Signal()
    waiting_changed = Signal()
    retry_wanted = Signal()
    home_wanted = Signal()
    new_wanted = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge, clipboard: SystemClipboard) -> None:
        super().__init__()
        self._desk, self._bridge, self._clipboard = desk, bridge, clipboard
        self._encounter: Encounter | None = None
        self._note: SignedNote | None = None
        self._usual_folder: Path | None = None
        self.blocks: list[HeadingBlock] = []
        self._sheet = Card(margin=theme.GAP_PAGE)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        self._sheet.column.addLayout(self._lines)
        self._state = chip("", "good")
        self._stamp = label("", "small")
        self._copied = label("", tone="good")
        self._other_patient = label("", tone="bad")
        self._misfiled = Card("warn", theme.GAP)
        holder = QWidget()
        note = QVBoxLayout(holder)
        note.setContentsMargins(theme.GAP_PAGE, 0, theme.GAP, theme.GAP_PAGE)
        note.setSpacing(theme.GAP)
        self._whole = Button(self.tr("Copy the whole note"), self.copy_all, icon="copy", key="Ctrl+Shift+C")
        self._correct = Button("", self._amend, icon="edit", key="E")
        begun = self.tr("You have begun to correct this note; the correction is kept, and not signed.")
        self._begun = label(begun, tone="warn")
        self._whose = label("", "strong")
        # Whose note it is and what was copied last stand above what scrolls.
        whose = row(self._whose, self._state)
        whose.setStretch(0, 1)
        head = column(whose, self._copied, gap=theme.GRID)
        head.setContentsMargins(theme.GAP_PAGE, theme.GAP_LARGE, theme.GAP_LARGE, theme.GAP_SMALL)
        note.addWidget(self._other_patient)
        note.addWidget(self._misfiled)
        note.addWidget(self._sheet)
        note.addWidget(self._begun)
        note.addLayout(row(self._correct, 1))
        note.addStretch(1)
        side = QWidget()
        files = QVBoxLayout(side)
        files.setContentsMargins(theme.GAP, theme.GAP_PAGE, theme.GAP_PAGE, theme.GAP_PAGE)
        files.setSpacing(theme.GAP_LARGE)
        files.addWidget(self._next_card())
        files.addWidget(self._files_card())
        files.addWidget(self._receipts_card())
        files.addStretch(1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self._note_area = scrolled(holder)
        across.addLayout(column(head, self._note_area, gap=0), 6)
        across.addWidget(scrolled(side), 4)

    def _next_card(self) -> Card:
        self.next = Button(self.tr("Next patient"), self.new_wanted.emit, kind="primary", icon="add", key="N")
        self._left = label("", "strong", tone="warn")
        home = Button(self.tr("Today"), self.home_wanted.emit, key="Esc")
        caption = label(self.tr("What comes next"), "label")
        return Card().add(caption, self._left, row(self._whole, 1), flow(self.next, home))

    def _files_card(self) -> Card:
        titles = {
            "txt": self.tr("Text"),
            "docx": self.tr("Word"),
            "pdf": self.tr("PDF"),
            "json": self.tr("Data (JSON)"),
        }
        self._formats: dict[str, Tick] = {}
        for name, format in FORMATS.items():
            box = Tick(titles.get(name, format.title))
            self._formats[name] = box
        usual = [box for name, box in self._formats.items() if name in _IN_SIGHT]
        others = [box for name, box in self._formats.items() if name not in _IN_SIGHT]
        self._others = QWidget()
        folded = QVBoxLayout(self._others)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.addLayout(flow(*others, gap=theme.GAP))
        self._fold = Button("", self._unfold, kind="quiet", icon="down")
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder"))
        choose = Button("", self._choose, icon="folder", name=self.tr("Choose a folder"))
        self._save = Button(self.tr("Save files"), self.save, icon="download", key="Ctrl+S")
        show = Button(self.tr("Show the folder"), self._show_folder, kind="quiet", icon="folder")
        self._written = label("", tone="good")
        self._written.hide()
        caption = label(self.tr("Folder"), "label")
        caption.setBuddy(self.folder)
        across = row(self.folder, choose)
        across.setStretch(0, 1)
        where = column(caption, across, gap=theme.GRID)
        card = Card()
        self._profile = label("", "small")
        card.add(
            label(self.tr("Save as files"), "label"),
            self._profile,
            flow(*usual, self._fold, gap=theme.GAP),
            self._others,
            where,
            flow(self._save, show),
            self._written,
            label(self.tr("Nothing is overwritten; names hold nothing about the patient."), "small"),
        )
        return card

    def _receipts_card(self) -> Card:
        self._receipts = QVBoxLayout()
        self._receipts.setSpacing(theme.GAP_SMALL)
        card = Card()
        card.add(label(self.tr("Receipts"), "label"), self._receipts)
        return card

    def open(
        self,
        encounter: Encounter,
        note: SignedNote,
        folder: Path,
        *,
        proposed: bool = False,
        formats: Sequence[str] = _USUAL,
        profile: str = "",
    ) -> None:
        """Shows a signed note; the first heading has the focus.

        Args:
            encounter: whose note it is.
            note: its newest version.
            folder: where files go.
            proposed: nobody chose this folder, so that it is made when it is missing.
            formats: what the site writes unless somebody chooses otherwise.
            profile: the title of the export profile in use, where it is not the usual one.
        """
        self._encounter, self._note = encounter, note
        self._usual_folder = folder if proposed else None
        self.folder.setText(str(folder))
        for name, box in self._formats.items():
            box.setChecked(name in formats)
        self._others.setVisible(not set(formats) <= set(_IN_SIGHT))
        self._say_fold()
        self._profile.setText(self.tr("By the export profile “{title}”").format(title=profile))
        self._profile.setVisible(bool(profile))
        self._copied.clear()
        self._written.hide()
        # Of the note itself: the encounter's patient may have been corrected since it was signed.
        patient = note.patient
        parts = (words.patient(patient), words.born(patient.date_of_birth), words.nhs_number(patient.nhs_number))
        self._whose.setText(",   ".join(part for part in parts if part))
        version = self.tr("✓ Signed, version {number}").format(number=note.version)
        self._state.setText(self.tr("Demonstration, not signed") if note.demo else version)
        set_property(self._state, "tone", "warn" if note.demo else "good")
        clear(self._lines)
        self.blocks = []
        shown = None
        for number, each in enumerate(blocks(note), 1):
            if each.problem != shown:
                shown = each.problem
                if shown:
                    self._lines.addSpacing(theme.GAP if self.blocks else 0)
                    self._lines.addWidget(label(shown, "heading"))
            block = HeadingBlock(number, each)
            block.copy_wanted.connect(self.copy_heading)
            self._lines.addWidget(block)
            self.blocks.append(block)
        self._lines.addSpacing(theme.GAP)
        self._stamp = label(note.stamp, "small")
        self._lines.addWidget(self._stamp)
        begun = self._desk.correction_begun(encounter.id)
        self._begun.setVisible(begun)
        self._correct.say(self.tr("Go on with the correction") if begun else self.tr("Correct this note"))
        self._show_receipts()
        self._show_misfiled()
        self._show_other_patient()
        self._show_copies()
        stops = [stop for block in self.blocks for stop in (block, block.button)]
        for before, after in pairwise(
            (*stops, self._correct, self._whole, self.next)
        ):  # Tab goes on to what can be done with the note
            QWidget.setTabOrder(before, after)
        (self.blocks[0] if self.blocks else self.next).setFocus()

    def refresh(self, encounter: Encounter) -> None:
        if self._encounter and encounter.id == self._encounter.id:
            self._encounter = encounter
            self._show_other_patient()
            self._show_copies()

    def close_encounter(self) -> None:
        self._encounter = self._note = None
        self.blocks = []
        clear(self._lines)
        clear(self._receipts)

    def copy_heading(self, problem: str, heading: str) -> None:
        if note := self._note:
            said = self.tr("✓ {place} copied, for the record of {name}")
            passage = (problem, heading)
            self._put(lambda: self._desk.heading_text(note, problem, heading), said, passage)

    def copy_all(self) -> None:
        if note := self._note:
            self._put(lambda: self._desk.note_text(note), self.tr("✓ Whole note copied, for the record of {name}"))

    def save(self) -> None:
        """Writes the chosen files; receipts appear as they are written."""
        if self._encounter is None:
            return
        encounter_id, folder = self._encounter.id, Path(self.folder.text()).expanduser()
        formats = tuple(name for name, box in self._formats.items() if box.isChecked())
        if not formats:
            return
        self._save.setEnabled(False)
        if folder == self._usual_folder:
            # The folder that Scribe itself proposes is made; a drive that somebody chose and that is gone is not.
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)

        def written(receipts: tuple[Receipt, ...]) -> None:
            self._save.setEnabled(True)
            self.waiting_changed.emit()
            if not self._shows(encounter_id):
                return
            self._show_receipts()
            names = ", ".join(receipt.format.upper() for receipt in receipts)
            self._written.setText(self.tr("✓ Saved: {formats}").format(formats=names))
            self._written.show()
            self.written.emit()
            announce(self, self.tr("Files written"))

        def refused(error: ScribeError) -> None:
            self._save.setEnabled(True)
            self.waiting_changed.emit()
            if self._shows(encounter_id):
                self._written.hide()
                self._show_receipts()
            if self._desk.clinician is not None:
                self.failed.emit(error)

        self._bridge.run(lambda: self._desk.export(encounter_id, formats, folder), written, refused, drive=True)

    def _unfold(self) -> None:
        self._others.setVisible(self._others.isHidden())
        self._say_fold()

    def _say_fold(self) -> None:
        self._fold.say(self.tr("More formats") if self._others.isHidden() else self.tr("Fewer formats"))

    def show_tried(self) -> None:
        """What waits was tried again: shows what became of it."""
        if self._encounter is not None and self._desk.clinician is not None:
            self._show_receipts()

    def _shows(self, encounter_id: str) -> bool:
        shown = self._encounter is not None and self._encounter.id == encounter_id
        return shown and self._desk.clinician is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        number = key - Qt.Key.Key_0.value
        if not control and 1 <= number <= min(9, len(self.blocks)):
            self.blocks[number - 1].setFocus()
            self.blocks[number - 1].copy()
        elif control and shift and key == Qt.Key.Key_C:
            self.copy_all()
        elif control and key == Qt.Key.Key_S:
            self.save()
        elif key == Qt.Key.Key_E and not modifiers:
            self._amend()
        elif key == Qt.Key.Key_N and not modifiers:
            self.new_wanted.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.blocks:
            now = next((n for n, block in enumerate(self.blocks) if block.hasFocus()), -1)
            now += 1 if key == Qt.Key.Key_Down else -1
            self.blocks[max(0, min(now, len(self.blocks) - 1))].setFocus()
        else:
            super().keyPressEvent(event)

    def _put(self, make: Callable[[], str], said: str, passage: tuple[str, str] | None = None) -> None:
        if self._encounter is None or self._note is None:
            return
        try:
            text = make()
        except ScribeError as error:
            self._copied.clear()
            self.failed.emit(error)
            return
        self._clipboard.put(text)
        try:
            self._desk.copied(self._encounter.id, text, passage)
        except ScribeError as error:
            self.failed.emit(error)
        place = self._place(*passage) if passage else ""
        said = said.format(name=words.patient(self._note.patient), place=place)
        self._copied.setText(said)
        announce(self, said)
        self._show_copies()
        self._show_receipts()

    def _place(self, problem: str, heading: str) -> str:
        titles = {one.id: one.title for one in self._note.headings} if self._note else {}
        return words.place(problem, titles.get(heading, heading))

    def _show_copies(self) -> None:
        """Which headings were copied, and what is left before the note counts as finished."""
        if self._encounter is None or self._desk.clinician is None:
            return
        copies = self._desk.copies(self._encounter.id)
        for block in self.blocks:
            block.show_copied(copies.get((block.problem, block.heading)))
        left = self._encounter.stage is Stage.SIGNED
        self._left.setText(words.not_copied(list(copies.values()).count(None), len(copies)) if left else "")
        self._left.setVisible(left)
        self._whole.dress("primary" if left else "")
        self.next.dress("" if left else "primary")

    def _show_receipts(self) -> None:
        clear(self._receipts)
        receipts = self._desk.receipts(self._encounter.id) if self._encounter else ()
        waiting = self._desk.waiting(self._encounter.id) if self._encounter else ()
        for each in waiting:
            self._receipts.addWidget(self._waits(each))
        if not receipts:
            self._receipts.addWidget(
                label(self.tr("Each copy and each file leaves a receipt here, with its fingerprint."), "muted")
            )
        for receipt in sorted(receipts, key=lambda made: made.written_at, reverse=True)[:20]:
            self._receipts.addWidget(self._receipt(receipt))

    def _receipt(self, receipt: Receipt) -> QWidget:
        made = QWidget()
        inner = QVBoxLayout(made)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(1)
        inner.addWidget(label(words.breakable(Path(receipt.path).name) if receipt.path else self._what(receipt)))
        about = f"{words.clock(receipt.written_at)}   SHA-256 {receipt.sha256[:16]}…"
        line = label(about, "small")
        line.setToolTip(receipt.sha256)
        inner.addWidget(line)
        return made

    def _what(self, receipt: Receipt) -> str:
        """What was copied, as far as the receipt says so."""
        if self._note is None or not receipt.passages:
            return self.tr("Copied to the clipboard")
        if len(receipt.passages) > 1:
            return self.tr("Whole note, copied")
        return self.tr("{place}, copied").format(place=self._place(*receipt.passages[0]))

    def _waits(self, waiting: Waiting) -> QWidget:
        """An export that is not done: why, and what one can do about it."""
        made = QWidget()
        inner = QVBoxLayout(made)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GRID)
        what = ", ".join(FORMATS[name].title for name in waiting.formats if name in FORMATS)
        text = self.tr("Not written yet: {formats}. It waits for {folder}, because {reason}. Tried {count} times.")
        inner.addWidget(
            label(
                text.format(
                    formats=what, folder=waiting.folder, reason=words.why_it_waits(waiting.reason), count=waiting.tries
                ),
                tone="warn",
            )
        )

        def give_up() -> None:
            self._desk.forget_waiting(waiting.id)
            self._show_receipts()
            self.waiting_changed.emit()

        again = Button(self.tr("Try now"), self.retry_wanted.emit, kind="quiet")
        forget = Button(self.tr("Do not write it"), give_up, kind="quiet")
        inner.addLayout(flow(again, forget))
        return made

    def _show_misfiled(self) -> None:
        """Versions that left under another patient's name: somebody must take them out of that record."""
        clear(self._misfiled.column)
        found = self._desk.misfiled(self._encounter.id) if self._encounter else ()
        for each in found:
            born = words.born(each.patient.date_of_birth)
            whose = ", ".join(part for part in (words.patient(each.patient), born) if part)
            said = self.tr("Version {number} was signed for {patient}, and has left Scribe. Have it taken out there:")
            where = dict.fromkeys(receipt.path or self.tr("the clipboard") for receipt in each.receipts)
            self._misfiled.add(label(said.format(number=each.version, patient=whose), "strong"))
            for path in where:
                self._misfiled.add(label(words.breakable(f"•  {path}"), "small"))
        self._misfiled.setVisible(bool(found))

    def _show_other_patient(self) -> None:
        note, encounter = self._note, self._encounter
        same = note is None or encounter is None or is_same_person(note.patient, encounter.patient)
        if note is not None and encounter is not None:
            said = self.tr(
                "This version was signed for {signed}, but the consultation now is {now}'s. Nothing can leave before "
                "you correct the note (E) and sign it, or put the patient right."
            )
            self._other_patient.setText(
                said.format(signed=words.patient(note.patient), now=words.patient(encounter.patient))
            )
        self._other_patient.setVisible(not same)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.folder.text()).expanduser())))

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for signed notes"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _amend(self) -> None:
        if self._encounter is None:
            return
        encounter_id = self._encounter.id

        def amended(draft: Draft) -> None:
            self.amended.emit(encounter_id, draft)

        self._bridge.run(lambda: self._desk.amend(encounter_id), amended, self.failed.emit)
