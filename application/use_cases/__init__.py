"""What the service does, one verb per file.

A use case is a stateless callable over ports, shared by all threads. Each transaction is
one visible `with` block and one commit; no other port is called inside it.
"""
