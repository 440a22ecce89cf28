"""What is given with a run for its page: sentences about it, and the part of it that is shown."""
