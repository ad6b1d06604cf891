"""Takes deliveries from the queue and works on their files."""
