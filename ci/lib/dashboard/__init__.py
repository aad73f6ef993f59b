"""The history of measurements, to be looked at, and in the formats of other tools."""
