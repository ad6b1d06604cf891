"""What the use cases need of the world. Adapters are written from these docstrings.

Every method raises only errors of `application.errors`; those with `retryable` set may
succeed later. Nothing is shared between threads unless a port says so: files, outbox and
the other members of a unit of work belong to the thread that began it, all other ports
are used by many threads at once.
"""
