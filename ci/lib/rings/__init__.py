"""Rings that people run: installs each, runs `ringproof check` on it, and tells what is new from what is known."""
