"""Whether a crash is that of 2014: from a core dump, or from the kernel's line about it."""
