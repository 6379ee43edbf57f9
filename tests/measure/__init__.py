"""Not tests: what is measured by hand and stands in README. Each module says how it is run."""
