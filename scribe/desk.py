"""The desk: everything that the window asks of the engine, in the words of the consulting room.

Calls return at once unless they say SLOW; those belong on a worker thread. Work on a recording runs in a thread
of the desk's own, one encounter after another, and tells its listener how it goes. Every error is a
`ScribeError` that says what happened, what is safe and what to do.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from scribe import demo_recordings, export, paths
from scribe.attribute import correct
from scribe.capture import apart, channels
from scribe.capture.live import RecorderStatus
from scribe.capture.playback import Player
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader, SealedWriter, sealed_path
from scribe.dictation import Dictation
from scribe.draft import render, templates
from scribe.draft.template import Template
from scribe.encounter.clipboard import Clipboard, ClipboardGuard
from scribe.encounter.identity_file import IdentityFile, newest
from scribe.encounter.patient import Notice, confusable
from scribe.encounter.session import Session, require_recordable
from scribe.errors import Bug, Fixable, ScribeError
from scribe.events import Event, StageChanged, TurnsReady, Warned
from scribe.export import site
from scribe.export.orders import Misfiled, Orders
from scribe.line import Line as Engines
from scribe.records import (
    Clinician,
    Detail,
    Draft,
    Encounter,
    Heading,
    Line,
    Mode,
    Patient,
    Present,
    Receipt,
    Recording,
    Risk,
    Role,
    Segment,
    SignedNote,
    Stage,
    Turn,
    Verdict,
    Voiceprint,
    Waiting,
    new_id,
    utc_now,
)
from scribe.review import (
    Change,
    Eyes,
    amend,
    changes,
    demo_stamp,
    look_again,
    must_be_seen,
    sign,
    sign_demo,
    stamp,
    typed_note,
)
from scribe.store import (
    MIN_PASSPHRASE,
    MIN_PIN,
    KeyKind,
    Keyring,
    Passphrase,
    Profile,
    Store,
    key_kind,
    recover_key,
    system_keyring,
)
from scribe.transcribe import expected
from scribe.work import Work

__all__ = ["DEMO_PIN", "MIN_PIN", "Desk", "Interrupted", "RecorderStatus", "TemplateInfo"]

_STRUCK_MS = 60_000
_GO_ON_WITHIN_S = 3 * 3600
_MICROPHONE = "microphone: "
DEMO_PIN = "740318"  # of the profile in a throw-away store, whose key is only in memory


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    """What the window needs to know of a template."""

    id: str
    title: str
    headings: tuple[tuple[str, str], ...]  # id and title, in order


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A recording that broke off: how much of it is safe, and whether it is recent enough to be gone on with."""

    duration_ms: int
    may_go_on: bool


class _NoClipboard:
    """The command line has none."""

    def text(self) -> str:
        return ""

    def clear(self) -> None: ...


