"""A socket's life: from the door through frames, session and joining to a room's stream."""
