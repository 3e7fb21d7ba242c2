"""Status lists: what stands today, derived from the log and published as a signed record."""
