"""`python -m scribe.models`: the same as `scribe models`, for run.py, before all of Scribe can run."""

from scribe.models.cli import models_app

models_app()
