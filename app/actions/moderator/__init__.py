"""What streamers and moderators do to keep rooms in order."""
