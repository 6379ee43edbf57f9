"""The consultation from Begin to draft: tell the patient, record or open a recording, watch it being written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from scribe.desk import Desk, Interrupted, RecorderStatus
from scribe.errors import ScribeError
from scribe.events import Step
from scribe.records import Detail, Draft, Encounter, Mode, Patient, Present, Section, Segment, Stage, Turn
from ui import motion, theme, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.widgets.basic import (
    Button,
    Card,
    Choice,
    IconLabel,
    Tick,
    centred,
    chip,
    column,
    field,
    flow,
    is_enter,
    label,
    row,
)
from ui.widgets.meter import LevelMeter
from ui.widgets.transcript import TranscriptView

_CARD_WIDTH = 760
_CALLS = (Mode.TELEPHONE, Mode.VIDEO)
SOUND = "*.wav *.mp3 *.m4a *.aac *.ogg *.opus *.flac *.webm *.mp4 *.mov *.mkv *.avi *.wma"


class BeginCard(Card):
    """Before anything is recorded: how you meet, who is there, which microphone.

    Signals:
        changed(Mode, tuple of Present): what was chosen.
        start_wanted(microphone), patient_wanted(), file_wanted(), type_wanted(), objected(), discard_wanted().
    """

    changed = Signal(object, object)
    start_wanted = Signal(str)
    patient_wanted = Signal()
    file_wanted = Signal()
    type_wanted = Signal()
    objected = Signal()
    discard_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=theme.GAP_PAGE)
        self._mode = Mode.FACE_TO_FACE
        self._modes = QButtonGroup(self)
        mode_buttons = []
        for number, mode in enumerate(Mode):
            made = Button(words.mode(mode))
            made.setCheckable(True)
            self._modes.addButton(made, number)
            mode_buttons.append(made)
        self._modes.idClicked.connect(lambda _: self._tell())
        self._present: dict[Present, Button] = {}
        for who in Present:
            made = Button(words.present(who))
            made.setCheckable(True)
            made.toggled.connect(self._tell)
            self._present[who] = made
        self.microphone = Choice(self.tr("Microphone"))
        self.computer_sound = Tick(self.tr("Record the other side too: this computer's own sound"))
        self.start = Button(
            self.tr("Patient told, no objection: record"),
            lambda: self.start_wanted.emit(self.microphone.currentData() or ""),
            kind="primary",
            icon="mic",
            key="Enter",
        )
        self.tell = label(
            self.tr(
                "“I would like to record our conversation so that this computer can help me write the note. The recording "
                "stays on this computer. Is that all right?”"
            )
        )
        self._patient = label("", "strong")
        self._choose = Button("", self.patient_wanted.emit, icon="person", key="Ctrl+P")
        whose = row(self._patient, self._choose, gap=theme.GAP)
        whose.setStretch(0, 1)
        self.patient_place = column(whose, gap=theme.GAP)  # the form opens here
        self.column.setSpacing(theme.GAP_LARGE)
        self.column.addWidget(label(self.tr("New consultation"), "title"))
        self.column.addLayout(_captioned(self.tr("Patient"), self.patient_place))
        self.column.addLayout(_captioned(self.tr("How you meet"), flow(*mode_buttons)))
        self.column.addLayout(_captioned(self.tr("Who else is there"), flow(*self._present.values())))
        self.column.addLayout(field(self.tr("Microphone"), self.microphone))
        self.column.addWidget(self.computer_sound)
        self.column.addLayout(_captioned(self.tr("Tell the patient"), column(self.tell)))
        self.column.addLayout(
            flow(
                self.start,
                Button(self.tr("Patient objects: type the note"), self.objected.emit, icon="keyboard"),
            )
        )
        # What is filed is what the button says: whoever opens a recording confirms the same as whoever begins one.
        opens = self.tr("Told, no objection: open a recording…")
        self.column.addLayout(
            flow(
                Button(opens, self.file_wanted.emit, kind="quiet", icon="folder", key="Ctrl+O"),
                Button(self.tr("Type without recording"), self.type_wanted.emit, kind="quiet", icon="keyboard"),
                Button(self.tr("Discard"), self.discard_wanted.emit, kind="quiet", icon="remove"),
            )
        )

    def show_encounter(self, encounter: Encounter) -> None:
        known = encounter.patient != Patient()
        self._patient.setText(
            words.who(encounter.patient) if known else self.tr("No patient yet. Not needed until you sign.")
        )
        self._choose.say(self.tr("Change the patient") if known else self.tr("Enter the patient"))
        self.blockSignals(True)
        self._modes.button(list(Mode).index(encounter.mode)).setChecked(True)
        for who, made in self._present.items():
            made.setChecked(who in encounter.present)
        self.blockSignals(False)
        self._offer_computer_sound(encounter.mode)

    def show_microphones(self, names: tuple[str, ...], preferred: str) -> None:
        """Lists what can be recorded with, at first what is preferred alone; a choice made before stays."""
        chosen = self.microphone.currentData() or preferred
        self.microphone.clear()
        self.microphone.addItem(self.tr("Whichever the computer uses"), "")
        for name in names:
            self.microphone.addItem(name, name)
        self.microphone.setCurrentIndex(max(0, self.microphone.findData(chosen)))

    def _offer_computer_sound(self, mode: Mode) -> None:
        """A call may come through the computer, a video call always does."""
        if self.computer_sound.isVisibleTo(self) != (mode in _CALLS):
            self.computer_sound.setVisible(mode in _CALLS)
        if mode is not self._mode:
            self._mode = mode
            self.computer_sound.setChecked(mode is Mode.VIDEO)

    def _tell(self) -> None:
        mode = list(Mode)[max(0, self._modes.checkedId())]
        self._offer_computer_sound(mode)
        self.changed.emit(mode, tuple(who for who, made in self._present.items() if made.isChecked()))


class RecordingCard(Card):
    """While the microphone is open: the time, the level, pause and stop.

    Signals:
        pause_wanted(), resume_wanted(), strike_wanted(), stop_wanted(), objected(), discard_wanted().
        aside_wanted(begins): what is said from now on is an interruption, or no longer is.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    aside_wanted = Signal(bool)
    strike_wanted = Signal()
    stop_wanted = Signal()
    objected = Signal()
    discard_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=theme.GAP_PAGE)
        self._paused = self._aside = False
        self._state = chip("", "warn")  # that it records is said by the bar above, once
        self._trouble = label("", "strong", tone="warn")
        self._trouble_icon = IconLabel("warning", "warn", 20)
        self.clock = label("0:00", "clock", wrap=False)
        self.clock.setAccessibleName(self.tr("Time recorded"))
        self._device = label("", "small")
        self._meter = LevelMeter()
        self._behind = label("", "muted")
        self._counts = label("", "muted")
        self._counts.setAccessibleName(self.tr("What is gathered"))
        self.gathered = Button(self.tr("Show what is gathered"), self._show_or_hide_gathered, kind="quiet")
        self.pause = Button(self.tr("Pause"), self._toggle, icon="pause", key="P")
        self.stop = Button(
            self.tr("Stop and draft the note"), self.stop_wanted.emit, kind="primary", icon="stop", key="Enter"
        )
        self.column.setSpacing(theme.GAP)
        self.column.addLayout(row(self._state, 1))
        self.column.addWidget(self.clock)
        self.column.addWidget(self._meter)
        self.column.addWidget(self._device)
        trouble = row(self._trouble_icon, self._trouble)
        trouble.setStretch(1, 1)
        self.column.addLayout(trouble)
        self.column.addSpacing(theme.GAP)
        self.aside = Button("", lambda: self.aside_wanted.emit(not self._aside), icon="person", key="X")
        self.strike = Button(self.tr("Erase the last minute"), self.strike_wanted.emit, icon="erase", key="S")
        self.column.addLayout(flow(self.stop, self.pause))
        self.column.addSpacing(theme.GAP)
        at_the_door = self.tr("Someone at the door: recorded, left out, ends by itself after 3 minutes")
        self.column.addLayout(
            flow(
                _explained(self.aside, at_the_door),
                _explained(self.strike, self.tr("Its sound is destroyed")),
                gap=theme.GAP_LARGE,
            )
        )
        self.column.addWidget(self._behind)
        self.column.addLayout(row(self.gathered, 1))
        self.column.addWidget(self._counts)
        self._show_aside(False)
        self.begin()
        self.column.addLayout(
            flow(
                Button(self.tr("Patient objects"), self.objected.emit, kind="danger"),
                Button(self.tr("Discard"), self.discard_wanted.emit, kind="quiet", icon="remove"),
            )
        )

    def begin(self) -> None:
        """Another recording: nothing is gathered yet, and nothing shown that was not asked for."""
        self._counts.hide()
        self.gathered.say(self.tr("Show what is gathered"))
        self.show_gathered(())
        self.show_behind(0)

    def show_gathered(self, counts: tuple[tuple[Section, int], ...]) -> None:
        """Headings with counts; hidden until somebody asks. What was not said is never named."""
        found = dict(counts)
        said = [f"{words.section(section)} {found[section]}" for section in Section if found.get(section)]
        self._counts.setText("  ·  ".join(said) or self.tr("Nothing yet"))

    def show_behind(self, behind_ms: int) -> None:
        """The computer does not keep up with writing down; 0: it does."""
        self._behind.setVisible(behind_ms > 0)
        self._behind.setText(
            self.tr(
                "This computer is busy: writing down runs {time} behind. Recording goes on and nothing is lost."
            ).format(time=words.duration(behind_ms))
        )

    def show_status(self, status: RecorderStatus) -> None:
        self.clock.setText(words.duration(status.elapsed_ms))
        self._meter.set_level(0.0 if status.state == "paused" else status.level)
        usual = status.device in ("", "default")
        device = self.tr("The computer's usual microphone") if usual else status.device
        both = self.tr("{microphone}, and this computer's own sound").format(microphone=device)
        self._device.setText(both if status.computer_sound else device)
        happened, _, do = words.recorder_problem(status.problem) if status.problem else ("", "", "")
        self._trouble.setText(f"{happened} {do}".strip())
        for widget in (self._trouble, self._trouble_icon):
            widget.setVisible(bool(happened))
        paused = status.state == "paused"
        aside = self.tr("Not for the note") if status.aside else ""
        states = {"paused": self.tr("Paused"), "problem": self.tr("Not recording")}
        self._state.setText(states.get(status.state, aside))
        self._state.setVisible(bool(self._state.text()))
        self._show_aside(status.aside)
        if paused is not self._paused:
            self._paused = paused
            self.pause.say(self.tr("Go on recording") if paused else self.tr("Pause"))

    def _show_aside(self, aside: bool) -> None:
        self._aside = aside
        text = self.tr("For the note again") if aside else self.tr("Not for the note")
        if self.aside.accessibleName() != text:
            self.aside.say(text)

    def _show_or_hide_gathered(self) -> None:
        shown = self._counts.isHidden()
        self._counts.setVisible(shown)
        self.gathered.say(self.tr("Hide what is gathered") if shown else self.tr("Show what is gathered"))

    def _toggle(self) -> None:
        (self.resume_wanted if self._paused else self.pause_wanted).emit()


