"""Lets machines watch the monitor: Prometheus, health checks, systemd."""
