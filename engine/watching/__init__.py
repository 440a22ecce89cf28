"""Watching operations as they are recorded: source lines, and the origin of a nan."""
