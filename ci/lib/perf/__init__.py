"""Measures what the ring library costs at a commit, in instructions and in time, and compares commits."""
