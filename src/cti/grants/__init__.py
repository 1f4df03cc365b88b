"""Graded authority: what an agent may grant by himself, and what a supervisor is asked for."""
