"""The tests. A package by name, so that no other distribution's `tests` can stand in its place."""
