"""Floor 1: pure decisions. No I/O, no asyncio, no clock, no environment."""
