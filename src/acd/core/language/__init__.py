"""The expressions of an operator: what a call needs of its agent, and when something holds."""
