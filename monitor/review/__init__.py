"""What the review on the web and the one on the terminal share; imports neither."""