class InterruptedCard(Card):
    """A recording that broke off: go on with it, or take it as it is.

    Signals:
        go_on_wanted(), draft_wanted(), discard_wanted().
    """

    go_on_wanted = Signal()
    draft_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=theme.GAP_PAGE)
        self._what = label("")
        self.go_on = Button(self.tr("Go on recording"), self.go_on_wanted.emit, kind="primary", icon="mic")
        self.draft = Button(self.tr("Draft the note from what there is"), self.draft_wanted.emit, icon="stop")
        self.column.setSpacing(theme.GAP)
        self.column.addWidget(label(self.tr("The recording was interrupted"), "title"))
        self.column.addWidget(self._what)
        self.column.addWidget(
            label(self.tr("Go on only if this patient is still with you; make sure of the name above."), "muted")
        )
        self.column.addSpacing(theme.GAP)
        self.column.addLayout(
            flow(
                self.go_on,
                self.draft,
                Button(self.tr("Discard"), self.discard_wanted.emit, kind="quiet", icon="remove"),
            )
        )

    def show_interrupted(self, interrupted: Interrupted) -> None:
        self._what.setText(
            self.tr("{time} are recorded and safe. At most the second before the interruption is missing.").format(
                time=words.duration(interrupted.duration_ms)
            )
        )
        self.go_on.setVisible(interrupted.may_go_on)


