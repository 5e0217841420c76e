"""What the text scanner finds, misses, confuses and destroys, and how fast it is: `python -m benchmarks.deid`."""
