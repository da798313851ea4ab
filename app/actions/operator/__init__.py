"""What operators do: each act has a reason and an entry, and some take two people."""
