"""What is kept: articles, ledger, feeds, raw pages.  SQL is written nowhere else."""
