"""Segments → turns: who said what, from how it sounds and from what is said.

`speaker` tells how a voice sounds, `clusters` sorts voices into people, `roles` reads who talks like a
clinician, `attribute` makes one decision of both. `numbered` takes transcripts whose roles are known.
"""
