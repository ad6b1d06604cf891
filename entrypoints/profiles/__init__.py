"""The choices of engines: the only place that names adapters. One is imported per process."""
