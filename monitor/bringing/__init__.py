"""Brings sources in from OPML, CSV and lists of addresses."""
