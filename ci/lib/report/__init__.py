"""The summary and the page that ci/harness shows at its end."""
