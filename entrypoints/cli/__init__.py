"""The commands of `gristmill`."""
