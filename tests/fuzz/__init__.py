"""Accuracy on thousands of random graphs: minutes of work, no part of the tests (`make fuzz`)."""
