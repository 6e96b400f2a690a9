"""Takes data out: tables, feeds, OPML, WARC, and what the coverage of an export is."""
