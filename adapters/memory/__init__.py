"""Every port in memory, for tests and the simulator: no disk, no network, time by hand.

Nothing here waits on a lock, so actors that take turns in one thread cannot block each
other. Where many threads share these adapters, their owner gives them a `guard`, a
`threading.Lock()` for one, which is then held within single methods only.
"""
