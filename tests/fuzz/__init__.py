"""Long runs, by `make fuzz`: random programs against oracles that know better."""
