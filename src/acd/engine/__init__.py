"""Real time around the core: one inbox, the journal first, then orders and the feed. No Asterisk in here."""
