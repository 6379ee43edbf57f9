"""The last step: a signed note becomes files for the health record, each with a receipt.

Every format is a module with one function, `render(note) -> bytes`. An unsigned note cannot come here: the type
says so, and `export` holds the note against its own digest before it writes anything.
"""

from scribe.export.export import FORMATS, export
from scribe.export.text import heading_text, note_text

__all__ = ["FORMATS", "export", "heading_text", "note_text"]
