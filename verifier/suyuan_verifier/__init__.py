"""Offline verification of Suyuan provenance bundles."""

from suyuan_verifier.version import __version__

__all__ = ["__version__"]
