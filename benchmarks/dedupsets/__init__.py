"""Makes labelled sets of copies, revisions and look-alikes from texts of our own.

The form is that of `benchmarks.dedup_labels`.  The texts, by language, lie under ``texts``.
"""
