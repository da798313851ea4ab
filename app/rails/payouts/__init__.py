"""Rails that money goes out by."""
