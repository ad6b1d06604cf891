"""What this machine itself provides: time, chance, ids and the log."""
