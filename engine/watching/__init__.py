"""Watching operations as they are recorded: their source lines, and where a nan came from."""
