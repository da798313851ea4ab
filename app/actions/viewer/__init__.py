"""What a viewer does."""
