"""Storage on this machine's own disk."""
