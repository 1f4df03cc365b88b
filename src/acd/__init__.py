"""Hotline's routing brain and what carries it out."""
