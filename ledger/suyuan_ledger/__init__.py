"""The ledger: records, keys, log, store, anchor, export.

`service.Ledger` is the way in; the command line and the API call nothing deeper.
"""

__version__ = "0.1.0"