class WorkingCard(Card):
    """While the note is being made: what happens now and how far it is.

    Signals:
        cancel_wanted(), go_wanted(): cancel; start or go on.
        review_wanted(), type_wanted(), discard_wanted().
    """

    cancel_wanted = Signal()
    go_wanted = Signal()
    review_wanted = Signal()
    type_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=theme.GAP_PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Work on the note"))
        self._title = label("", "title")
        self._what = label("", "muted")
        self._meanwhile = label(
            self.tr("You can see the next patient meanwhile (Ctrl+N); this goes on by itself."), "small"
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = Button(self.tr("Stop for now"), self.cancel_wanted.emit, icon="close")
        self.go = Button(self.tr("Draft the note"), self.go_wanted.emit, kind="primary", key="Enter")
        self.review = Button(self.tr("Check the note"), self.review_wanted.emit, kind="primary", key="Enter")
        self._type = Button(self.tr("Type the note instead"), self.type_wanted.emit, icon="keyboard")
        self.column.setSpacing(theme.GAP)
        self.column.addWidget(self._title)
        self.column.addWidget(self._what)
        self.column.addWidget(self.bar)
        self.column.addWidget(self._meanwhile)
        self.column.addSpacing(theme.GAP)
        self._discard = Button(self.tr("Discard"), self.discard_wanted.emit, kind="quiet", icon="remove")
        self.column.addLayout(flow(self.review, self.go, self.cancel, self._type, self._discard))

    def show_stage(self, stage: Stage, working: bool) -> None:
        """What the card says when no progress is known yet."""
        self.review.setVisible(stage is Stage.DRAFTED and not working)
        self.go.setVisible(not working and stage is not Stage.DRAFTED)
        self.cancel.setVisible(working)
        self._type.setVisible(not working)
        self._discard.setVisible(not working)
        self.bar.setVisible(working)
        self._meanwhile.setVisible(working)
        self._what.setVisible(not working)
        if working:
            motion.show_busy(self.bar)
            self._title.setText(self.tr("Getting ready…"))
        elif stage is Stage.DRAFTED:
            self._title.setText(self.tr("The draft is ready"))
            self._what.setText(self.tr("Check it, then sign."))
        else:
            self._title.setText(self.tr("Recorded"))
            self._what.setText(self.tr("Nothing is lost. Draft the note when you are ready."))

    def show_drafting(self) -> None:
        """Everything is written down; how long the rest takes is not known yet."""
        motion.show_busy(self.bar)
        self._title.setText(self.tr("Drafting the note"))
        self._what.setText(self.tr("Reading what was said"))
        self._what.show()

    def show_progress(self, step: Step, done: int, total: int) -> None:
        if step is Step.DRAFT and not done:  # parts are written side by side, so that the first takes long
            return
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self._what.show()
        if step is Step.TRANSCRIBE:
            self._title.setText(self.tr("Writing down what was said"))
            self._what.setText(
                self.tr("{done} of {total}").format(done=words.duration(done), total=words.duration(total))
            )
        else:
            self._title.setText(self.tr("Drafting the note"))
            self._what.setText(self.tr("Part {done} of {total}").format(done=done, total=total))
        self.bar.setAccessibleDescription(self._what.text())


class ConsultationPage(QWidget):
    """One encounter until its draft is ready.

    Signals:
        encounter_changed(Encounter): mode, company or consent changed here.
        review_wanted(encounter_id), objection_wanted(), typed_wanted(encounter_id), discard_wanted(), strike_wanted().
        patient_wanted(): somebody wants to say whose consultation it is.
        recording_changed(): the recorder started or stopped here.
        tried_anew(): another way to the sound is tried, so that what stood in the way of the last is over.
        failed(ScribeError): for the window to show.
    """

    encounter_changed = Signal(object)
    review_wanted = Signal(str)
    objection_wanted = Signal()
    typed_wanted = Signal(str)
    discard_wanted = Signal()
    strike_wanted = Signal()
    patient_wanted = Signal()
    recording_changed = Signal()
    tried_anew = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__()
        self._desk, self._bridge = desk, bridge
        self._encounter: Encounter | None = None
        self._working: set[str] = set()
        self.is_starting = False
        self.preferred_microphone = ""
        self.other_microphone = False
        self.detail = Detail.STANDARD
        self.own_words: tuple[str, ...] = ()
        self.begin = BeginCard()
        self.recording = RecordingCard()
        self.working = WorkingCard()
        self.interrupted = InterruptedCard()
        self._cards = QStackedWidget()
        for card in (self.begin, self.recording, self.working, self.interrupted):
            holder = QWidget()
            inner = QVBoxLayout(holder)
            inner.setContentsMargins(0, theme.GAP_PAGE, 0, theme.GAP_PAGE)
            inner.addWidget(card)
            inner.addStretch(1)
            self._cards.addWidget(centred(holder, _CARD_WIDTH))
        self.transcript = TranscriptView()
        side = QVBoxLayout()
        side.setContentsMargins(0, theme.GAP_PAGE, theme.GAP_PAGE, theme.GAP_PAGE)
        side.setSpacing(theme.GAP_SMALL)
        side.addWidget(label(self.tr("What was said"), "label"))
        side.addWidget(self.transcript, 1)
        self._side = QWidget()
        self._side.setLayout(side)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._cards, 5)
        across.addWidget(self._side, 4)
        self._connect()

    def _connect(self) -> None:
        self.begin.start_wanted.connect(self.start_recording)
        self.begin.file_wanted.connect(self.choose_file)
        self.begin.patient_wanted.connect(self.patient_wanted)
        self.begin.type_wanted.connect(self._type)
        self.begin.objected.connect(self.objection_wanted)
        self.begin.changed.connect(self._change)
        self.recording.pause_wanted.connect(lambda: self._try(self._desk.pause))
        self.recording.resume_wanted.connect(lambda: self._try(self._desk.resume))
        self.recording.aside_wanted.connect(lambda begins: self._try(lambda: self._desk.aside(begins)))
        self.recording.stop_wanted.connect(self.stop_recording)
        self.recording.strike_wanted.connect(self.strike_wanted)
        self.recording.objected.connect(self.objection_wanted)
        self.recording.discard_wanted.connect(self.discard_wanted)
        self.interrupted.go_on_wanted.connect(self.go_on_recording)
        self.interrupted.draft_wanted.connect(self._finish_interrupted)
        self.interrupted.discard_wanted.connect(self.discard_wanted)
        self.working.cancel_wanted.connect(self._cancel)
        self.working.go_wanted.connect(lambda: self.process())
        self.working.review_wanted.connect(self._review)
        self.working.type_wanted.connect(self._type)
        self.begin.discard_wanted.connect(self.discard_wanted)
        self.working.discard_wanted.connect(self.discard_wanted)
        self._bridge.segment_ready.connect(self._segment)
        self._bridge.turns_ready.connect(self._turns)
        self._bridge.progressed.connect(self._progress)
        self._bridge.gathered.connect(self._gathered)
        self._bridge.behind.connect(self._fell_behind)
        self._bridge.draft_ready.connect(self._drafted)
        self._bridge.failed.connect(lambda encounter_id, _: self._stopped(encounter_id))
        self._bridge.cancelled.connect(self._stopped)

    @property
    def encounter_id(self) -> str:
        return self._encounter.id if self._encounter else ""

    @property
    def is_beginning(self) -> bool:
        """Whether nothing is recorded yet: the patient is then chosen on the card."""
        return (
            self._encounter is not None
            and self._encounter.stage is Stage.BEGUN
            and not self.is_working(self.encounter_id)
        )

    def is_working(self, encounter_id: str) -> bool:
        """Whether a note is being made of this encounter's recording."""
        return encounter_id in self._working

    def open(self, encounter: Encounter) -> None:
        """Shows an encounter at the stage where it is."""
        changed = self.encounter_id != encounter.id
        self._encounter = encounter
        if changed:
            self.recording.begin()
            self._show_transcript(self._desk.turns(encounter.id))
            if not self._desk.turns(encounter.id):
                for segment in self._desk.segments(encounter.id):
                    self._segment(encounter.id, segment)
        self._show_stage(focus=changed)
        if encounter.stage is Stage.BEGUN:
            preferred = self.preferred_microphone
            self.begin.show_microphones((preferred,) if preferred else (), preferred)
            QTimer.singleShot(0, self, self._get_ready)  # two processes start: the page is painted first

    def _get_ready(self) -> None:
        """So that recording begins at once when it is asked for. What keeps it from that is said then."""
        self._bridge.run(self._desk.prepare_recorder, failed=lambda _: None)
        self._bridge.run(
            self._desk.microphones,
            lambda names: self.begin.show_microphones(names, self.preferred_microphone),
            lambda _: None,  # said when somebody starts to record; typing and files work without one
            long=True,  # recording never waits for it
        )

    def refresh(self, encounter: Encounter) -> None:
        """The same encounter, changed."""
        if encounter.id == self.encounter_id:
            before, self._encounter = self._encounter, encounter
            if before is None or before.stage is not encounter.stage:
                self._show_stage(focus=True)
            elif self.is_beginning:
                self.begin.show_encounter(encounter)

    def close_encounter(self) -> None:
        """Forgets what is on show."""
        self._encounter = None
        self.transcript.show_turns(())

    def show_status(self, status: RecorderStatus) -> None:
        if self._cards.currentIndex() == 1:
            self.recording.show_status(status)

    def start_recording(self, microphone: str = "") -> None:
        """The one key: the patient was told and did not object, and the recording starts."""
        if self._encounter is None or self.is_starting:
            return
        encounter_id = self._encounter.id
        both = self._encounter.mode in _CALLS and self.begin.computer_sound.isChecked()

        def start() -> None:
            self._desk.confirm_told(encounter_id)
            self._desk.start_recording(
                encounter_id, microphone, self.own_words, computer_sound=both, other_allowed=self.other_microphone
            )

        self._start(encounter_id, start)

    def go_on_recording(self) -> None:
        """Goes on with the recording that broke off."""
        if self._encounter is None or self.is_starting:
            return
        encounter_id = self._encounter.id

        def go_on() -> None:
            self._desk.go_on_recording(
                encounter_id, self.preferred_microphone, self.own_words, other_allowed=self.other_microphone
            )

        self._start(encounter_id, go_on)

    def _start(self, encounter_id: str, call: Callable[[], None]) -> None:
        self.tried_anew.emit()
        self.is_starting = True
        self.begin.start.setEnabled(False)
        self.begin.start.say(self.tr("Starting…"))
        self.interrupted.go_on.setEnabled(False)

        def start() -> Encounter:
            call()
            return self._desk.encounter(encounter_id)

        def started(encounter: Encounter) -> None:
            ready()
            self._encounter = encounter
            self.encounter_changed.emit(encounter)
            self.recording_changed.emit()
            self._show_stage(focus=True)
            announce(self, self.tr("Recording"), at_once=True)
            # The models load while people talk. What keeps them from it is said when the note is to be made.
            self._bridge.run(self._desk.warm_up, failed=lambda _: None, long=True)

        def refused(error: ScribeError) -> None:
            ready()
            self.failed.emit(error)
            self.next_focus()

        def ready() -> None:
            self.is_starting = False
            self.interrupted.go_on.setEnabled(True)
            self.begin.start.setEnabled(True)
            self.begin.start.say(self.tr("Patient told, no objection: record"))

        self._bridge.run(start, started, refused)

    def stop_recording(self) -> None:
        """Stops and goes straight on to the draft."""
        if self._encounter is None:
            return
        encounter_id = self._encounter.id
        self.tried_anew.emit()
        self.recording.stop.setEnabled(False)

        def stopped(_: object) -> None:
            self.recording.stop.setEnabled(True)
            self.recording_changed.emit()
            announce(self, self.tr("Recording stopped"))
            self.process(encounter_id)

        def refused(error: ScribeError) -> None:
            self.recording.stop.setEnabled(True)
            self.failed.emit(error)

        self._bridge.run(self._desk.stop_recording, stopped, refused)

    def strike(self) -> None:
        """Destroys the sound of the last minute, and what was written down of it."""
        if self._encounter is None:
            return
        encounter_id = self._encounter.id

        def struck(_: object) -> None:
            if encounter_id == self.encounter_id:
                self._show_transcript(())
                for segment in self._desk.segments(encounter_id):
                    self._segment(encounter_id, segment)

        self._bridge.run(self._desk.strike_last_minute, struck, self.failed.emit)

    def _finish_interrupted(self) -> None:
        if self._encounter is not None:
            encounter_id = self._encounter.id
            self._bridge.run(
                lambda: self._desk.finish_interrupted(encounter_id),
                lambda _: self.process(encounter_id),
                self.failed.emit,
            )

    def choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a recording"), str(Path.home()), f"{self.tr('Recordings')} ({SOUND});;* (*)"
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Takes in a recording made elsewhere; the person confirms by opening it that the patient was told."""
        if self._encounter is None:
            return
        encounter_id = self._encounter.id
        try:
            self._encounter = self._desk.confirm_told(encounter_id)
        except ScribeError as error:
            self.failed.emit(error)
            return
        self.encounter_changed.emit(self._encounter)
        self._take_in(encounter_id, lambda: self._desk.import_file(encounter_id, path))

    def open_demo(self, demo_id: str) -> None:
        """Takes in one of the bundled simulated consultations."""
        if self._encounter is not None:
            encounter_id = self._encounter.id
            self._take_in(encounter_id, lambda: self._desk.import_demo(encounter_id, demo_id))

    def process(self, encounter_id: str = "") -> None:
        """Starts or goes on with the draft: of what is on show, or of an encounter that need not be."""
        encounter_id = encounter_id or self.encounter_id
        self._set_working(encounter_id, True)
        try:
            self._desk.process(encounter_id, self.detail, self.own_words)
        except ScribeError as error:
            self._stopped(encounter_id)
            self.failed.emit(error)

    def next_focus(self) -> None:
        """Gives the focus to the button for what comes next."""
        if self._encounter is not None:
            self._show_stage(focus=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.next_step()
        elif event.key() == Qt.Key.Key_P and self._cards.currentIndex() == 1:
            self.recording.pause.click()
        elif event.key() == Qt.Key.Key_X and self._cards.currentIndex() == 1:
            self.recording.aside.click()
        elif event.key() == Qt.Key.Key_S and self._cards.currentIndex() == 1:
            self.recording.strike.click()
        else:
            super().keyPressEvent(event)

    def next_step(self) -> None:
        """Presses the one button that stands for what comes next."""
        buttons = (
            (self.begin.start,),
            (self.recording.stop,),
            (self.working.review, self.working.go),
            (),  # whether the patient is still there is not for a key to say
        )[self._cards.currentIndex()]
        for button in buttons:
            if button.isVisible() and button.isEnabled():
                button.click()
                return

    def _take_in(self, encounter_id: str, call: Callable[[], None]) -> None:
        self.tried_anew.emit()
        self._set_working(encounter_id, True)

        def taken(_: object) -> None:
            self.process(encounter_id)

        def refused(error: ScribeError) -> None:
            self._stopped(encounter_id)
            self.failed.emit(error)

        # The page is painted first: the decoders are loaded with the first recording that is opened.
        QTimer.singleShot(0, self, lambda: self._bridge.run(call, taken, refused))

    def _set_working(self, encounter_id: str, working: bool) -> None:
        (self._working.add if working else self._working.discard)(encounter_id)
        if encounter_id == self.encounter_id and self._desk.clinician is not None:
            self._encounter = self._desk.encounter(encounter_id)
            self._show_stage(focus=True)

    def _show_stage(self, *, focus: bool) -> None:
        encounter = self._encounter
        if encounter is None:
            return
        working = encounter.id in self._working
        if encounter.stage is Stage.BEGUN and not working:
            self.begin.show_encounter(encounter)
            self._cards.setCurrentIndex(0)
            target: QWidget = self.begin.start
        elif encounter.stage is Stage.RECORDING and not working and (broken := self._desk.interrupted(encounter.id)):
            self.interrupted.show_interrupted(broken)
            self._cards.setCurrentIndex(3)
            target = self.interrupted.draft
        elif encounter.stage is Stage.RECORDING and not working:
            self._cards.setCurrentIndex(1)
            target = self.recording.stop
        else:
            self.working.show_stage(encounter.stage, working)
            self._cards.setCurrentIndex(2)
            # While it works nothing has the focus that Enter would press: a second Enter must not stop the work.
            choices = (self.working.review, self.working.go)
            target = next((button for button in choices if not button.isHidden()), self.working)
        self._show_side()
        if focus and self.isVisible():
            target.setFocus()

    def _show_transcript(self, turns: tuple[Turn, ...]) -> None:
        self.transcript.show_turns(turns)
        self._show_side()

    def _show_side(self) -> None:
        """Not while people talk: words that come up beside them would draw the eye."""
        recording = self._cards.currentIndex() == 1
        self._side.setHidden(recording or self.transcript.document().isEmpty())

    def _gathered(self, encounter_id: str, counts: tuple[tuple[Section, int], ...]) -> None:
        if encounter_id == self.encounter_id:
            self.recording.show_gathered(counts)

    def _fell_behind(self, encounter_id: str, behind_ms: int) -> None:
        if encounter_id == self.encounter_id:
            self.recording.show_behind(behind_ms)

    def _change(self, mode: Mode, present: tuple[Present, ...]) -> None:
        if self._encounter is None or (mode, present) == (self._encounter.mode, self._encounter.present):
            return
        self._encounter = self._desk.set_circumstances(self._encounter.id, mode, present, self._encounter.template_id)
        self.encounter_changed.emit(self._encounter)

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except ScribeError as error:
            self.failed.emit(error)

    def _type(self) -> None:
        if self._encounter is not None:
            self.typed_wanted.emit(self._encounter.id)

    def _review(self) -> None:
        if self._encounter is not None:
            self.review_wanted.emit(self._encounter.id)

    def _cancel(self) -> None:
        if self._encounter is not None:
            self._try(lambda: self._desk.cancel(self.encounter_id))

    def _segment(self, encounter_id: str, segment: Segment) -> None:
        if encounter_id == self.encounter_id:
            self.transcript.add_segment(segment)
            self._show_side()

    def _turns(self, encounter_id: str, turns: tuple[Turn, ...]) -> None:
        if encounter_id == self.encounter_id:
            self._show_transcript(turns)
            self.working.show_drafting()

    def _progress(self, encounter_id: str, step: Step, done: int, total: int) -> None:
        if encounter_id == self.encounter_id:
            self.working.show_progress(step, done, total)

    def _drafted(self, encounter_id: str, _draft: Draft) -> None:
        self._set_working(encounter_id, False)
        if encounter_id == self.encounter_id and self.isVisible():
            self.review_wanted.emit(encounter_id)

    def _stopped(self, encounter_id: str) -> None:
        self._set_working(encounter_id, False)


def _explained(button: Button, text: str) -> QWidget:
    """A button over what it does, in small."""
    made = QWidget()
    made.setLayout(column(button, label(text, "small"), gap=theme.GRID))
    return made


def _captioned(text: str, content: QLayout) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setSpacing(theme.GRID + 2)
    made.addWidget(label(text, "label"))
    made.addLayout(content)
    return made
