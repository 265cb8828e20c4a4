"""The page: what the emulated world looks like, live, in two languages."""
