"""Providers of payments: who takes a viewer's money."""
