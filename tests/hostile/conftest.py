"""How many examples: HOSTILE_EXAMPLES of each test; few by default."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "30"))
settings.register_profile(
    "hostile",
    max_examples=EXAMPLES,
    deadline=2000,  # milliseconds: no input may hold the loop
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
    print_blob=True,
)
