"""Fanfare: the live-gifting server that any live platform can run itself."""

__version__ = "0.2.0"
