"""Bad inputs by name: what is wrong with each of them, where, and how it could be repaired."""
