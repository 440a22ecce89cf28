"""The reference back end: programs interpreted, to check other back ends against."""
