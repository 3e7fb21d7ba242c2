"""Recall: everything that rests on a record, listed completely, from public data alone."""
