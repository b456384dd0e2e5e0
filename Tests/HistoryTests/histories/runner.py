"""Many histories on one engine, until a count or a time is reached, or one fails."""

import secrets
import time
from dataclasses import dataclass, field

from . import commits
from .database import database
from .history import History, Result
from .recorder import APPLICATION, USERS
from .schedule import Schedule
from .server import Server, ServerError

#: Between two checks of the database itself, where no kill asks for one.
HISTORIES_PER_DOCTOR = 10


@dataclass
class Run:
    engine: str
    seed: int
    histories: int = 0
    operations: int = 0
    unknown: int = 0
    kills: int = 0
    kills_inside: int = 0
    configurations: int = 0
    doctored: int = 0
    seconds: float = 0
    failures: list[str] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.histories += 1
        for name in ("operations", "unknown", "kills", "kills_inside", "configurations"):
            setattr(self, name, getattr(self, name) + getattr(result, name))

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.histories} histories, {self.operations} operations ({self.unknown} of unknown outcome), "
            f"{self.kills} kills ({self.kills_inside} inside a commit), {self.doctored} × doctor --deep, "
            f"{self.configurations} configurations checked, {self.seconds:.0f} s, seed {self.seed}: "
            + (f"{len(self.failures)} FAILED" if self.failures else "all linearizable, nothing lost")
        )


@dataclass
class Options:
    engine: str = "sqlite"
    seed: int | None = None
    #: Which histories; without an end, as many as the time allows.
    first: int = 0
    count: int | None = None
    seconds: float | None = None
    repeat: int = 1
    fault: str | None = None
    kills: bool = True
    always_doctor: bool = False
    keep: bool = False
    keep_going: bool = False


def run(options: Options, say=lambda text: None) -> Run:
    done = Run(options.engine, options.seed if options.seed is not None else secrets.randbelow(1 << 32))
    place = database(options.engine)
    server = Server(place, fault=options.fault)
    start = time.monotonic()
    try:
        server.found()
        server.start()
        tokens = {user: server.token(user) for user in (*USERS, APPLICATION)}
        number = options.first
        while _goes_on(options, done, number, time.monotonic() - start):
            schedule = Schedule.of(done.seed, number, options.kills)
            for _ in range(options.repeat):
                _one(options, done, server, tokens, schedule, say)
            number += 1
            done.seconds = time.monotonic() - start
        if done.histories % HISTORIES_PER_DOCTOR and not done.failures:
            _doctor(done, server, None)
    finally:
        if server.is_running:
            code = server.stop()
            if code != 0:
                done.failures.append(f"the server ended with {code} at SIGTERM")
        if done.failures and options.keep:
            say(f"kept: {place.direct}")
        else:
            place.remove()
    done.seconds = time.monotonic() - start
    return done


def _goes_on(options: Options, done: Run, number: int, seconds: float) -> bool:
    if done.failures and not options.keep_going:
        return False
    if options.count is not None and number >= options.first + options.count:
        return False
    return options.seconds is None or seconds < options.seconds


def _one(options: Options, done: Run, server: Server, tokens: dict[str, str], schedule: Schedule, say) -> None:
    history = History(server, tokens, schedule)
    try:
        result = history.run()
    except (ServerError, OSError) as error:
        result = history.result
        result.violations.append(f"{type(error).__name__}: {error}")
        if not server.is_running:
            result.violations.append("the server is gone:\n" + "\n".join(list(server.log)[-30:]))
            server.start()
    done.add(result)
    if result.violations:
        result.violations += [line for line in server.log if "request failed" in line][-5:]
        replay = f"python -m histories --engine {done.engine} --seed {done.seed} --history {schedule.number} --repeat 20"
        text = f"history {schedule.number} of seed {done.seed} ({schedule})\nreplay: {replay}\n" + "\n".join(
            result.violations
        )
        done.failures.append(text)
        say(text)
    if options.always_doctor or result.kills or done.histories % HISTORIES_PER_DOCTOR == 0:
        _doctor(done, server, schedule)


def _doctor(done: Run, server: Server, schedule: Schedule | None) -> None:
    complaints = [complaint for complaint in [server.doctor()] if complaint]
    complaints += commits.at_the_wrong_time(server.database)
    done.doctored += 1
    where = f" after history {schedule.number}" if schedule else ""
    done.failures += [f"seed {done.seed}{where}: {complaint}" for complaint in complaints]


