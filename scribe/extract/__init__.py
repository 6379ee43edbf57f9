"""Turns → ledger: exchanges, facts with their evidence, verdicts, merge and coverage."""
