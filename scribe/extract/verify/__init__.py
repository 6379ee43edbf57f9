"""Holds a fact against the words that are cited for it. Pure, quick, deterministic; no model takes part."""

from scribe.extract.verify.verify import verify

__all__ = ["verify"]
