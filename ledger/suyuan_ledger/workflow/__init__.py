"""Rules about who may say what, in which order."""
