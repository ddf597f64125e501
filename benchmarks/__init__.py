"""Speed of the chain and of the writer, as ratios within one run: ``python -m benchmarks``."""
