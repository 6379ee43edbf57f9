"""Who spoke, put right: what can be said of the turns that are chosen in the transcript."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from scribe.desk import Desk
from scribe.records import Present, Role, Turn
from ui import words

Correction = Callable[[], object]


class Speakers:
    """Makes corrections of who spoke for one encounter; each is a slow call for a worker thread."""

    def __init__(self, desk: Desk, encounter_id: str, chosen: Sequence[Turn]) -> None:
        self._desk, self._encounter_id = desk, encounter_id
        self._chosen = tuple(chosen)
        self._numbers = frozenset(turn.number for turn in chosen)

    def swap(self) -> Correction:
        """Clinician and patient change places in these turns."""
        return lambda: self._desk.swap_roles(self._encounter_id, self._numbers)

    def swap_all(self) -> Correction:
        """They change places throughout."""
        return lambda: self._desk.swap_roles(self._encounter_id)

    def swap_voice(self) -> Correction:
        """The voice of the first of these turns is the other one's, everywhere."""
        first = self._chosen[0]
        return self.voice(Role.PATIENT if first.role is Role.CLINICIAN else Role.CLINICIAN)

    def turns(self, role: Role, who: Present | None = None) -> Correction:
        """These turns were spoken by somebody."""
        return lambda: self._desk.assign_role(self._encounter_id, self._numbers, role, who)

    def voice(self, role: Role, who: Present | None = None) -> Correction:
        """The voice of the first of these turns is somebody's, everywhere."""
        number = self._chosen[0].number
        return lambda: self._desk.assign_voice(self._encounter_id, number, role, who)

    def leave_out(self) -> Correction:
        """These turns are left out of the note or, where all of them are already, put back."""
        out = not self.are_left_out
        return lambda: self._desk.leave_out(self._encounter_id, self._numbers, out)

    @property
    def are_left_out(self) -> bool:
        return all(turn.left_out for turn in self._chosen)

    def menu(self, parent: QWidget, make: Callable[[Correction], None]) -> QMenu:
        """Everything that can be said of these turns; `make` is given what was chosen."""
        menu = QMenu(parent)
        menu.setAccessibleName(parent.tr("Who spoke?"))
        people: tuple[tuple[str, Role, Present | None], ...] = (
            (words.role(Role.CLINICIAN), Role.CLINICIAN, None),
            (words.role(Role.PATIENT), Role.PATIENT, None),
            *((words.present(who), Role.OTHER, who) for who in Present),
            (words.role(Role.OTHER), Role.OTHER, None),
        )
        for title, correction in (
            (parent.tr("This part was said by"), self.turns),
            (parent.tr("This voice, everywhere, is"), self.voice),
        ):
            inner = menu.addMenu(title)
            for name, role, who in people:
                inner.addAction(name).triggered.connect(
                    lambda _=False, call=correction, role=role, who=who: make(call(role, who))
                )
        menu.addSeparator()
        out = parent.tr("Put this part back") if self.are_left_out else parent.tr("Leave this part out of the note")
        for title, made in (
            (parent.tr("Swap clinician and patient here"), self.swap()),
            (parent.tr("Swap them throughout"), self.swap_all()),
            (out, self.leave_out()),
        ):
            menu.addAction(title).triggered.connect(lambda _=False, made=made: make(made))
        return menu
