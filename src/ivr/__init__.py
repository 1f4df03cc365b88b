"""What a caller hears before a person answers."""
