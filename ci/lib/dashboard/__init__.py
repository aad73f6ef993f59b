"""The history of measurements as a page, and in the formats of other tools."""
