"""ci/dashboard --selftest: how often the dashboard's steps are right, in normal noise and in that of public histories."""
