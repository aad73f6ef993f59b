"""Fuzzing: corpora, engines, findings, the nightly run, and whether engines find planted faults."""
