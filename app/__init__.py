"""Fanfare: the live-gifting server that any live platform can run itself."""

__version__ = "0.1.0"
