"""Long runs: `make fuzz`."""
