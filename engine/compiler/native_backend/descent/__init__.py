"""Descent in machine code: many steps in one call."""
