"""The writer's answers, kept by the passage as the writer reads it, so that no passage is written twice.

While people talk, passages that are over are written ahead; when the talk is over, or when a role is put right, only
those that read differently are written. An answer depends on nothing but its passage, so the facts are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from scribe.extract.writer import GoOn, Model, Said

Answers = dict[str, list[Said]]
"""What was answered, by the passage as it was shown (`Passage.as_prompt`)."""


class KeptAnswers:
    """A `Model` that hands on what it was not asked before, and answers the rest itself.

    Args:
        model: writes.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.made_by = model.made_by
        self.answers: Answers = {}

    def write(self, prompts: Sequence[str], go_on: GoOn) -> list[list[Said]]:
        """Answers in the order of the prompts; where `go_on` says no, new ones are broken off and not kept."""
        new = [prompt for prompt in dict.fromkeys(prompts) if prompt not in self.answers]
        known = len(prompts) - len(new)
        watch = _Watched(go_on, known)
        if new and watch(0):
            written = self._model.write(new, watch)
            if not watch.stopped:
                self.answers.update(zip(new, written, strict=True))
        return [self.answers.get(prompt, []) for prompt in prompts]


class _Watched:
    """Counts what was known before as ended, and remembers a no."""

    def __init__(self, go_on: GoOn, known: int) -> None:
        self._go_on = go_on
        self._known = known
        self.stopped = False

    def __call__(self, ended: int) -> bool:
        self.stopped = self.stopped or not self._go_on(self._known + ended)
        return not self.stopped
