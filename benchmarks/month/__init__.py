"""A month of operation on a simulated clock: does anything drift, grow or leak?

    python -m benchmarks.month [--days 30] [--outlets 200] [--folder DIR] [--json]

``plan`` says beforehand what happens on a made-up news web, ``web`` serves it at the time that the
clock shows, ``leg`` is one life of the daemon on that clock, ``judge`` holds the file against the
plan.
"""
