"""One version for the three distributions; a test holds them together."""

__version__ = "0.1.0"
