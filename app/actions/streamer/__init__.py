"""What a streamer does."""
