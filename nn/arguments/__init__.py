"""The arguments of nn, checked where they come in."""
