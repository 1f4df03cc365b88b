"""Contacts: who talked with whom about what, what agents write of it, and whether the first line settled it."""
