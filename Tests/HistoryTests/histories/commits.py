"""When change sets were really committed, from the database itself: what no answer shows.

`changes.at` is the commit's instant by the store's clock, and the version of an event is its change set's id. The instant
inside the event is when the command read its clock, which is earlier.
"""

import json

from .clock import instant, microseconds
from .database import Postgres, SQLite
from .model import EXPIRED

EVENTS = (
    'SELECT changes.at, "directoryAudit".document FROM "directoryAudit" '
    'JOIN changes ON changes.tenant = "directoryAudit".tenant AND changes.id = "directoryAudit".version'
)
REQUESTS = 'SELECT id, document FROM "operationApprovalRequest"'


def at_the_wrong_time(database: SQLite | Postgres) -> list[str]:
    """Decisions of persons that were committed at or after their request's deadline, and expiries before it (V5, V25)."""
    deadlines = {
        id: microseconds(json.loads(document)["expirationDateTime"]) for id, document in database.rows(REQUESTS)
    }
    wrong = []
    for at, document in database.rows(EVENTS):
        audit = json.loads(document)
        if audit["result"] != "success":
            continue
        for target in audit.get("targetResources") or []:
            deadline = deadlines.get(target["id"])
            for change in target.get("modifiedProperties") or []:
                if deadline is None or change.get("displayName") != "status" or change.get("oldValue") is None:
                    continue
                is_expiry = str(change["newValue"]).strip('"') == EXPIRED
                if (int(at) >= deadline) != is_expiry:
                    wrong.append(
                        f"{target['id']} became {change['newValue']} by a change committed at {instant(int(at))}; "
                        f"its deadline is {instant(deadline)}"
                    )
    return wrong


def decided_after(database: SQLite | Postgres, person: str, moment: int) -> list[str]:
    """What a person did successfully by a change committed after a moment (microseconds)."""
    found = []
    for at, document in database.rows(EVENTS):
        audit = json.loads(document)
        actor = ((audit["initiatedBy"] or {}).get("user") or {}).get("id")
        if audit["result"] == "success" and actor == person and int(at) > moment:
            targets = [target["id"] for target in audit["targetResources"]]
            found.append(f"{audit['activityDisplayName']} {targets} was committed at {instant(int(at))}")
    return found
