"""Finding defects by fuzzing: corpora, engines, what they find, and whether they find what was planted."""
