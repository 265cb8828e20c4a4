"""Where processes that share a rate limit meet: a SQLite file, Redis or PostgreSQL."""
