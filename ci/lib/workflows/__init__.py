"""Rules for the hosted workflows of .github/workflows."""
