"""What of the core no test reaches."""
