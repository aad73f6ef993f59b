"""Compares a crash with the crash of 2014, from a core dump or from the kernel's log line."""
