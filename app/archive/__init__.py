"""Floor 2: the only floor that talks SQL; it keeps the books for ever."""
