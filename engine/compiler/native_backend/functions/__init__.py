"""Functions of numbers, made of operations that every processor has: the same bits everywhere."""
