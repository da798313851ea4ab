"""What a guardian does."""
