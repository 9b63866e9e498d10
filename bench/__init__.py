"""Benchmarks: pages and scores of a full city against limits in the same run."""
