"""Asterisk's side: how it is obtained, set up and spoken with. Outside this package nobody knows what a channel is."""
