"""The machine below the mathematics: optional packages, files and the garbage collector."""
