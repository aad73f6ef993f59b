"""What ci/harness shows in the end: a summary and a page."""
