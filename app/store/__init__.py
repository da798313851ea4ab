"""Floor 2: the only floor that talks to Valkey or Redis."""
