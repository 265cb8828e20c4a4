"""A small kit for clients of JSON-over-HTTP APIs; it names no API."""
