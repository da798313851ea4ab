"""What a user runs to know what a machine holds."""
