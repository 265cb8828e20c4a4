"""Clients of other APIs on the same core, and a sender that falls back from one to the next."""
