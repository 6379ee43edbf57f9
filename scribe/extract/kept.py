"""The writer's answers, kept by the passage as the writer reads it, so that no passage is written twice.

While people talk, passages that are over are written ahead; when the talk is over, or when a role is put right, only
those that read differently are written. An answer depends on nothing but its passage, so the facts are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        """What is known comes first. What had ended before `go_on` said no is kept."""
        new: dict[str, list[int]] = {}
        for place, prompt in enumerate(prompts):
            if prompt in self.answers:
                yield place, self.answers[prompt]
            else:
                new.setdefault(prompt, []).append(place)
        asked = list(new)
        for number, answer in self._model.write(asked, go_on):
            self.answers[asked[number]] = answer
            for place in new[asked[number]]:
                yield place, answer
