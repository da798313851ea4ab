"""What the books do by themselves: entries that wait are posted, time that is over is noticed."""
