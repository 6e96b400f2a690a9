"""What an article is, and what we decide about it: no network, no schedule."""
