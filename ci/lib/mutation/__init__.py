"""Small changes of the core, and whether a test notices them."""
