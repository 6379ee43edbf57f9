"""The one window: which page is on show, whose encounter it is, and what stays in sight on all of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from scribe import models
from scribe.desk import DEMO_PIN, Desk, RecorderStatus
from scribe.encounter import is_same_person
from scribe.encounter.identity_file import IdentityFile
from scribe.errors import ScribeError
from scribe.export.site import DEFAULT
from scribe.records import Clinician, Consent, Draft, Encounter, Mode, Patient, Receipt, SignedNote, Stage
from scribe.review.spelling import speller
from ui import phrases, spelling, theme, warm, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.pages.consultation import ConsultationPage
from ui.pages.export import ExportPage
from ui.pages.keys import KeysPage
from ui.pages.review import SAVE_AFTER_MS, ReviewPage
from ui.pages.settings import SettingsPage
from ui.pages.sign import SignPage
from ui.pages.today import TodayPage
from ui.pages.unlock import UnlockPage
from ui.preferences import Preferences
from ui.widgets.basic import Button, label
from ui.widgets.notices import Notices
from ui.widgets.patient_strip import PatientStrip
from ui.widgets.recording_bar import RecordingBar

_POLL_MS = 100
_REST_MS = 400  # after unlocking, until what is only likely to be wanted is prepared
_RETRY_MS = 30_000  # how often an export that waits for its folder is tried again
_SENT_MS = 2_000  # how often the record system's folder is looked into while somebody enters a patient
_INPUT = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.MouseMove,
)
_OF_BUTTONS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Delete)


class _Pages(QStackedWidget):
    """Asks for the room that the page on show needs, not for that of the largest."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class Window(QMainWindow):
    """Signals:
    closed(): the window is gone; what runs may be ended.
    """

    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        bridge: Bridge,
        preferences: Preferences,
        *,
        save_after_ms: int = SAVE_AFTER_MS,
        poll_ms: int = _POLL_MS,
    ) -> None:
        super().__init__()
        self._desk, self._bridge, self._preferences = desk, bridge, preferences
        self._encounter: Encounter | None = None
        self._identity: IdentityFile | None = None  # whom the record system has sent, until a person confirms it
        self._recording_id = ""
        self._problem = ""  # of the recorder, with whether it was said loudly
        self._happened = 0  # how many of the recorder's events were said
        self._mode = Mode.FACE_TO_FACE
        self._before: QWidget | None = None  # the page to come back to from settings, keys and a lock
        self._owner = ""
        self._close_unsaved = self._close_waiting = False
        self._is_retrying = False
        self.setWindowTitle("Scribe")  # never with a patient in it
        self.unlock = UnlockPage(desk, bridge)
        self.consultation = ConsultationPage(desk, bridge)
        self.today = TodayPage(desk, self.consultation.is_working)
        self.review = ReviewPage(desk, bridge, save_after_ms)
        self.sign = SignPage(desk, bridge)
        self.export = ExportPage(desk, bridge, SystemClipboard())
        self.settings = SettingsPage(desk, bridge, preferences)
        self.keys = KeysPage()
        self.recording_bar = RecordingBar()
        self.notices = Notices()
        self.strip = PatientStrip()
        self._compose()
        self._connect()
        self._warming = warm.Warming(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._prepare)
        self._poll = QTimer(self)
        self._poll.setInterval(poll_ms)
        self._poll.timeout.connect(self._show_recorder)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)
        self._retry = QTimer(self)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.retry_waiting)
        self._sent = QTimer(self)
        self._sent.setInterval(_SENT_MS)
        self._sent.timeout.connect(self._look_for_file)
        self._prefer()
        preferences.changed.connect(self._prefer)
        self.destroyed.connect(self._idle.stop)

    # ------------------------------------------------------------ layout

    def _compose(self) -> None:
        self._pages = _Pages()
        for page in (
            self.unlock,
            self.today,
            self.consultation,
            self.review,
            self.sign,
            self.export,
            self.settings,
            self.keys,
        ):
            self._pages.addWidget(page)
        self._steps = {self.consultation: 0, self.review: 1, self.sign: 2, self.export: 3}
        self._head = QFrame()
        self._head.setProperty("bar", True)
        self._home = Button(self.tr("Today"), self.go_home, kind="quiet", icon="back")
        self._who = label("", "muted", wrap=False)
        self._lock = Button(self.tr("Lock"), self.lock, kind="quiet", icon="lock")
        self._waits = Button("", self._open_waiting, kind="quiet", icon="warning")
        self._waits.hide()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(theme.GAP_PAGE - 9, theme.GRID, theme.GAP_PAGE - 9, theme.GRID)
        head.setSpacing(theme.GRID)
        head.addWidget(self._home)
        head.addStretch(1)
        head.addWidget(self._waits)
        head.addWidget(self._who)
        head.addSpacing(theme.GAP)
        head.addWidget(Button(self.tr("Keys"), self.show_keys, kind="quiet", icon="keyboard"))
        head.addWidget(Button(self.tr("Settings"), self.show_settings, kind="quiet", icon="settings"))
        head.addWidget(self._lock)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.recording_bar, self._head, self.strip, self.notices):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(central)
        self.setMinimumSize(640, 480)
        self.resize(1320, 860)
        self._head.hide()
        self.strip.hide()

    def _connect(self) -> None:
        bridge = self._bridge
        bridge.error.connect(self.show_error)
        bridge.failed.connect(self._work_failed)
        bridge.warned.connect(lambda _, error: self.notices.tell(error.code, error.happened, error.safe, error.do))
        bridge.stage_changed.connect(self._refresh)
        bridge.draft_ready.connect(lambda _id, _draft: self._draft_ready())
        bridge.cancelled.connect(lambda _: self._show_today())
        for page in (self.consultation, self.review, self.export, self.settings):
            page.failed.connect(self.show_error)
        self.unlock.unlocked.connect(self._unlocked)
        self.today.new_wanted.connect(self.new_consultation)
        self.today.opened.connect(self.open_encounter)
        self.today.demo_wanted.connect(self.open_demo)
        self.today.correction_wanted.connect(self.open_correction)
        self.today.drop_wanted.connect(self.ask_drop_correction)
        self.consultation.encounter_changed.connect(self._refresh)
        self.consultation.review_wanted.connect(self.open_review)
        self.consultation.typed_wanted.connect(self.open_typed)
        self.consultation.patient_wanted.connect(self.strip.open_form)
        self.consultation.objection_wanted.connect(self.ask_objection)
        self.consultation.discard_wanted.connect(self.ask_discard)
        self.consultation.strike_wanted.connect(self.ask_strike)
        self.consultation.recording_changed.connect(self._recording_changed)
        self.consultation.tried_anew.connect(self.notices.leave)
        self.review.sign_wanted.connect(self._open_sign)
        self.review.speakers_changed.connect(self.consultation.process)
        self.review.listening_changed.connect(self._recording_changed)
        self.review.copy_refused.connect(self._explain_copy)
        self.review.not_saved.connect(self._not_saved)
        self.review.saved_again.connect(lambda: self.notices.drop("not-saved"))
        self.sign.copy_refused.connect(self._explain_copy)
        self.sign.back_wanted.connect(self.open_review)
        self.sign.patient_wanted.connect(self.strip.open_form)
        self.sign.signed.connect(self._signed)
        self.export.amended.connect(self._amended)
        self.export.written.connect(self.notices.leave)
        self.export.waiting_changed.connect(self._show_waiting)
        self.export.retry_wanted.connect(self.retry_waiting)
        self.export.home_wanted.connect(self.go_home)
        self.export.new_wanted.connect(self.new_consultation)
        self.settings.left.connect(self._back)
        self.settings.models.changed.connect(self._use_models)
        self.settings.listening_changed.connect(self._recording_changed)
        self.keys.left.connect(self._back)
        self.strip.given.connect(self._set_patient)
        self.strip.form_opened.connect(self._ask_record_system)
        self.strip.form.left.connect(self._focus_page)
        for keys, action in (
            ("Ctrl+N", self.new_consultation),
            ("Ctrl+P", self.strip.open_form),
            ("Ctrl+L", self.lock),
            ("Ctrl+,", self.show_settings),
            ("F1", self.show_keys),
            ("Ctrl+O", self._open_file),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(self._when_unlocked(action))

    # ------------------------------------------------------------ start, lock, end

    def start(self, demo_id: str = "") -> None:
        """Opens the store and shows the first page.

        Args:
            demo_id: opens this bundled consultation instead, in a store that is gone when the window closes.
        """
        self._show(self.unlock)
        if not demo_id:
            self.unlock.start()
            return

        def ready(clinician: Clinician) -> None:
            self._unlocked(clinician)
            self.open_demo(demo_id)
            self.notices.tell(
                "demo",
                self.tr("This is a demonstration: everything is forgotten when you close Scribe."),
                "",
                self.tr("To sign a note or to unlock, the PIN is %1.").replace("%1", DEMO_PIN),
                lasting=True,
            )

        self._bridge.run(self._desk.open_throwaway, ready)

    def lock(self) -> None:
        """Hides everything behind the PIN; recording and drafting go on."""
        if self._desk.clinician is None:
            return
        self.review.flush()
        self._before = self._pages.currentWidget() if self._pages.currentWidget() in self._steps else None
        self._idle.stop()
        # Saves go first, so the lock waits for its turn in the same line of calls; it touches the clipboard, which is
        # the GUI thread's, so it is made there.
        self._cover()
        self._bridge.run(lambda: None, lambda _: self._desk.lock())

    def show_error(self, error: ScribeError, again: Callable[[], object] | None = None) -> None:
        """A card that stays until it is dismissed."""
        self.notices.show_error(error, again)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # What somebody does arrives there first; a filter of the whole app would run Python for every event of every
        # widget, which a note of sixty lines has thousands of.
        self.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._idle.isActive():
            self._idle.start()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.consultation.is_starting:  # asked again when the recorder has answered
            self._bridge.run(lambda: None, self._close_later)
            event.ignore()
            return
        if self.recording_bar.isVisible() and self._desk.clinician is not None:
            self.notices.ask(
                "close-recording",
                self.tr("A consultation is being recorded."),
                self.tr("Stop it first, or everything up to now is kept and offered back when you open Scribe again."),
                self.tr("Stop and close"),
                lambda: self._bridge.run(self._desk.stop_recording, lambda _: self._stopped()),
                self.tr("Keep recording"),
            )
            event.ignore()
            return
        if self.review.is_unsaved() and not self._close_unsaved:
            self.notices.ask(
                "close-unsaved",
                self.tr("Your last changes are not saved, because the disk did not take them."),
                self.tr("Scribe keeps trying while it is open."),
                self.tr("Close and lose them"),
                self._close_anyway,
                self.tr("Keep Scribe open"),
            )
            event.ignore()
            return
        waiting = self._waiting()
        if waiting and not self._close_waiting:
            self.notices.ask(
                "close-waiting",
                self.tr("{count} exports are not written yet.").format(count=waiting)
                if waiting > 1
                else self.tr("An export is not written yet."),
                self.tr("Scribe tries again when you open it and unlock it the next time, not before."),
                self.tr("Close Scribe"),
                self._close_without_waiting,
                self.tr("Keep Scribe open"),
            )
            event.ignore()
            return
        self.review.flush()
        self.settings.models.stop()
        self._poll.stop()
        self._retry.stop()
        self._sent.stop()
        self._idle.stop()
        self._rest.stop()
        self._warming.stop()
        self.closed.emit()
        super().closeEvent(event)

    def _close_later(self, _: object) -> None:
        self.close()

    def _close_anyway(self) -> None:
        self._close_unsaved = True
        self.close()

    def _close_without_waiting(self) -> None:
        self._close_waiting = True
        self.close()

    def _stopped(self) -> None:
        self._show_recorder()
        self.close()

    def _prefer(self) -> None:
        now = self._preferences.now
        self.consultation.preferred_microphone = now.microphone
        self.consultation.other_microphone = now.other_microphone
        self.consultation.detail = now.detail
        self.consultation.own_words = now.own_words
        self.review.microphone, self.review.own_words = now.microphone, now.own_words
        self.settings.voice.microphone = now.microphone
        phrases.use(now.phrases)
        spelling.use((*now.own_words, *now.phrases))
        self._idle.setInterval(now.idle_minutes * 60_000)
        self._desk.use_site(now.export_profile)
        self._use_models()

    def _use_models(self) -> None:
        now = self._preferences.now
        self._desk.use_models(now.speech_model, now.language_model)

    def _cover(self) -> None:
        self.notices.clear()
        self.strip.close_form()
        self.unlock.show_locked()
        self._show(self.unlock)

    def _unlocked(self, clinician: Clinician) -> None:
        self._who.setText(f"{clinician.name}, {clinician.role}")
        self._prefer()
        self._idle.start()
        self._retry.start()
        self._show_waiting()
        self.retry_waiting()
        same = self._owner == clinician.id
        self._owner = clinician.id
        self._recording_changed()
        self._rest.start()
        if same and self._before is not None and self._encounter is not None:
            self.open_encounter(self._encounter.id)
        else:
            self._forget()
            self.go_home()

    def _prepare(self) -> None:
        """What the first note would wait for, once the page that is on show stands still."""

        def loaded(_: object) -> None:  # beside a thread that works, a whole page at once would take too long
            self._warming.also(warm.draw(self.review))

        self._bridge.run(lambda: (self._desk.templates(), speller(), models.list_models()), loaded, long=True)
        pages = (self.consultation, self.review, self.sign, self.export, self.settings)
        self._warming.begin(chain(self.review.prepare(), warm.dress(*pages)))

    # ------------------------------------------------------------ encounters

    def new_consultation(self) -> None:
        """The next patient: closes the encounter before and clears what Scribe copied."""
        self._begin(lambda: self._desk.begin(self._mode, template_id=self._preferences.now.template))

    def open_demo(self, demo_id: str) -> None:
        """A new encounter on one of the bundled recordings."""
        self._begin(lambda: self._desk.begin_demo(demo_id), lambda: self.consultation.open_demo(demo_id))

    def open_encounter(self, encounter_id: str) -> None:
        """Opens an encounter where it was left."""
        self._leave(encounter_id)
        try:
            encounter = self._desk.open(encounter_id)
        except ScribeError as error:
            self.show_error(error)
            return
        if encounter.stage is Stage.DRAFTED:
            self.open_review(encounter_id)
        elif encounter.stage is Stage.TYPED or (
            encounter.consent is Consent.OBJECTED and encounter.stage is not Stage.SIGNED
        ):
            self.open_typed(encounter_id)
        elif encounter.stage in (Stage.SIGNED, Stage.EXPORTED):
            self._open_export(encounter)
        else:
            self._set(encounter)
            self.consultation.open(encounter)
            self._show(self.consultation)
            self.consultation.next_focus()

    def open_review(self, encounter_id: str) -> None:
        """Shows the draft of an encounter."""
        try:
            encounter, draft = self._desk.encounter(encounter_id), self._desk.draft(encounter_id)
        except ScribeError as error:
            self.show_error(error)
            return
        if draft is not None:
            self._open_draft(encounter, draft)

    def open_correction(self, encounter_id: str) -> None:
        """Goes on with a correction where it was left."""
        self._leave(encounter_id)
        try:
            self._desk.open(encounter_id)
        except ScribeError as error:
            self.show_error(error)
            return
        self._bridge.run(lambda: self._desk.amend(encounter_id), lambda draft: self._amended(encounter_id, draft))

    def ask_drop_correction(self, encounter_id: str) -> None:
        """A correction that is not wanted after all: asks once, then the note stands as it was signed."""

        def drop() -> None:
            self._bridge.run(lambda: self._desk.drop_correction(encounter_id), lambda _: self._show_today())

        self.notices.ask(
            "drop-correction",
            self.tr("Discard this correction?"),
            self.tr("What you changed since you signed is given up. The signed note stays as it is."),
            self.tr("Yes, discard it"),
            drop,
            self.tr("No, keep it"),
        )

    def open_typed(self, encounter_id: str) -> None:
        """A note typed without a recording: the one begun before, or an empty one."""

        self.notices.drop("objection")

        def ready(draft: Draft) -> None:
            self._open_draft(self._desk.encounter(encounter_id), draft)

        self._bridge.run(lambda: self._desk.draft(encounter_id) or self._desk.typed_draft(encounter_id), ready)

    def ask_objection(self) -> None:
        """The patient objects: asks once, then destroys."""
        if self._encounter is None:
            return
        encounter_id = self._encounter.id
        if self.consultation.is_beginning:
            what = self.tr("Nothing was recorded, and this consultation cannot be from now on. You type the note.")
            yes, no = self.tr("Yes, type the note"), self.tr("No, go back")
        else:
            what = self.tr(
                "Sound, transcript and draft of this consultation are destroyed now. You type the note instead."
            )
            yes, no = self.tr("Yes, destroy it"), self.tr("No, keep it")
        asked = self.tr("Does the patient object to the recording?")
        self.notices.ask("objection", asked, what, yes, lambda: self._object(encounter_id), no)

    def ask_discard(self) -> None:
        """A consultation that was begun by mistake: asks once, then destroys it."""
        if self._encounter is None:
            return
        encounter_id = self._encounter.id
        self.notices.ask(
            "discard",
            self.tr("Discard this consultation?"),
            self.tr("Its recording and everything made from it are destroyed. This cannot be undone."),
            self.tr("Yes, discard it"),
            lambda: self._discard(encounter_id),
            self.tr("No, keep it"),
        )

    def ask_strike(self) -> None:
        """Something was said that should not be kept: asks once, then destroys the sound of the last minute."""
        self.notices.ask(
            "strike",
            self.tr("Erase the last minute?"),
            self.tr("Its sound is destroyed. That a minute was erased stays on record. The recording goes on."),
            self.tr("Yes, erase it"),
            self.consultation.strike,
            self.tr("No, keep it"),
        )

    def _discard(self, encounter_id: str) -> None:
        self._bridge.run(lambda: self._desk.halt(encounter_id), lambda _: self._discard_now(encounter_id))

    def _discard_now(self, encounter_id: str) -> None:
        try:
            self._desk.discard(encounter_id)
        except ScribeError as error:
            self.show_error(error)
            return
        self._recording_id = ""
        self._forget()
        self._show_recorder()
        self.go_home()

    def _begin(self, begin: Callable[[], Encounter], then: Callable[[], None] = lambda: None) -> None:
        if self.consultation.is_starting:  # its turn comes when the recorder has answered
            self._bridge.run(lambda: None, lambda _: self._begin(begin, then))
            return
        self._leave()
        if before := self._recording_id:
            self._bridge.run(lambda: self._desk.halt(before), lambda _: self._begin_now(begin, then, before))
        else:
            self._begin_now(begin, then)

    def _begin_now(self, begin: Callable[[], Encounter], then: Callable[[], None], before: str = "") -> None:
        try:
            encounter = begin()
        except ScribeError as error:
            self.show_error(error)
            return
        self._recording_id = ""
        self._show_recorder()
        self._set(encounter)
        self.consultation.open(encounter)
        self._show(self.consultation)
        self.consultation.next_focus()
        if before:
            self.consultation.process(before)
        then()

    def _leave(self, towards: str = "") -> None:
        """What must be so before another encounter is on show; one that was never used goes without a trace."""
        self.review.flush()
        if self._encounter is None or self._encounter.id != towards:
            self.notices.leave()
        self.notices.drop("objection")
        self.strip.close_form()
        left = self._encounter
        unused = (
            left is not None
            and left.id != towards
            and left.stage is Stage.BEGUN
            and left.consent is not Consent.OBJECTED
            and left.patient == Patient()
            and not self.consultation.is_working(left.id)
        )
        if left is not None and unused:
            self._forget()
            try:
                self._desk.discard(left.id)
            except ScribeError as error:
                self.show_error(error)

    def _forget(self) -> None:
        for page in (self.consultation, self.review, self.sign, self.export):
            page.close_encounter()
        self._encounter = None

    def _set(self, encounter: Encounter) -> None:
        if self._encounter is None or self._encounter.id != encounter.id:
            self._forget()
        self._encounter = encounter
        self._mode = encounter.mode
        self._show_strip()

    def _refresh(self, encounter: Encounter) -> None:
        if self._encounter and encounter.id == self._encounter.id:
            self._encounter = encounter
            self._mode = encounter.mode
            for page in (self.consultation, self.review, self.sign, self.export):
                page.refresh(encounter)
            self._show_strip()
        else:
            self._show_today()

    def _show_today(self) -> None:
        """The day's list changed."""
        if self._pages.currentWidget() is self.today and self._desk.clinician is not None:
            self.today.refresh()

    def _open_draft(self, encounter: Encounter, draft: Draft) -> None:
        self._set(encounter)
        self.review.fill(encounter, draft)
        self._show(self.review)
        self.review.begin()

    def _open_sign(self, encounter_id: str) -> None:
        # The last edit is saved first; both go down the same line of calls.
        self._bridge.run(lambda: self._desk.encounter(encounter_id), self._show_sign)

    def _show_sign(self, encounter: Encounter) -> None:
        draft = self.review.draft
        if draft is None or draft.encounter_id != encounter.id or self.review.is_unsaved(encounter.id):
            return  # what would be signed is not what was on show; the card says why
        self._set(encounter)
        self._show(self.sign)
        self.sign.open(encounter, draft, self.review.unseen())

    def _open_export(self, encounter: Encounter) -> None:
        note = self._desk.signed(encounter.id)
        if note is None:
            return
        self._set(encounter)
        self._show(self.export)
        folder, proposed = self._preferences.export_folder, not self._preferences.now.export_folder
        try:
            site = self._desk.export_site()
        except ScribeError as error:  # said again when something is to leave by it
            self.export.open(encounter, note, folder, proposed=proposed)
            self.show_error(error)
            return
        if site.folder:
            folder, proposed = Path(site.folder).expanduser(), False
        title = "" if site.id == DEFAULT else site.title
        self.export.open(encounter, note, folder, proposed=proposed, formats=site.formats, profile=title)

    def _signed(self, note: SignedNote) -> None:
        self._open_export(self._desk.encounter(note.encounter_id))

    def _amended(self, encounter_id: str, draft: Draft) -> None:
        self._open_draft(self._desk.encounter(encounter_id), draft)

    def _object(self, encounter_id: str) -> None:
        self._bridge.run(lambda: self._desk.halt(encounter_id), lambda _: self._object_now(encounter_id))

    def _object_now(self, encounter_id: str) -> None:
        try:
            encounter = self._desk.object(encounter_id)
        except ScribeError as error:
            self.show_error(error)
            return
        # What was on show belongs to the encounter that was destroyed; another has taken its place.
        self._recording_id = ""
        self._forget()
        self._show_recorder()
        self.open_typed(encounter.id)

    # ------------------------------------------------------------ exports that wait

    def retry_waiting(self) -> None:
        """Tries again what waits for its folder, whatever page is on show, and says what became of it."""
        if self._is_retrying or not self._owner:
            return

        def tried(receipts: tuple[Receipt, ...]) -> None:
            self._is_retrying = False
            self._show_waiting()
            self.export.show_tried()
            if receipts and self._desk.clinician is not None:
                self.notices.tell("waited", self.tr("Files that had waited for their folder are written now."))

        def refused(error: ScribeError) -> None:
            self._is_retrying = False

        self._is_retrying = True
        self._bridge.run(self._desk.retry_waiting, tried, refused, drive=True)

    def _waiting(self) -> int:
        """How many exports are not written yet; 0 while locked."""
        return len(self._desk.waiting()) if self._desk.clinician is not None else 0

    def _show_waiting(self) -> None:
        waiting = self._waiting()
        text = self.tr("{count} exports wait") if waiting > 1 else self.tr("An export waits")
        self._waits.say(text.format(count=waiting))
        self._waits.setVisible(bool(waiting))

    def _open_waiting(self) -> None:
        for encounter_id in self._desk.waiting_encounters()[:1]:
            self.open_encounter(encounter_id)

    # ------------------------------------------------------------ whose encounter it is

    def _ask_record_system(self) -> None:
        """Whether it has dropped a file that says who the patient is, now or while the form is open."""
        self._identity = None
        self._look_for_file()
        self._sent.start()

    def _look_for_file(self) -> None:
        if self._desk.clinician is None or not self.strip.form.isVisible():
            self._sent.stop()
            return

        def found(identity: IdentityFile | None) -> None:
            if identity and identity != self._identity and self.strip.form.isVisible():
                self._identity = identity
                remarks = " ".join(words.patient_notice(notice) for notice in identity.checked.notices)
                self.strip.form.offer(identity.patient, words.clock(identity.written_at), remarks)

        self._bridge.run(self._desk.identity_file, found, self._no_file, drive=True)

    def _no_file(self, error: ScribeError) -> None:
        if self.strip.form.isVisible():
            self.strip.form.complain(str(error))

    def _set_patient(self, patient: Patient) -> None:
        if self._encounter is None:
            return
        try:
            encounter, notices = self._desk.set_patient(self._encounter.id, patient)
        except ScribeError as error:
            self.strip.form.complain(str(error))
            return
        self.strip.close_form()
        identity, self._identity = self._identity, None
        if identity and is_same_person(identity.patient, patient):
            self._bridge.run(lambda: self._desk.identity_used(identity))
        self._refresh(encounter)
        self._focus_page()
        for notice in notices:
            self.notices.tell(notice, words.patient_notice(notice))

    def _draft_ready(self) -> None:
        announce(self, self.tr("Draft ready"))
        self._show_today()

    def _work_failed(self, encounter_id: str, error: ScribeError) -> None:
        self._show_today()
        elsewhere = self._encounter is None or self._encounter.id != encounter_id
        self.notices.show_error(error, lambda: self.consultation.process(encounter_id), lasting=elsewhere)

    def _not_saved(self, error: ScribeError) -> None:
        self.notices.show_error(
            ScribeError(
                error.happened,
                safe=self.tr("Your last changes are not saved yet; Scribe keeps them and tries again."),
                do=error.do,
                code="not-saved",
            ),
            lasting=True,
        )

    def _open_file(self) -> None:
        if self._pages.currentWidget() is self.consultation and self.consultation.is_beginning:
            self.consultation.choose_file()

    def _explain_copy(self) -> None:
        self.notices.tell(
            "copy-unsigned",
            self.tr("This note is not signed yet, so nothing can be copied from it."),
            self.tr("That keeps unchecked text out of the record."),
            self.tr("Check the note and sign it; then one key copies each heading."),
        )

    # ------------------------------------------------------------ recorder

    def _recording_changed(self) -> None:
        status = self._desk.recorder_status()
        self._happened = status.happened
        if status.state != "idle":
            self._recording_id = self._desk.recording_id
            self._poll.start()
        else:
            self._recording_id = ""
        self._show_recorder()

    def _show_recorder(self) -> None:
        status: RecorderStatus = self._desk.recorder_status()
        self.recording_bar.show_status(status)
        self.consultation.show_status(status)
        self._say_problem(status)
        self._say_events(status)
        if status.state == "idle":
            self._poll.stop()

    def _say_problem(self, status: RecorderStatus) -> None:
        """Where nothing is recorded, or trouble lasts, a card says so; the rest stands quietly in bar and page."""
        loud = status.problem if status.urgent or status.state == "problem" or status.problem == "waking" else ""
        if (said := f"{status.problem} {loud}") == self._problem:
            return
        before, self._problem = self._problem.split(" ")[-1], said
        self.notices.drop(f"recorder-{before}")
        if loud:
            happened, safe, do = words.recorder_problem(loud)
            self.notices.show_error(ScribeError(happened, safe=safe, do=do, code=f"recorder-{loud}"), lasting=True)
        elif status.problem:
            happened, _, do = words.recorder_problem(status.problem)
            announce(self, f"{happened} {do}")

    def _say_events(self, status: RecorderStatus) -> None:
        new, self._happened = status.happened - self._happened, status.happened
        for event in status.recent[-new:] if new > 0 else ():
            happened, know = words.recorder_event(event.what, event.detail)
            if happened:
                self.notices.tell(f"recorder-{event.what}", happened, know, lasting=True)

    # ------------------------------------------------------------ pages

    def go_home(self) -> None:
        """Today's list."""
        self._leave()
        self._show(self.today)
        self.today.refresh()
        self.today.start()

    def show_settings(self) -> None:
        self._remember_page()
        self._show(self.settings)
        self.settings.start()

    def show_keys(self) -> None:
        self._remember_page()
        self._show(self.keys)
        self.keys.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        locked = self._desk.clinician is None
        if event.text() == "?" and not locked:
            self.show_keys()
        elif event.key() == Qt.Key.Key_Escape and not locked and self._pages.currentWidget() is not self.today:
            self.go_home()
        elif not locked and self._is_pages_key(event):
            page = self._pages.currentWidget()
            assert page is not None
            page.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _is_pages_key(self, event: QKeyEvent) -> bool:
        """Whether a key is the page's although the focus is on a button around it. Never Enter or Space: those mean the
        button."""
        focus, page = self.focusWidget(), self._pages.currentWidget()
        around = focus is None or any(
            bar is focus or bar.isAncestorOf(focus) for bar in (self._head, self.recording_bar)
        )
        return page is not None and around and event.key() not in _OF_BUTTONS

    def _remember_page(self) -> None:
        page = self._pages.currentWidget()
        if page not in (self.settings, self.keys):
            self._before = page

    def _back(self) -> None:
        if self._before is not None and self._before in self._steps and self._encounter is not None:
            self._show(self._before)
            self._focus_page()
        else:
            self.go_home()

    def _focus_page(self) -> None:
        page = self._pages.currentWidget()
        if page is self.consultation:
            self.consultation.next_focus()
        elif page is not None and (target := page.focusWidget()):
            target.setFocus()

    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._pages.updateGeometry()
        self._head.setVisible(page is not self.unlock)
        self._home.setVisible(page is not self.today)
        self._show_strip()

    def _show_strip(self) -> None:
        page = self._pages.currentWidget()
        step = self._steps.get(page) if page is not None else None
        self.strip.setVisible(step is not None and self._encounter is not None)
        if step is not None and self._encounter is not None:
            begins = page is self.consultation and self.consultation.is_beginning
            place = self.consultation.begin.patient_place if begins else None
            # A signature is the clinician's last word on what they did not look at.
            checked = page is not self.sign or self.review.is_all_seen()
            self.strip.show_encounter(self._encounter, step, place, checked=checked)

    def _when_unlocked(self, action: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            if self._desk.clinician is not None:
                action()

        return act
