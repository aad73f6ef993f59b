"""Reads and writes the formats of other tools, one module each.

A module has read(path), which returns a Reading. It may have write(records), which returns a document (or a text), and the
records that are in it, in the order in which read() gives them."""
