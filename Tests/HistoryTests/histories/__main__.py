"""`python -m histories --count 10000`: histories against the real binary, on demand."""

import argparse
import os
import sys

from .database import engines
from .runner import Options, run
from .server import BINARY


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m histories", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--count", type=int, help="how many histories per engine")
    parser.add_argument("--seconds", type=float, help="how long per engine (default 60 without --count)")
    parser.add_argument("--seed", type=int, help="of an earlier run")
    parser.add_argument("--history", type=int, help="only this history of the seed")
    parser.add_argument("--repeat", type=int, default=1, help="each history so many times: races differ")
    parser.add_argument("--fault", help="a planted fault of the debug binary")
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--doctor", action="store_true", help="doctor --deep after every history")
    parser.add_argument("--keep", action="store_true", help="keep the database of a failed run")
    parser.add_argument("--keep-going", action="store_true", help="don't stop at the first failure")
    arguments = parser.parse_args()
    if not BINARY.exists():
        parser.error(f"{BINARY} isn't there: build it, or say COUNTERSIGN_BINARY")
    if arguments.engine == "postgres" and not os.environ.get("COUNTERSIGN_TEST_POSTGRES"):
        parser.error("COUNTERSIGN_TEST_POSTGRES isn't set: see script/postgres start")
    failed = False
    for engine in engines() if arguments.engine == "both" else [arguments.engine]:
        one = arguments.history is not None
        count = 1 if one else arguments.count
        done = run(
            Options(
                engine, arguments.seed, arguments.history or 0, count,
                arguments.seconds or (None if count else 60), arguments.repeat, arguments.fault,
                not arguments.no_kills, arguments.doctor, arguments.keep, arguments.keep_going,
            ),
            say=lambda text: print(text, flush=True),
        )
        print(done, flush=True)
        for failure in done.failures:
            print(f"  {failure.splitlines()[0]}")
        failed = failed or bool(done.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
