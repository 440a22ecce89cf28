"""A recorded graph, the roles of its leaves, and its classes in arrays."""
