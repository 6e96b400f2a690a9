"""Measurements anyone can run; each prints a control taken in the same run."""
