"""Lets people hear of what matters: what is told, the messages, and the ways they go."""
