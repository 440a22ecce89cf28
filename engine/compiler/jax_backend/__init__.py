"""The back end in JAX: a program as readable `jax.numpy`, compiled by XLA."""
