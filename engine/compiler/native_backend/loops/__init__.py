"""The loops of a step, for each family of kinds."""
