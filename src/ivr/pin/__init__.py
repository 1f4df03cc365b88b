"""The PIN: keyed under an interference tone, held in one buffer, and known to a store of our own or to the bank."""
