"""Export profiles of the site: which there are, what each does, which is in use; imported and removed by an administrator."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QVBoxLayout, QWidget

from scribe.errors import ScribeError
from scribe.export import FORMATS, site
from ui import theme
from ui.announce import announce
from ui.bridge import Bridge
from ui.preferences import Preferences
from ui.widgets.basic import Button, Card, Choice, chip, clear, field, flow, label, row


class ProfilesCard(Card):
    """The profile in use, and each that there is.

    Signals:
        failed(ScribeError).
    """

    failed = Signal(object)

    def __init__(self, bridge: Bridge, preferences: Preferences) -> None:
        super().__init__()
        self._bridge, self._preferences = bridge, preferences
        self._listed: tuple[site.Listed, ...] = ()
        self.choice = Choice(self.tr("Export profile"))
        self.choice.activated.connect(lambda _: self._use(self.choice.currentData()))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GAP)
        bring = Button(self.tr("Import a profile…"), self._choose, icon="folder")
        self.add(
            label(self.tr("Export"), "heading"),
            field(
                self.tr("Export profile"),
                self.choice,
                self.tr(
                    "How signed notes leave this computer: which files, where to, and how text is pasted. "
                    "Your integration team makes profiles; an administrator of this computer imports them."
                ),
            ),
            self._list,
            flow(bring),
        )

    def refresh(self) -> None:
        """Reads the profiles again."""
        self._listed = site.all_sites()
        used = self._preferences.now.export_profile
        self.choice.clear()
        for each in self._listed:
            self.choice.addItem(each.site.title if each.site else each.id, each.id)
        if self.choice.findData(used) < 0:
            self.choice.addItem(self.tr("{name} (not here any more)").format(name=used), used)
        self.choice.setCurrentIndex(self.choice.findData(used))
        clear(self._list)
        for each in self._listed:
            if each.imported or each.site is None or each.id == used:
                self._list.addWidget(self._row(each, in_use=each.id == used))

    def take_in(self, path: Path) -> None:
        """Imports a profile; whoever may not write there is told so."""
        self._bridge.run(lambda: site.import_site(path), lambda _: self._changed(self.tr("Imported")), self._refused)

    def remove(self, site_id: str) -> None:
        """Removes an imported profile; where it was in use, the usual one is from now on."""

        def removed(_: object) -> None:
            if self._preferences.now.export_profile == site_id:
                self._use(site.DEFAULT)
            self._changed(self.tr("Removed"))

        self._bridge.run(lambda: site.remove(site_id), removed, self._refused)

    def _row(self, listed: site.Listed, *, in_use: bool) -> QWidget:
        made = QWidget()
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        inner = QVBoxLayout(made)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GRID)
        name = listed.site.title if listed.site else listed.id
        head = row(label(name, "strong"), *((chip(self.tr("✓ In use"), "good"),) if in_use else ()))
        head.setStretch(0, 1)
        inner.addLayout(head)
        if listed.problem:
            inner.addWidget(label(str(listed.problem), tone="bad"))
        if listed.site:
            for said in self._about(listed.site):
                inner.addWidget(label(said, "small"))
        if listed.imported:
            inner.addLayout(flow(self._remove_button(listed.id, name)))
        return made

    def _about(self, of: site.Site) -> list[str]:
        formats = ", ".join(FORMATS[each].title if each in FORMATS else each for each in of.formats)
        said = [self.tr("Files: {formats}").format(formats=formats)]
        said.append(self.tr("Folder: {folder}").format(folder=of.folder or self.tr("the one you chose above")))
        if of.organisation.name or of.organisation.ods:
            who = ", ".join(part for part in (of.organisation.name, of.organisation.ods) if part)
            said.append(self.tr("Organisation: {who}").format(who=who))
        if of.text.paste is not site.Paste.PLAIN:
            said.append(self.tr("Copied text is put into plain characters"))
        if of.docx.letterhead:
            said.append(self.tr("Letterhead: {name}").format(name=Path(of.docx.letterhead).name))
        if of.identity.folder:
            said.append(
                self.tr("The record system says who the patient is in {folder}").format(folder=of.identity.folder)
            )
        return said

    def _remove_button(self, site_id: str, name: str) -> Button:
        """Asks once, in its own words: what is removed must be imported again."""
        sure = self.tr("Remove it for good?")

        def press() -> None:
            if button.accessibleName() == sure:
                self.remove(site_id)
            else:
                button.say(sure)

        button = Button(self.tr("Remove"), press, kind="quiet", name=self.tr("Remove {name}").format(name=name))
        return button

    def _use(self, site_id: str) -> None:
        try:
            self._preferences.change(export_profile=site_id)
        except ScribeError as error:
            self.failed.emit(error)
        self.refresh()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Export profile"), str(Path.home()), self.tr("Export profiles (*.toml)")
        )
        if chosen:
            self.take_in(Path(chosen))

    def _changed(self, said: str) -> None:
        self.refresh()
        announce(self, said)

    def _refused(self, error: ScribeError) -> None:
        self.refresh()
        self.failed.emit(error)
