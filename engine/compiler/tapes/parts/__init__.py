"""Graphs recorded whole, taken apart: terms of a sum that are alike, and the head above them."""
