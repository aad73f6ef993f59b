"""What a commit costs, in instructions and in time."""
