"""What is measured: Gristmill, what others would take instead, and floors."""