class Desk:
    """Everything between unlocking and locking.

    Args:
        listener: told what happens, from the desk's own threads; it must return at once.
        clipboard: the system's, so that what Scribe copied can be cleared for the next patient. `begin`, `open`,
            `object`, `discard` and `lock` touch it, in the thread that calls them.
        speech_model, language_model: the models' names in the manifest; "" as in `scribe.line`.
        line: the engines, where they are not to be made from those; the desk closes them.
        must_see: kinds of lines that must be looked at before signing, by the administrator's wish.
        clock: the present instant, timezone-aware.
        ticks: seconds, monotonic, by which the text of a recording is behind it or not.
    """

    def __init__(
        self,
        *,
        listener: Callable[[Event], None],
        clipboard: Clipboard | None = None,
        speech_model: str = "whisper-base",
        language_model: str = "",
        line: Engines | None = None,
        must_see: Collection[Risk] = (),
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._must_see = tuple(must_see)
        self._guard = ClipboardGuard(clipboard or _NoClipboard())
        self._store: Store | None = None
        self._throwaway = False
        self._profile: Profile | None = None
        self._locked = True
        self._session: Session | None = None
        self._site_id = site.DEFAULT
        self._used_files: set[tuple[Path, datetime]] = set()  # that say who a patient is, and have been confirmed
        self._recorder = RecorderClient(paths.data_dir())  # first: what cannot be used must leave no thread behind
        self._line = line or Engines(speech_model, language_model)
        self._work = Work(self._line, listener, ticks)
        self._recording: Recording | None = None
        self._player = Player()
        self._dictation = Dictation(self._recorder, self._line)

    def close(self) -> None:
        """SLOW: stops the work under way (it resumes next time); a recorder that is running goes on."""
        self._player.close()
        self._dictation.drop()
        self._work.close()
        self._line.close()
        self._recorder.disconnect()
        if self._store:
            self._store.close()

    def prepare_recorder(self) -> None:
        """SLOW: starts the recorder, without opening the microphone, so that recording begins at once when asked for.

        Raises:
            Fixable: "recorder-missing", "disk-full".
        """
        self._recorder.prepare()

    def warm_up(self) -> None:
        """SLOW: starts recorder and engines, so that recording begins at once and models load while people talk."""
        self._recorder.prepare()
        self._line.warm_up()

    def use_models(self, speech_model: str, language_model: str) -> None:
        """Works with these, named as in the manifest, from the next recording and the next draft on."""
        self._line.use_models(speech_model, language_model)

    # ---------------------------------------------------------------- set-up and profiles

    def needs_passphrase(self) -> bool:
        """Whether this computer has no keyring for the store's key, so that `open_store` needs a passphrase."""
        kind = key_kind(paths.data_dir())
        return kind is KeyKind.PASSPHRASE or (kind is None and system_keyring() is None)

    def store_exists(self) -> bool:
        """Whether there is a store already, so that a passphrase is asked for rather than chosen."""
        return key_kind(paths.data_dir()) is not None

    def open_store(self, passphrase: str | None = None) -> None:
        """SLOW: opens the store, or makes it.

        Raises:
            Fixable: the store's own: "passphrase-wrong", "store-newer", "keyring-locked", …
        """
        if passphrase is None:
            source: Keyring | Passphrase = Keyring()
        elif self.store_exists() and len(passphrase) < MIN_PASSPHRASE:
            raise Fixable("That is not the passphrase of this store.", do="Try again.", code="passphrase-wrong")
        else:
            source = Passphrase(passphrase)
        self._store = Store.open(paths.data_dir(), source, clock=self._clock)

    def recovery_wants_passphrase(self) -> bool:
        """Whether `recover_store` needs a new passphrase; else the keyring keeps the key."""
        return key_kind(paths.data_dir()) is KeyKind.PASSPHRASE or system_keyring() is None

    def recover_store(self, code: str, new_passphrase: str | None = None) -> None:
        """SLOW: opens the store by the recovery code of any of its profiles, where the passphrase was forgotten or the
        keyring no longer has the key. PINs stay as they are.

        Raises:
            Fixable: "code-mistyped", "code-wrong", "passphrase-short", "no-keyring", and those of `open_store`.
        """
        source = Keyring() if new_passphrase is None else Passphrase(new_passphrase)
        recover_key(paths.data_dir(), code, source)
        self._store = Store.open(paths.data_dir(), source, clock=self._clock)

    def open_throwaway(self) -> Clinician:
        """SLOW: a store that is gone at `close`, with its key in memory only, for demonstrations.

        It takes in the bundled recordings and nothing else: a real consultation would be lost with it.
        """
        self._store = Store.throwaway(clock=self._clock)
        self._throwaway = True
        clinician, _ = self._store.create_profile("Dr Demo", "GP", pin=DEMO_PIN)
        return self.unlock(clinician.id, DEMO_PIN)

    def profiles(self) -> tuple[Clinician, ...]:
        return self._opened().profiles()

    def create_profile(self, name: str, role: str, registration: str, pin: str) -> tuple[Clinician, str]:
        """SLOW: makes a profile and unlocks it. Returns the clinician and the recovery code, shown once."""
        clinician, code = self._opened().create_profile(name, role, registration, pin=pin)
        self.unlock(clinician.id, pin)
        return clinician, code

    def unlock(self, clinician_id: str, pin: str) -> Clinician:
        """SLOW: opens a profile by its PIN, or the locked screen of the one that is open.

        Raises:
            Fixable: "pin-wrong", "pin-wait".
        """
        if self._profile and self._profile.clinician.id == clinician_id:
            self._profile.check_pin(pin)
        else:
            self._use(self._opened().unlock(clinician_id, pin))
        self._locked = False
        return self._unlocked().clinician

    def recover(self, clinician_id: str, code: str, new_pin: str) -> Clinician:
        """SLOW: opens a profile by its recovery code and sets a new PIN."""
        self._use(self._opened().recover(clinician_id, code, new_pin))
        self._locked = False
        return self._unlocked().clinician

    def lock(self) -> None:
        """Locks the screen. A recording and the work on it go on, a dictation ends unheard; only the PIN opens the
        profile again."""
        self._player.stop()
        self._dictation.drop()
        self._guard.clear_own()
        self._locked = True

    @property
    def clinician(self) -> Clinician | None:
        """Who is at the desk, or None while it is locked."""
        return None if self._locked or self._profile is None else self._profile.clinician

    def _use(self, profile: Profile) -> None:
        """Another clinician takes the desk: what the one before still has under way is finished first, and their
        recording ends, for whoever comes in now is not their patient."""
        if self._profile and self._recording:
            self._end_recording(self._profile)
        before, self._profile = self._profile, profile
        if before:
            self._work.afterwards(before.lock)
            self._work.afterwards(self._line.forget)
        self._session = Session(profile, self._guard, closing=self._close_encounter, clock=self._clock)
        self._take_up(profile)

    def _take_up(self, profile: Profile) -> None:
        """What the last window left: a recording that still runs, that was stopped, or that broke off (`interrupted`)."""
        for encounter in profile.unfinished():
            recording = next(reversed(profile.recordings(encounter.id)), None)
            begun = encounter.stage in (Stage.BEGUN, Stage.RECORDING) and recording is not None
            if not begun or recording is None or not recording.source.startswith(_MICROPHONE):
                continue
            folder, key = profile.sound_folder(encounter.id), profile.sound_key(encounter.id)
            if not sealed_path(folder, recording.id).exists():
                continue
            profile.advance(encounter.id, Stage.RECORDING)
            if self._recorder.running().recording_id == recording.id:
                self._recording = recording
                self._recorder.remember(recording.id, folder, key)
                self._work.follow(profile, encounter.id)
            elif SealedReader(folder, key, recording.id).extent().complete:
                self._keep(profile, recording)

    # ---------------------------------------------------------------- the clinician's own voice

    def enrol_voice(self, path: Path) -> None:
        """SLOW: keeps how the clinician sounds, from a file in which they read a few sentences, alone. The file is
        not kept.

        Raises:
            Fixable: "voices-mixed", and what `scribe.capture.decode` refuses.
        """
        profile = self._unlocked()
        profile.save_voiceprint(Voiceprint(self._line.voiceprint(path), self._clock()))

    def begin_own_voice(self, microphone: str = "") -> None:
        """SLOW: listens to the clinician, who reads two sentences alone, until `end_dictation` or `drop_own_voice`.

        Args:
            microphone: the computer's usual one for an empty name.

        Raises:
            Fixable: "recording-on", "only-demo", "no-microphone", …
        """
        self._unlocked()
        self._require_lasting()
        self._require_silence("Let Scribe learn your voice when it is over.")
        self._dictation.drop()
        folder = paths.data_dir() / "own-voice"
        shutil.rmtree(folder, ignore_errors=True)  # what a window that died left; nobody has its key
        folder.mkdir(mode=0o700, exist_ok=True)
        self._dictation.begin(folder, microphone)

    def enrol_own_voice(self) -> None:
        """SLOW (as long as hearing takes): keeps how the clinician who read sounds. The sound is destroyed.

        Raises:
            Fixable: "voices-mixed", "dictation-stopped", …
        """
        profile = self._unlocked()
        profile.save_voiceprint(Voiceprint(self._dictation.voiceprint(), self._clock()))

    def drop_own_voice(self) -> None:
        """SLOW (up to a second): listens no longer, and keeps nothing."""
        self._dictation.drop()

    def voice_enrolled(self) -> datetime | None:
        """When the voice that is kept was taken, or None."""
        kept = self._unlocked().voiceprint()
        return kept.made_at if kept else None

    def forget_voice(self) -> None:
        """Deletes it for good."""
        self._unlocked().forget_voiceprint()

    # ---------------------------------------------------------------- encounters

    def encounters(self, day: date | None = None) -> tuple[Encounter, ...]:
        """This clinician's encounters of a day, or all, newest first."""
        return tuple(reversed(self._unlocked().encounters(day)))

    def unfinished(self) -> tuple[Encounter, ...]:
        """Work that is not signed and exported yet, corrections among it, newest first, offered back at start."""
        return tuple(
            encounter
            for encounter in reversed(self._unlocked().unfinished())
            if encounter.stage is not Stage.EXPORTED or self.correction_begun(encounter.id)
        )

    def encounter(self, encounter_id: str) -> Encounter:
        return self._unlocked().encounter(encounter_id)

    def begin(
        self,
        mode: Mode,
        present: tuple[Present, ...] = (),
        patient: Patient | None = None,
        template_id: str = "gp-consultation",
    ) -> Encounter:
        """The next patient. The encounter before is closed, what Scribe copied cleared, and whatever was being recorded
        ends, also what an earlier window left running. SLOW while something is recorded; see `halt`."""
        self._player.stop()
        self.stop_recording()
        return self._tell(self._at_desk().begin(mode, present=present, template_id=template_id, patient=patient))

    def open(self, encounter_id: str) -> Encounter:
        """Goes back to an encounter; what Scribe copied from another is cleared.

        Raises:
            Fixable: "recording-on" while another is being recorded.
        """
        self._player.stop()
        return self._on(encounter_id).open(encounter_id)

    def set_patient(self, encounter_id: str, patient: Patient) -> tuple[Encounter, tuple[Notice, ...]]:
        """Says whose encounter it is. Returns it with what is worth showing beside the patient.

        Raises:
            Fixable: "nhs-number", "date-of-birth", "name-too-long".
        """
        correcting = self.signed(encounter_id) is not None
        checked = self._on(encounter_id).set_patient(patient, correcting=correcting)
        return self._tell(self.encounter(encounter_id)), checked.notices

    def identity_file(self) -> IdentityFile | None:
        """Whom the record system has sent, if anybody, for the person at the desk to confirm.

        It changes nothing: `set_patient` does, once a person has confirmed it, and then `identity_used`.

        Raises:
            Fixable: "identity-two-patients", "identity-unreadable", "identity-incomplete", and what a patient's
                details may be refused for.
        """
        clinician, profile = self._unlocked().clinician, site.load(self._site_id)
        if not profile.identity.folder:
            return None
        age = timedelta(minutes=profile.identity.minutes)
        found = newest(Path(profile.identity.folder), self._clock(), age)
        if found is None or (found.path, found.written_at) in self._used_files:
            return None
        notices = (*found.checked.notices, *self._of_the_day(found))
        if found.clinician and _digits(found.clinician) != _digits(clinician.registration):
            notices = (Notice.FILE_FOR_OTHER_CLINICIAN, *notices)
        if found.organisation and found.organisation != profile.organisation.ods:
            notices = (Notice.FILE_FOR_OTHER_ORGANISATION, *notices)
        return replace(found, checked=replace(found.checked, notices=notices))

    def _of_the_day(self, found: IdentityFile) -> tuple[Notice, ...]:
        """What the day's other consultations say of whom a file names: it may be left from the patient before."""
        session, now = self._at_desk(), self._clock().astimezone()
        here = session.current.id if session.current else ""
        others = [each for each in self._unlocked().encounters(now.date()) if each.id != here]
        notices = confusable(found.patient, (each.patient for each in others))
        if any(each.begun_at > found.written_at for each in others):
            notices = (Notice.FILE_BEFORE_ANOTHER, *notices)
        return notices

    def patient_notices(self, encounter_id: str) -> tuple[Notice, ...]:
        """What is worth a look before somebody signs for this patient."""
        draft = self.draft(encounter_id)
        if draft is not None and self._bundled(draft):
            return ()
        return self._at_desk().notices(encounter_id)

    def identity_used(self, found: IdentityFile) -> None:
        """The person has confirmed whom the file names: it goes, so that it is not offered for the next patient."""
        self._used_files.add((found.path, found.written_at))
        with contextlib.suppress(OSError):  # somebody else took it, or it lies where nothing can be removed
            found.path.unlink()

    def set_circumstances(
        self, encounter_id: str, mode: Mode, present: tuple[Present, ...], template_id: str
    ) -> Encounter:
        """How they met, who else was there, which template."""
        return self._tell(self._on(encounter_id).set_circumstances(mode, present, template_id))

    def confirm_told(self, encounter_id: str) -> Encounter:
        """The patient was told and did not object."""
        return self._tell(self._on(encounter_id).confirm_told())

    def halt(self, encounter_id: str) -> None:
        """SLOW (two seconds at the most): ends the recording and the work of an encounter that is about to be destroyed
        or left, so that `object`, `discard` and `begin` have nothing to wait for."""
        self._stop_work(encounter_id)
        if self._recording and self._recording.encounter_id == encounter_id:
            self.stop_recording()

    def object(self, encounter_id: str) -> Encounter:
        """The patient objects: everything heard is destroyed, and an encounter for a typed note takes its place.

        Returns:
            The new encounter, with another id.
        """
        self._stop_work(encounter_id)
        self._line.forget()
        return self._tell(self._on(encounter_id).object())

    def discard(self, encounter_id: str) -> None:
        """Destroys an encounter that was begun by mistake: its key, its sound and every record."""
        self._stop_work(encounter_id)
        self._line.forget()
        self._on(encounter_id).cancel()

    # ---------------------------------------------------------------- sound

    def microphones(self) -> tuple[str, ...]:
        """SLOW (a process asks the sound system anew): the microphones at hand, the usual one first.

        Raises:
            Fixable: "no-microphone".
        """
        return apart.microphones()

    def start_recording(
        self,
        encounter_id: str,
        microphone: str = "",
        own_words: tuple[str, ...] = (),
        *,
        computer_sound: bool = False,
        other_allowed: bool = False,
    ) -> None:
        """SLOW (up to a second): starts the recorder; sound is on disk before any model is loaded. From then on the
        recording is written down and drafted while it goes on, in the background.

        Args:
            encounter_id: whose.
            microphone: the computer's usual one for an empty name.
            own_words: as for `process`.
            computer_sound: records what the computer plays, the other side of a call, as a second channel.
            other_allowed: another microphone may take over where this one goes.

        Raises:
            Fixable: "consent-missing", "objection-stands", "no-microphone", "only-demo", …
        """
        self._require_lasting()
        encounter = self._on(encounter_id).current
        assert encounter is not None
        require_recordable(encounter)
        profile = self._unlocked()
        recording = Recording(new_id(), encounter_id, _MICROPHONE + (microphone or "default"), self._clock())
        # First: should the window die in between, what is recorded is known to be this encounter's.
        profile.save_recording(recording)
        self._record(profile, recording, microphone, computer_sound, other_allowed)
        profile.advance(encounter_id, Stage.RECORDING)
        self._tell(self.encounter(encounter_id))
        self._work.follow(profile, encounter_id, own_words)

    def interrupted(self, encounter_id: str) -> Interrupted | None:
        """What there is of a recording that broke off, and was neither gone on with nor finished."""
        recording = self._broken_off(encounter_id)
        if recording is None:
            return None
        profile = self._unlocked()
        folder = profile.sound_folder(encounter_id)
        length_ms = SealedReader(folder, profile.sound_key(encounter_id), recording.id).extent().duration_ms
        age_s = self._clock().timestamp() - sealed_path(folder, recording.id).stat().st_mtime
        return Interrupted(length_ms, age_s < _GO_ON_WITHIN_S)

    def go_on_recording(
        self,
        encounter_id: str,
        microphone: str = "",
        own_words: tuple[str, ...] = (),
        *,
        other_allowed: bool = False,
    ) -> None:
        """SLOW: goes on with a recording that broke off; what is said now follows what was said before.

        Raises:
            Fixable: as `start_recording`.
        """
        self._on(encounter_id)
        recording = self._broken_off(encounter_id)
        if recording is None:
            raise Bug("There is no recording to go on with.", code="no-recording")
        profile = self._unlocked()
        reader = SealedReader(profile.sound_folder(encounter_id), profile.sound_key(encounter_id), recording.id)
        self._record(profile, recording, microphone, reader.channels() == 2, other_allowed)
        self._tell(self.encounter(encounter_id))
        self._work.follow(profile, encounter_id, own_words)

    def finish_interrupted(self, encounter_id: str) -> None:
        """SLOW: takes what there is of a recording that broke off as the whole; `process` then goes on with it."""
        if recording := self._broken_off(encounter_id):
            self._keep(self._unlocked(), recording)

    def _record(
        self, profile: Profile, recording: Recording, microphone: str, computer_sound: bool, other_allowed: bool
    ) -> None:
        self._dictation.drop()
        self._recorder.start(
            recording.id,
            profile.sound_folder(recording.encounter_id),
            profile.sound_key(recording.encounter_id),
            microphone,
            computer_sound=computer_sound,
            other_allowed=other_allowed,
        )
        self._recording = recording

    def _broken_off(self, encounter_id: str) -> Recording | None:
        recording = self._latest(encounter_id)
        if recording is None or self.recording_id == encounter_id:
            return None
        return recording if self.encounter(encounter_id).stage is Stage.RECORDING else None

    @property
    def recording_id(self) -> str:
        """The encounter that is being recorded, or nothing."""
        return self._recording.encounter_id if self._recording else ""

    def pause(self) -> None:
        self._recorder.pause()

    def resume(self) -> None:
        self._recorder.resume()

    def aside(self, begins: bool) -> None:
        """What is said from now on is an interruption (a colleague at the door, a call put through), or no longer is: no
        fact comes from it. It is recorded like the rest and can be put back. After three minutes it is over by itself."""
        self._recorder.aside(begins)

    def strike_last_minute(self) -> tuple[int, int]:
        """SLOW (two seconds or so): destroys the sound of the last minute, and what was written down of it. That it was
        struck stays on record, and the recording goes on.

        Returns:
            From where to where, in milliseconds of the recording.

        Raises:
            Fixable: "disk-full", "disk-error": may be called again.
        """
        recording, profile = self._recording, self._unlocked()
        if recording is None:
            raise Bug("No recording is running.", code="not-recording")
        words = self._work.leave(recording.encounter_id)  # what is being heard just now may be what is struck
        try:
            status = self._recorder.strike(_STRUCK_MS)
            struck = next(event.detail for event in reversed(status.recent) if event.what == "struck")
            start_ms, end_ms = map(int, struck.split("-"))
            profile.forget_segments(recording.id, start_ms)
            self._line.forget()
        finally:
            self._work.follow(profile, recording.encounter_id, words)
        return start_ms, end_ms

    def recorder_status(self) -> RecorderStatus:
        """What the recorder is doing; quick enough to be asked every 100 ms."""
        return self._recorder.status()

    def stop_recording(self) -> None:
        """SLOW (up to a second): ends the recording; `process` then goes on with it.

        Raises:
            Fixable: "disk-full" or "disk-error": what the disk did not take waits in memory; may be called again.
        """
        recording = self._recording
        if recording is None:
            return
        try:
            self._recorder.stop()
        except Bug as error:  # the recorder is gone; what it had written is on disk
            self._warn(recording.encounter_id, error)
        self._keep(self._unlocked(), recording)
        self._recording = None

    def begin_dictation(self, encounter_id: str, microphone: str = "") -> None:
        """SLOW: listens to the clinician alone, after the patient has left.

        Args:
            encounter_id: into whose note it goes.
            microphone: the computer's usual one for an empty name.

        Raises:
            Fixable: "recording-on", "consent-missing", "objection-stands", "already-signed", "only-demo",
                "no-microphone", …
        """
        self._require_lasting()
        require_recordable(self.encounter(encounter_id))
        self._require_silence("Dictate when it is over, or type.")
        self._dictation.begin(self._unlocked().sound_folder(encounter_id), microphone)

    def end_dictation(self) -> None:
        """SLOW (up to a second): listens to the clinician no longer."""
        self._dictation.end()

    def dictated(self, encounter_id: str, own_words: tuple[str, ...] = ()) -> tuple[str, ...]:
        """SLOW (as long as hearing takes): what was dictated, sentence by sentence. Its sound is destroyed.

        Args:
            encounter_id: into whose note it goes; this patient's medicines are expected words.
            own_words: the clinician's, which are expected too.

        Raises:
            Fixable: "dictation-stopped", …
        """
        known = self.encounter(encounter_id).patient.known_medicines
        return self._dictation.text((*expected.names(known), *own_words))

    def import_file(self, encounter_id: str, path: Path) -> None:
        """SLOW: takes in the sound of a file; `process` then goes on with it.

        Raises:
            Fixable: "consent-missing", "not-sound", "file-empty", "too-long", "disk-full", "only-demo", …
        """
        from scribe.capture import decode  # late: the window opens without the decoders

        encounter = self.encounter(encounter_id)
        require_recordable(encounter)
        profile = self._unlocked()
        info = decode.probe(path)
        if info.sha256 not in demo_recordings.hashes():
            self._require_lasting()
        recording = Recording(new_id(), encounter_id, "file", self._clock(), sha256=info.sha256)
        profile.save_recording(recording)
        folder, key = profile.sound_folder(encounter_id), profile.sound_key(encounter_id)
        with SealedWriter(folder, key, recording.id, sync_every_ms=60_000) as writer:
            for piece in decode.pcm(path, on_damage=functools.partial(self._warn, encounter_id)):
                writer.append(piece)
            writer.finish()
            recording = replace(recording, duration_ms=writer.duration_ms, complete=True)
        if heard := channels.measure(path):
            channels.keep(heard, folder, key, recording.id)
        profile.save_recording(recording, stage=Stage.RECORDED)
        self._tell(self.encounter(encounter_id))

    def demo_recordings(self) -> tuple[tuple[str, str], ...]:
        """Id and title of the bundled simulated consultations."""
        return tuple((each.id, each.title) for each in demo_recordings.bundled())

    def begin_demo(self, demo_id: str) -> Encounter:
        """An encounter for a bundled recording, with what a person would have entered."""
        bundled = demo_recordings.recording(demo_id)
        encounter = self.begin(bundled.mode, bundled.present, demo_recordings.PATIENT, template_id=bundled.template_id)
        return self.confirm_told(encounter.id)

    def import_demo(self, encounter_id: str, demo_id: str) -> None:
        """SLOW: takes in a bundled recording."""
        self.import_file(encounter_id, demo_recordings.recording(demo_id).path)

    def play(self, encounter_id: str, stretches: tuple[tuple[int, int], ...], speed: float = 1.0) -> None:
        """SLOW (the loudspeaker takes a moment): begins to play stretches of the recording, one after the other.

        Args:
            encounter_id: whose.
            stretches: each from and to, in milliseconds.
            speed: 1 to 2, at the same pitch.

        Raises:
            Fixable: "no-speaker".
        """
        profile = self._unlocked()
        if recording := self._latest(encounter_id):
            reader = SealedReader(profile.sound_folder(encounter_id), profile.sound_key(encounter_id), recording.id)
            sound = (piece for start_ms, end_ms in stretches for piece in reader.pcm(start_ms, end_ms))
            self._player.play(sound, speed)
            self._player.prepare()  # for the next

    def prepare_to_play(self) -> None:
        """SLOW (a process is started): so that the first evidence is heard as soon as it is asked for."""
        self._player.prepare()

    def stop_playing(self) -> None:
        self._player.stop()

    # ---------------------------------------------------------------- from sound to draft

    def process(self, encounter_id: str, detail: Detail = Detail.STANDARD, own_words: tuple[str, ...] = ()) -> None:
        """Starts or resumes the work on a recording, in the background.

        Args:
            encounter_id: which.
            detail: how much the note is to say.
            own_words: names and words of the clinician's that are often misheard.
        """
        self._work.submit(self._unlocked(), encounter_id, detail, own_words)

    def cancel(self, encounter_id: str) -> None:
        """Stops that work; everything made so far is kept, and `process` goes on from there."""
        self._work.cancel(encounter_id)

    def turns(self, encounter_id: str) -> tuple[Turn, ...]:
        recording = self._latest(encounter_id)
        return self._unlocked().turns(recording.id) if recording else ()

    def segments(self, encounter_id: str) -> tuple[Segment, ...]:
        """What was recognised so far, before it is known who said it."""
        recording = self._latest(encounter_id)
        return self._unlocked().segments(recording.id) if recording else ()

    # ---------------------------------------------------------------- who spoke, put right

    def assign_role(
        self, encounter_id: str, numbers: Collection[int], role: Role, who: Present | None = None
    ) -> tuple[Turn, ...]:
        """Says who spoke some turns. Work under way is stopped (two seconds at the most); `process` begins it anew."""
        return self._correct(encounter_id, lambda turns: correct.assign(turns, numbers, role, who))

    def assign_voice(self, encounter_id: str, number: int, role: Role, who: Present | None = None) -> tuple[Turn, ...]:
        """Says whose voice is heard in turn `number`, and in all others where it is."""
        return self._correct(encounter_id, lambda turns: correct.assign_voice(turns, number, role, who))

    def swap_roles(self, encounter_id: str, numbers: Collection[int] | None = None) -> tuple[Turn, ...]:
        """Makes clinician and patient change places, in some turns or throughout."""
        return self._correct(
            encounter_id, lambda turns: correct.swap_all(turns) if numbers is None else correct.swap(turns, numbers)
        )

    def leave_out(self, encounter_id: str, numbers: Collection[int], out: bool = True) -> tuple[Turn, ...]:
        """Takes turns out of what the note is made from, or puts them back."""
        return self._correct(encounter_id, lambda turns: correct.leave_out(turns, numbers, out))

    def _correct(self, encounter_id: str, change: Callable[[tuple[Turn, ...]], tuple[Turn, ...]]) -> tuple[Turn, ...]:
        recording = self._latest(encounter_id)
        if recording is None:
            raise Bug("There is no recording.", code="no-recording")
        profile = self._unlocked()
        before = profile.turns(recording.id)
        if not before:
            raise Bug("Nobody knows yet who spoke.", code="no-turns")
        self._work.stop(encounter_id)  # a draft of what was there before is no use to anybody
        turns = change(before)
        profile.save_turns(recording.id, turns)
        self._listener(TurnsReady(encounter_id, turns))
        return turns

    # ---------------------------------------------------------------- review

    def templates(self) -> tuple[TemplateInfo, ...]:
        return tuple(_info(template) for template in templates.all_templates())

    def refused_templates(self) -> tuple[Fixable, ...]:
        """What is wrong with those that cannot be used."""
        return templates.refused()

    def draft(self, encounter_id: str) -> Draft | None:
        """The latest revision."""
        return self._unlocked().latest_draft(encounter_id)

    def save_draft(self, draft: Draft) -> None:
        """Saves a revision, if it is not saved yet. The disk decides how long this takes."""
        latest = self.draft(draft.encounter_id)
        if latest is None or latest.id != draft.id:
            self._unlocked().save_draft(draft)

    def typed_draft(self, encounter_id: str) -> Draft:
        """An empty note to type into, for an encounter without a recording.

        Raises:
            Fixable: "only-demo", "already-signed".
        """
        self._require_lasting()
        encounter = self._on(encounter_id).type_note()
        draft = typed_note(encounter, templates.load(encounter.template_id).version, now=self._clock())
        self._unlocked().save_draft(draft)
        self._tell(encounter)
        return draft

    def re_render(self, encounter_id: str, template_id: str, detail: Detail) -> Draft:
        """Another view of the same ledger; what the clinician wrote and settled is kept."""
        profile, encounter = self._unlocked(), self.encounter(encounter_id)
        template = templates.load(template_id)
        recording = self._latest(encounter_id)
        ledger = profile.ledger(recording.id) if recording else None
        latest = profile.latest_draft(encounter_id)
        if ledger is None:
            if latest is None:
                raise Bug("There is no note yet.", code="no-draft")
            draft = replace(
                latest,
                id=new_id(),
                template_id=template.id,
                template_version=template.version,
                detail=detail,
                made_at=self._clock(),
                revision=latest.revision + 1,
                parent_id=latest.id,
            )
        else:
            draft = render.render(
                ledger, template, detail, encounter_id=encounter_id, mode=encounter.mode, previous=latest
            )
            if latest:  # which models heard it does not change with the view
                draft = replace(draft, made_by=tuple(sorted({*draft.made_by, *latest.made_by})))
        profile.save_draft(draft)
        return draft

    def look_again(self, encounter_id: str, line: Line, before: str) -> Verdict | None:
        """SLOW (a moment): whether a line, as it reads now, says more than the words that prove it.

        Args:
            encounter_id: whose.
            line: as it was edited.
            before: how it read before.

        Returns:
            What was not said of it, or None.
        """
        ledger = None
        if recording := self._latest(encounter_id):
            ledger = self._unlocked().ledger(recording.id)
        turns = {turn.id: turn for turn in self.turns(encounter_id)}
        return look_again(line, ledger, turns, self.encounter(encounter_id).mode, before=before)

    def eyes(self, draft: Draft) -> Eyes:
        """SLOW (up to half a second): who looks over a draft and its later revisions, having looked over this one."""
        encounter = self.encounter(draft.encounter_id)
        ledger = self._unlocked().ledger(draft.recording_id) if draft.recording_id else None
        turns = self.turns(draft.encounter_id) if draft.recording_id else ()
        made = Eyes(turns, ledger, encounter.mode, encounter.patient.known_medicines, self._must_see)
        made.looks(draft)
        return made

    def changes(self, encounter_id: str) -> tuple[Change, ...]:
        """What the clinician changed: since the signed version before or, where there is none, since Scribe's draft."""
        last = self.draft(encounter_id)
        return changes(self._as_drafted(last), last) if last else ()

    def _as_drafted(self, last: Draft) -> Draft:
        """What `last` would be if nobody had touched it: the signed version, or the ledger in the same view."""
        if before := self.signed(last.encounter_id):
            return replace(last, lines=before.lines)
        ledger = self._unlocked().ledger(last.recording_id) if last.recording_id else None
        if ledger is None:
            return replace(last, lines=())
        return render.render(
            ledger,
            templates.load(last.template_id),
            last.detail,
            encounter_id=last.encounter_id,
            mode=self.encounter(last.encounter_id).mode,
        )

    def stamp_preview(self, encounter_id: str) -> str:
        """The line that the exports will carry if it is signed now."""
        draft, before = self._require_draft(encounter_id), self.signed(encounter_id)
        version = before.version + 1 if before else 1
        if self._bundled(draft):
            return demo_stamp(draft, version)
        return stamp(draft, self._unlocked().clinician, self._clock(), version)

    def sign(self, encounter_id: str, pin: str, confirmed_patient: Patient, draft_id: str = "") -> SignedNote:
        """SLOW: signs the latest draft. What came from a bundled recording becomes a note that says so, not a real one.

        Args:
            encounter_id: which.
            pin: asked just now.
            confirmed_patient: the patient as the page showed them.
            draft_id: the revision that the page showed; none where nothing is shown.

        Raises:
            Fixable: "pin-wrong", "checks-open", "patient-missing", "patient-changed", "note-empty", "draft-changed",
                "sensitive-in-letter", …
        """
        profile = self._unlocked()
        draft = self._require_draft(encounter_id)
        if draft_id and draft_id != draft.id:
            raise Fixable(
                "What is saved is not what was shown to you.",
                safe="Nothing was signed.",
                do="Go back to the note, look at it again, then sign.",
                code="draft-changed",
            )
        if self._work.is_busy_with(encounter_id):
            raise Fixable(
                "The note is being made anew, because you put right who spoke.",
                safe="Nothing was signed.",
                do="Wait a moment, look at what changed, then sign.",
                code="still-drafting",
            )
        encounter = self.encounter(encounter_id)
        profile.check_pin(pin)
        if self._bundled(draft):
            return self.sign_demo(encounter_id)
        self._require_lasting()
        template = templates.load(draft.template_id)
        note = sign(
            draft,
            encounter,
            profile.clinician,
            headings=_headings(draft),
            confirmed_patient=confirmed_patient,
            now=self._clock(),
            unseen=len(must_be_seen(self.eyes(draft).looks(draft))),
            replaces=self.signed(encounter_id),
            patient_facing=template.patient_facing,
            document_code=template.composition,
        )
        profile.save_signed(note)
        self._tell(self.encounter(encounter_id))
        return note

    def sign_demo(self, encounter_id: str) -> SignedNote:
        """The demonstration's note, which nobody reviewed and which says so.

        Raises:
            Fixable: "not-a-demo": the sound is not one of the bundled recordings.
        """
        draft, recording = self._require_draft(encounter_id), self._latest(encounter_id)
        if recording is None:
            raise Bug("There is no recording.", code="no-recording")
        note = sign_demo(
            draft,
            self.encounter(encounter_id),
            recording,
            demo_recordings.hashes(),
            headings=_headings(draft),
            now=self._clock(),
            replaces=self.signed(encounter_id),
        )
        self._unlocked().save_signed(note)
        self._tell(self.encounter(encounter_id))
        return note

    def signed(self, encounter_id: str) -> SignedNote | None:
        """The newest signed version."""
        return next(reversed(self._unlocked().signed_notes(encounter_id)), None)

    def amend(self, encounter_id: str) -> Draft:
        """A draft that begins where the signed note ended, or the correction that was begun before; signing it makes the
        next version."""
        profile = self._unlocked()
        note = self.signed(encounter_id)
        if note is None:
            raise Bug("There is no signed note to correct.", code="note-missing")
        latest = profile.latest_draft(encounter_id)
        if latest is not None and latest.id != note.draft_id:
            return latest
        return self._begin_anew(note)

    def _begin_anew(self, note: SignedNote) -> Draft:
        profile = self._unlocked()
        signed_from = next(draft for draft in profile.drafts(note.encounter_id) if draft.id == note.draft_id)
        draft = amend(note, signed_from, now=self._clock())
        profile.save_draft(draft)
        return draft

    def correction_begun(self, encounter_id: str) -> bool:
        """Whether a signed note was changed since, and that is not signed."""
        note, latest = self.signed(encounter_id), self.draft(encounter_id)
        return note is not None and latest is not None and latest.id != note.draft_id and latest.lines != note.lines

    def drop_correction(self, encounter_id: str) -> None:
        """Gives a correction up that was begun: the note stands as it was signed."""
        note = self.signed(encounter_id)
        if note is not None and self.correction_begun(encounter_id):
            self._begin_anew(note)

    # ---------------------------------------------------------------- export

    def heading_text(self, note: SignedNote, problem: str, heading: str) -> str:
        """One heading of one problem as this site pastes it, with the one-line stamp.

        Raises:
            Fixable: "patient-corrected", "export-profile-missing", "export-profile-wrong".
        """
        self._orders().require_right_patient(note)
        return export.heading_text(note, problem, heading, self.export_site())

    def note_text(self, note: SignedNote) -> str:
        """The whole signed note as this site pastes it; raises as `heading_text` does."""
        self._orders().require_right_patient(note)
        return export.note_text(note, self.export_site())

    def use_site(self, site_id: str) -> None:
        """Chooses the export profile by which everything leaves from now on."""
        self._site_id = site_id

    def export_site(self) -> site.Site:
        """The export profile in use.

        Raises:
            Fixable: "export-profile-missing", "export-profile-wrong".
        """
        return site.load(self._site_id)

    def export(self, encounter_id: str, formats: tuple[str, ...], folder: Path) -> tuple[Receipt, ...]:
        """SLOW: writes the newest signed version, one file a format and the manifest, each with a receipt.

        Where the folder is away or full the export waits, and `retry_waiting` takes it up.

        Raises:
            Fixable: "not-signed", "export-waits", "patient-corrected", "other-record", and what a format or the
                folder refuses.
        """
        profile = self._unlocked()
        receipts = self._orders().export(encounter_id, formats, folder, self._site_id)
        self._tell(profile.encounter(encounter_id))
        return receipts

    def waiting(self, encounter_id: str = "") -> tuple[Waiting, ...]:
        """Exports that are not done, of one encounter or of all, the one asked for first in front."""
        return self._orders().waiting(encounter_id)

    def waiting_encounters(self) -> tuple[str, ...]:
        """The encounters of which an export is not done, the one asked for first in front."""
        return self._orders().owners()

    def retry_waiting(self) -> tuple[Receipt, ...]:
        """SLOW: tries everything that waits once more, behind a locked screen too. Returns what was written; what was
        not goes on waiting."""
        profile = self._profile
        if profile is None:
            return ()
        written = Orders(profile, self._clock).retry()
        for encounter_id in written:
            self._tell(profile.encounter(encounter_id))
        return tuple(receipt for receipts in written.values() for receipt in receipts)

    def forget_waiting(self, waiting_id: str) -> None:
        """Gives up an export that waits."""
        self._orders().forget(waiting_id)

    def misfiled(self, encounter_id: str) -> tuple[Misfiled, ...]:
        """Earlier versions that left Scribe under another patient's name."""
        return self._orders().misfiled(encounter_id)

    def _orders(self) -> Orders:
        return Orders(self._unlocked(), self._clock)

    def receipts(self, encounter_id: str) -> tuple[Receipt, ...]:
        return self._unlocked().receipts(encounter_id)

    def copies(self, encounter_id: str) -> dict[tuple[str, str], datetime | None]:
        """When each heading with lines of the newest signed version was last copied, by its problem and id in the note's
        order; None for what never was."""
        note = self.signed(encounter_id)
        return export.copies(note, self.receipts(encounter_id)) if note else {}

    def copied(self, encounter_id: str, text: str, passage: tuple[str, str] | None = None) -> None:
        """To be told when text of a signed note was put on the clipboard: a receipt with its hash is kept.

        The note has reached its record once every heading with lines was copied; one of them alone may be all that did.

        Args:
            encounter_id: whose.
            text: as it was copied.
            passage: which heading of which problem; the whole note where none is named.
        """
        note = self.signed(encounter_id)
        if note is None:
            raise Bug("Text of an unsigned note was about to be copied.", code="not-signed")
        self._guard.copied(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        passages = export.passages(note) if passage is None else (passage,)
        receipt = Receipt(new_id(), note.id, "clipboard", "", digest, self._clock(), passages)
        profile = self._unlocked()
        whole = all(export.copies(note, (*profile.receipts(encounter_id), receipt)).values())
        profile.save_receipt(receipt, stage=Stage.EXPORTED if whole else None)
        self._tell(profile.encounter(encounter_id))

    # ---------------------------------------------------------------- inside

    def _opened(self) -> Store:
        if self._store is None:
            raise Bug("The store is not open.", code="store-closed")
        return self._store

    def _unlocked(self) -> Profile:
        if self._locked or self._profile is None:
            raise Fixable("Scribe is locked.", safe="Your work is kept.", do="Enter your PIN.", code="locked")
        return self._profile

    def _at_desk(self) -> Session:
        self._unlocked()
        assert self._session is not None
        return self._session

    def _on(self, encounter_id: str) -> Session:
        """The session with this encounter open."""
        session = self._at_desk()
        if (before := session.current) and before.id != encounter_id:
            self.finish_interrupted(before.id)
        session.open(encounter_id)
        return session

    def _latest(self, encounter_id: str) -> Recording | None:
        return next(reversed(self._unlocked().recordings(encounter_id)), None)

    def _bundled(self, draft: Draft) -> bool:
        """Whether a draft came from one of the simulated consultations that come with Scribe."""
        recording = self._latest(draft.encounter_id)
        return (
            recording is not None
            and recording.id == draft.recording_id
            and recording.sha256 in demo_recordings.hashes()
        )

    def _require_lasting(self) -> None:
        """To be asked before anything of a real consultation is taken in."""
        if self._throwaway:
            raise Fixable(
                "This is a demonstration, and everything in it is forgotten when Scribe closes.",
                safe="Nothing was recorded.",
                do="Close this window and start Scribe itself for a real consultation.",
                code="only-demo",
            )

    def _require_silence(self, do: str) -> None:
        """To be asked before anything but a consultation is listened to."""
        if self._recording:
            raise Fixable(
                "A consultation is being recorded, so Scribe cannot listen to anything else.",
                safe="The recording goes on.",
                do=do,
                code="recording-on",
            )

    def _require_draft(self, encounter_id: str) -> Draft:
        if draft := self.draft(encounter_id):
            return draft
        raise Fixable("There is no note yet.", do="Wait for the draft, or type the note.", code="no-draft")

    def _end_recording(self, profile: Profile) -> None:
        recording, self._recording = self._recording, None
        if recording:
            try:
                self._recorder.stop()
            except ScribeError as error:  # it died; what it had written is on disk
                self._warn(recording.encounter_id, error)
            self._keep(profile, recording)

    def _keep(self, profile: Profile, recording: Recording) -> None:
        """A recording is over: its length, what happened and who was heard where are read from the disk."""
        folder, key = profile.sound_folder(recording.encounter_id), profile.sound_key(recording.encounter_id)
        reader = SealedReader(folder, key, recording.id)
        extent = reader.extent()
        if heard := channels.of(reader.two_channels()):
            channels.keep(heard, folder, key, recording.id)
        over = replace(recording, duration_ms=extent.duration_ms, complete=extent.complete, events=reader.events())
        profile.save_recording(over, stage=Stage.RECORDED)
        self._work.recorded(recording.encounter_id)
        self._tell(profile.encounter(recording.encounter_id))

    def _stop_work(self, encounter_id: str) -> None:
        """Before an encounter is destroyed: nothing may write to it afterwards."""
        self._player.stop()
        self._work.stop(encounter_id)

    def _close_encounter(self, encounter: Encounter) -> None:
        """The session closes an encounter: its recording ends first."""
        if self._recording and self._recording.encounter_id == encounter.id:
            self.stop_recording()
        self.finish_interrupted(encounter.id)

    def _tell(self, encounter: Encounter) -> Encounter:
        self._listener(StageChanged(encounter))
        return encounter

    def _warn(self, encounter_id: str, error: ScribeError) -> None:
        self._listener(Warned(encounter_id, error))


def _digits(registration: str) -> str:
    return "".join(sign for sign in registration if sign.isdecimal())


def _info(template: Template) -> TemplateInfo:
    return TemplateInfo(template.id, template.title, tuple((rule.id, rule.title) for rule in template.headings))


def _headings(draft: Draft) -> list[Heading]:
    return [rule.heading for rule in templates.load(draft.template_id).headings]
