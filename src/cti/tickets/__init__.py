"""The second line's tickets: what a customer was promised, until somebody has done it."""
