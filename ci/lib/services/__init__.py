"""Builds the fuzz targets as the fuzzing services do, and judges them."""
