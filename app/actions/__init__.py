"""Floor 3: verbs, one use case a file; store and clock are passed in."""
