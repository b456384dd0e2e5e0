"""One history: six clients on a few devices, the clock moved and the server killed in between, and every check at the end."""

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from . import checker
from .clock import ServerClock, Sighting, instant, microseconds
from .invariants import Dump, settle_filings, violations
from .model import Model, Request, State
from .operation import NEVER, Operation
from .recorder import (
    DEVICES, GROUP_NAMES, NAMES, POLICIES, REQUESTS, Answer, Client, Connection, Recorder, Unreachable, demo_id,
)
from . import rights
from .rights import GROUP, POLICY, RightsModel
from .schedule import SECONDS, Kill, Move, Schedule, policy_body
from .server import Server, ServerError
from .waiting import until

#: Global Reader: sees every request and every audit entry, decides nothing.
READER = "frank"


@dataclass
class Result:
    schedule: Schedule
    operations: int = 0
    unknown: int = 0
    kills: int = 0
    kills_inside: int = 0
    configurations: int = 0
    violations: list[str] = field(default_factory=list)


class History:
    def __init__(self, server: Server, tokens: dict[str, str], schedule: Schedule):
        self.server = server
        self.tokens = tokens
        self.schedule = schedule
        self.recorder = Recorder()
        self.clock = ServerClock()
        self.devices = {name: demo_id(f"managedDevices/{name}") for name in schedule.devices}
        #: What requests are about.
        self.targets = dict(self.devices)
        if schedule.is_about_rights:
            self.targets[POLICY] = demo_id("operationApprovalPolicies/deviceWipe")
        self.result = Result(schedule)
        self.up = threading.Event()
        self.barrier = threading.Barrier(len(schedule.users))
        self.running = 0

    # MARK: Running

    def run(self) -> Result:
        self.server.control("POST", "/reset")
        self._see_clock()
        self.up.set()
        if self.schedule.is_about_rights:
            self._name_both_groups()
        origin = self._dump({name: 0 for name in self.devices})
        initial = {name: self._state(origin, name) for name in self.devices}
        before = self._rights(origin) if self.schedule.is_about_rights else None
        for entity in origin.requests.values():
            self._client(READER)._shown(entity)
        threads = [
            threading.Thread(target=self._play, args=(place,), daemon=True)
            for place in range(len(self.schedule.users))
        ]
        self.running = len(threads)
        for thread in threads:
            thread.start()
        for action in self.schedule.actions:
            self._wait_for(action.after)
            self._kill(action) if isinstance(action, Kill) else self._move(action)
        for thread in threads:
            thread.join(120)
            if thread.is_alive():
                raise ServerError("a client hangs")
        self._see_clock()
        final = self._read_everything({name: state.results for name, state in initial.items()})
        self._judge(initial, final, before)
        return self.result

    def _name_both_groups(self) -> None:
        """Alice has erin's group added to the policy: else nobody could ever approve an exclusion of bob's application."""
        body, path = policy_body("both"), f"{POLICIES}/{self.targets[POLICY]}"
        filed = self._call("alice", "PATCH", path, body, {"x-msft-approval-justification": "dXA="}, 412)
        code = filed.headers["x-msft-approval-code"]
        decision = {"justification": "up", "approvalSource": "adminConsole"}
        self._call("bob", "POST", f"{REQUESTS}/{code}/approve", decision, {}, 200)
        self._call("alice", "PATCH", path, body, {"x-msft-approval-code": code}, 200)

    def _call(self, user: str, method: str, path: str, body: object, headers: dict[str, str], status: int) -> Answer:
        connection = Connection(self.server.port, self.tokens[user])
        try:
            answer = connection.send(method, path, body, headers)
        finally:
            connection.close()
        if answer is None or answer.status != status:
            raise ServerError(f"{method} {path}: {answer.status if answer else 'no answer'} {answer.body[:300] if answer else ''}")
        return answer

    def _client(self, user: str) -> Client:
        return Client(user, self.tokens[user], self.server.port, self.recorder, self.targets)

    def _play(self, place: int) -> None:
        script = self.schedule.script(place)
        client = self._client(script.user)
        count = 0
        try:
            while count < self.schedule.operations:
                if self.schedule.in_rounds:
                    self._meet()
                try:
                    script.perform(client, self.recorder, count)
                    count += 1
                except Unreachable:
                    if not self.up.wait(90):
                        return
        except Exception as error:  # noqa: BLE001 - a thread's error must not get lost
            self.recorder.odd(f"{script.user}: {type(error).__name__}: {error}")
        finally:
            self.barrier.abort()
            client.connection.close()
            with self.recorder.progress:
                self.running -= 1
                self.recorder.progress.notify_all()

    def _meet(self) -> None:
        try:
            self.barrier.wait(30)
        except threading.BrokenBarrierError:
            pass

    def _wait_for(self, began: int) -> None:
        with self.recorder.progress:
            self.recorder.progress.wait_for(lambda: self.recorder.began >= began or not self.running, 120)

    # MARK: What befalls the server

    def _see_clock(self) -> None:
        sighting = self.server.clock()
        least = self.clock.earliest(sighting.invoked)
        if sighting.now is not None and sighting.now < least - Model.SLACK:
            self.recorder.odd(f"the clock says {instant(sighting.now)} after it had been {instant(least)}")
        self.clock.saw(sighting)

    def _move(self, move: Move) -> None:
        try:
            self.clock.saw(self.server.move_clock(self._target(move.advance)))
        except ServerError as error:
            # The deadline has passed meanwhile: the clock only runs forward.
            if move.advance is not None or ": 400 " not in str(error):
                raise

    def _target(self, advance: str | None) -> dict[str, str]:
        if advance is None:
            with self.recorder.progress:
                dates = [expires for dates in self.recorder.dates.values() for _, expires in dates]
            return {"set": max(dates, key=microseconds)}
        return {"advance": advance}

    def _kill(self, kill: Kill) -> None:
        self.up.clear()
        database, inside = self.server.database, False
        if kill.moment is None:
            threading.Event().wait(kill.milliseconds / 1000)
        else:
            database.arm(self.server.pid, kill.moment)
            if kill.advance is not None:
                self._move_until_killed(kill.advance)
            until(lambda: not self.server.is_running or not self.running, seconds=0.3)
            self._provoke_commits()
            inside = database.disarm()
        if not self.server.is_running and not inside:
            raise ServerError("the server ended by itself:\n" + "\n".join(self.server.log))
        self.server.kill()
        self.result.kills += 1
        self.result.kills_inside += inside
        self.server.start()
        self._see_clock()
        self.up.set()

    def _provoke_commits(self) -> None:
        """The clients may have ended, or only look: filings and withdrawals until the armed kill has met a commit."""
        alice = self._client("alice")
        device = self.schedule.devices[0]
        for number in range(12):
            try:
                alice.file(device, f"alice {self.schedule.number}.more.{self.result.kills}.{number}")
                for id, _ in self.recorder.known(device)[-1:]:
                    alice.cancel_my_request(device, id)
            except Unreachable:
                break
            if until(lambda: not self.server.is_running, seconds=0.01):
                break
        alice.connection.close()

    def _move_until_killed(self, advance: str) -> None:
        invoked = time.monotonic_ns()
        try:
            self.clock.saw(self.server.move_clock({"advance": advance}))
        except (ConnectionError, Unreachable):
            furthest = self.clock.latest(invoked) + SECONDS[advance] * 1_000_000
            self.clock.saw(Sighting(invoked, NEVER, None, furthest))

    # MARK: The end

    def _get(self, path: str) -> Answer:
        return self._call(READER, "GET", path, None, {}, 200)

    def _all(self, path: str) -> list[dict]:
        rows: list[dict] = []
        next: str | None = f"{path}?$top=100"
        while next:
            page = self._get(next).json
            rows += page["value"]
            link = page.get("@odata.nextLink")
            parts = urlsplit(link) if link else None
            next = f"{parts.path}?{parts.query}" if parts else None
        return rows

    def _dump(self, origin: dict[str, int]) -> Dump:
        devices = {name: self._get(f"{DEVICES}/{id}").json for name, id in self.devices.items()}
        return Dump(self._all(REQUESTS), devices, self._all("/v1.0/auditLogs/directoryAudits"), origin)

    def _state(self, dump: Dump, name: str) -> State:
        state = State((), len(dump.devices[name].get("deviceActionResults") or []))
        for entity in dump.of(self.devices[name]):
            requestor = NAMES[entity["requestor"]["user"]["id"]]
            state = state.put(entity["id"], Request(entity["status"], requestor))
        return state

    def _rights(self, dump: Dump) -> rights.State:
        policy = self._get(f"{POLICIES}/{self.targets[POLICY]}").json
        groups = frozenset(GROUP_NAMES[id] for id in policy["approverGroupIds"])
        members = self._get(f"/v1.0/groups/{demo_id('groups/' + GROUP)}/members").json["value"]
        state = rights.State(rights.Policy(groups, bool(policy["countersignExcludedApplicationIds"])))
        state = state.with_members({rights.Member(NAMES[member["id"]]) for member in members})
        for name, id in self.targets.items():
            for entity in dump.of(id):
                status, decider, note = self._client(READER)._shown(entity)
                request = rights.Request(
                    status, NAMES[entity["requestor"]["user"]["id"]], name, "both" if name == POLICY else None,
                    frozenset({GROUP}), 0, None, decider, note, frozenset({decider} if decider else ()),
                )
                state = state.put(entity["id"], request)
        return state

    def _read_everything(self, origin: dict[str, int]) -> Dump:
        """The last operations of the history: every request and device, by somebody who sees them all."""
        reader = self._client(READER)
        reader.list(None)
        final = self._dump(origin)
        if self.schedule.is_about_rights:
            reader.policy(POLICY)
            reader.members(GROUP)
        for name in self.devices:
            reader.device(name)
        for name, id in self.targets.items():
            for entity in final.of(id):
                reader.read(name, entity["id"])
        reader.connection.close()
        return final

    def _judge(self, initial: dict[str, State], final: Dump, before: rights.State | None) -> None:
        result, recorder = self.result, self.recorder
        for entity in final.requests.values():
            self._client(READER)._shown(entity)
        operations = settle_filings(self._bounded(), final)
        result.operations = len(recorder.operations)
        result.unknown = sum(o.returned >= NEVER for o in recorder.operations)
        result.violations += violations(operations, final, recorder, self.clock, self.devices)
        deadlines = {id: microseconds(expires) for id, dates in recorder.dates.items() for _, expires in dates}
        if before is not None:
            self._check("rights", operations, RightsModel(deadlines, operations), before)
            return
        for name in self.devices:
            of_device = [o for o in operations if o.device == name]
            self._check(name, of_device, Model(deadlines), initial[name])

    def _check(self, name: str, operations: list[Operation], model: Model, initial: State | rights.State) -> None:
        verdict = checker.check(operations, model, initial)
        self.result.configurations += verdict.configurations
        if not verdict:
            self.result.violations.append(f"{name}: " + checker.explain(operations, model, initial))

    def _bounded(self) -> list[Operation]:
        return [
            o.but(earliest=self.clock.earliest(o.invoked), latest=self.clock.latest(o.returned))
            for o in self.recorder.operations
        ]
