"""What a step keeps in memory, where, and when it is computed."""
