"""Ledger → draft note, by templates that lay out and state nothing themselves."""
