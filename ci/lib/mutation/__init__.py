"""Makes small changes in the ring library (mutants), and finds out whether tests notice them."""
