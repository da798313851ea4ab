"""A WebSocket's life: handshake, frames, session, joining a room, the room's stream of events."""
