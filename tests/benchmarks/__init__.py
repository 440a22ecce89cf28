"""Benchmarks: ratios against a peer that runs the same program in the same run (`make bench`)."""
