"""What the bank's systems know of a customer, merged into one view: sources, their guards, and who is told."""
