"""A content engine that runs another one in a process of its own, which may die of a file.

The worker keeps what is worth something: the content, the results, the clock and the temporary
folder. Its child has the file's bytes and an engine; what it says is checked, message by message.
"""
