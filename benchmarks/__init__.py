"""What PowerHold costs, beside other ways of doing the same work: `python -m benchmarks`."""
