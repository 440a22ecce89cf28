"""Programs as what they mean: the judge of all other back ends."""
