"""Floor 0: errors, settings, clock, ids, metrics: things that know nothing of gifts."""
