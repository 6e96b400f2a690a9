"""When, and for whom: config, schedule, daemon, health, command line."""

__version__ = "0.1.0"
