"""Recording: a graph, the roles of its leaves, and its classes as index arrays."""
