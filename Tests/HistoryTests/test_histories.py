"""R1: whatever six people try at once, and whenever the server is killed, every history is one that a server could have had
that does one thing at a time; nothing acknowledged is lost, nothing runs twice, and the database is sound.

HISTORY_SECONDS per engine (60); HISTORY_SEED replays a run. 10,000: `python -m histories --count 10000`.
"""

import os

from histories.runner import Options, run


def test_every_history_is_linearizable_and_loses_nothing(engine, capsys):
    seed = os.environ.get("HISTORY_SEED")
    options = Options(
        engine=engine, seed=int(seed) if seed else None, seconds=float(os.environ.get("HISTORY_SECONDS", "60"))
    )
    done = run(options)
    with capsys.disabled():
        print(f"\n  {done}")
    assert not done.failures, "\n\n".join(done.failures)
    assert done.histories > 0 and done.kills > 0
