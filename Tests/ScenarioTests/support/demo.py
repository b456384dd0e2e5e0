"""The demo tenant's fixed names (product contract, section 5) and the words of the protocol."""

import base64
import uuid
from datetime import datetime, timedelta, timezone

TENANT = "5ba2cf92-9b8b-5a5c-bee5-ea6df726d8bc"
CLIENT = "884ef8f2-a63f-5c59-a232-e7868274b4b7"
PEOPLE = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"]

REQUESTS = "/beta/deviceManagement/operationApprovalRequests"
POLICIES = "/beta/deviceManagement/operationApprovalPolicies"
DEVICES = "/beta/deviceManagement/managedDevices"
SCRIPTS = "/beta/deviceManagement/deviceManagementScripts"
AUDITS = "/beta/auditLogs/directoryAudits"

JUSTIFICATION = "x-msft-approval-justification"
CODE = "x-msft-approval-code"

LIFETIME = timedelta(hours=72)
RETENTION = timedelta(days=30)


def demo_id(path: str) -> str:
    """The id of `<collection>/<name>`: a version 5 UUID in the URL namespace."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://demo.example/{path}"))


WELCOME = demo_id("operationApprovalRequests/welcome")
SPOOLER = demo_id("deviceManagementScripts/restart-spooler")
LOGS = demo_id("deviceManagementScripts/collect-logs")


def user_id(name: str) -> str:
    return demo_id(f"users/{name}")


def device_id(name: str) -> str:
    return demo_id(f"managedDevices/{name}")


def b64(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return base64.b64encode(data).decode()


def justified(text: str = "Lost in a taxi") -> dict[str, str]:
    """The header with which a protected write files a request."""
    return {JUSTIFICATION: b64(text)}


def coded(code: str) -> dict[str, str]:
    """The header with which the same call completes."""
    return {CODE: code}


def instant(text: str) -> datetime:
    """A DateTimeOffset of the wire, which is always in UTC."""
    assert text.endswith("Z"), f"{text} isn't in UTC"
    return datetime.fromisoformat(text)


def wire(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
