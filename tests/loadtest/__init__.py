"""Tests of the load test: its pure parts, and small real runs."""
