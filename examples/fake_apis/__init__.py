"""Local stand-ins of the other APIs: they import nothing of their clients."""
