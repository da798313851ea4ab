"""What is done with the books: archiving, settling, proving, making a store whole again."""
