"""Errors that people can act on, apart from those that are our own mistakes.

Every message answers three questions: what happened, what is safe, what to do. None of them carries clinical
text, so that they may be logged and shown anywhere.
"""

from __future__ import annotations


class ScribeError(Exception):
    """Something went wrong; `str()` gives the whole message in plain words.

    Args:
        happened: what happened, one sentence.
        safe: what is safe nevertheless ("Everything recorded so far is saved.").
        do: what the person can do now.
        code: a stable name for tests, logs and translation, such as "disk-full".
    """

    def __init__(self, happened: str, *, safe: str = "", do: str = "", code: str = "") -> None:
        super().__init__(" ".join(part for part in (happened, safe, do) if part))
        self.happened = happened
        self.safe = safe
        self.do = do
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross the pipe from the child processes, and pickle calls with positional arguments only.
        return (_rebuild, (type(self), self.happened, self.safe, self.do, self.code))


def _rebuild(kind: type[ScribeError], happened: str, safe: str, do: str, code: str) -> ScribeError:
    return kind(happened, safe=safe, do=do, code=code)


class Fixable(ScribeError):
    """The person (or their administrator) can put it right: disk full, no microphone, model missing."""


class Bug(ScribeError):
    """Our mistake: the program must say so and keep everything that was committed."""
