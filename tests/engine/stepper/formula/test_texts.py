"""What a page says of operations, for the numbers of a run: the texts of Python, to the letter."""
