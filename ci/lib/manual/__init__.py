"""Manual pages and completion, made from what --help prints and from ring.h."""
