"""What callers hand to nn, checked where it comes in."""
