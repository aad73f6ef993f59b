"""Lists the lines and branches of the ring library that no test reaches."""
