"""How hypothesis works in a mutation run: the same examples each time, and few of them.

A pytest plugin (`-p mutation.profile`), and the `conftest.py` of the copies that mutmut works on.
"""

from hypothesis import HealthCheck, Phase, settings

# A failure is enough: making it small, and looking for a second one, would take most of the time.
settings.register_profile(
    "mutation",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutation")
