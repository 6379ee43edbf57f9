"""The models that Scribe runs: which there are, fetched, checked, converted, ready to load.

list_models()                     what there is, quickly
installed("whisper-base")         ready to load, every hash checked
get("whisper-base", on_progress)  fetched first, if need be
import_from(path)                 carried in by hand
is_trained("qwen-0.5b")           whether we trained it to write notes
drafting()                        the language model that drafts where nobody chose one
verify(name), remove(name)
"""

from scribe.models.choice import LARGE, SMALL, drafting
from scribe.models.fetch import Progress, get, import_from
from scribe.models.shelf import InstalledModel, Listed, installed, is_trained, list_models, remove, verify

__all__ = [
    "LARGE",
    "SMALL",
    "InstalledModel",
    "Listed",
    "Progress",
    "drafting",
    "get",
    "import_from",
    "installed",
    "is_trained",
    "list_models",
    "remove",
    "verify",
]
