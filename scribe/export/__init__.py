"""The last step: a signed note becomes files for the health record, each with a receipt.

Every format is a module behind one interface (`formats.Format`): it renders a note, and reads a file back. An
unsigned note cannot come here: the type says so, and `export` holds the note against its own digest before it writes
anything.
"""

from scribe.export.formats import FORMATS
from scribe.export.paste import copies, heading_text, note_text, passages

__all__ = ["FORMATS", "copies", "heading_text", "note_text", "passages"]
