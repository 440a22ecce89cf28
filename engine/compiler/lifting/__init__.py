"""Lifting: from the classes of a graph to array instructions."""
