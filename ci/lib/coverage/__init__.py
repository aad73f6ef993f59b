"""Lists the lines and branches of the ring library that no unit test reaches."""
