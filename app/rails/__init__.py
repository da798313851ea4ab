"""Payment and payout providers: the only floor that talks to them, one provider a file, one interface each way."""
