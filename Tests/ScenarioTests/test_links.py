"""Next links that a client takes apart and writes anew: the page that follows is that of the same question."""

from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

import pytest

from support.demo import AUDITS, DEVICES, REQUESTS
from support.graph import Graph, ok


def encoded(pairs: list[tuple[str, str]], *, plus: bool = False, safe: str = "") -> str:
    return urlencode(pairs, quote_via=quote_plus if plus else quote, safe=safe)


# hashicorp/go-azure-sdk (`sdk/odata/odata.go`), elastic/integrations, microsoft-graph-explorer-v4 1178,
# msgraph-sdk-java 2107, msgraph-sdk-dotnet 2404.
REWRITERS = {
    "sorted names": lambda pairs: encoded(sorted(pairs), safe="$'(),"),
    "reversed names": lambda pairs: encoded(pairs[::-1], safe="$'(),"),
    "%24": lambda pairs: encoded(pairs, safe="'(),"),
    "%27": lambda pairs: encoded(pairs, safe="$(),"),
    "%28 and %29": lambda pairs: encoded(pairs, safe="$',"),
    "%2C": lambda pairs: encoded(pairs, safe="$'()"),
    "+ for blanks": lambda pairs: encoded(pairs, plus=True, safe="$'(),"),
    "everything": lambda pairs: encoded(sorted(pairs), plus=True),
    "an option of one's own": lambda pairs: encoded([*pairs, ("tool", "x y")], safe="$'(),"),
    "names without $": lambda pairs: encoded([(name.removeprefix("$"), value) for name, value in pairs], safe="'(),"),
}


def rewritten(link: str, rewrite) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{rewrite(parse_qsl(parts.query, keep_blank_values=True))}"


def walked(caller: Graph, target: str, rewrite) -> list[str]:
    """The ids of every page, by links that are written anew."""
    answer = ok(caller.get(target))
    ids, pages = answer.ids, 1
    while link := answer.json.get("@odata.nextLink"):
        answer = ok(caller.get(rewritten(link, rewrite)))
        ids, pages = ids + answer.ids, pages + 1
        assert pages < 50, "the links don't end"
    assert pages > 1, "nothing was paged"
    return ids


@pytest.mark.parametrize("rewrite", REWRITERS.values(), ids=REWRITERS)
@pytest.mark.parametrize(
    "target",
    [
        f"{DEVICES}?$filter=startswith(deviceName,'l')%20or%20contains(deviceName,'p')&$top=1",
        f"{REQUESTS}?$top=2",
        f"{REQUESTS}?$count=true&$filter=status%20eq%20'needsApproval'&$select=id,status&$orderby=requestDateTime%20desc&$top=2",
        f"{REQUESTS}?$filter=status%20in%20('needsApproval','approved')&$top=2",
        f"{AUDITS}?$filter=activityDisplayName%20eq%20'File%20approval%20request'&$top=1",
        "/v1.0/users?$select=id,displayName&$orderby=displayName&$top=3",
    ],
    ids=["devices", "requests", "requests with options", "requests in a list", "log", "people"],
)
def test_a_link_that_is_written_anew_leads_to_the_same_page(bob, target, rewrite):
    for number in range(3):
        bob.file_script(f"Script {number}")
    ids = walked(bob, target, rewrite)
    assert ids == [id for page in bob.pages(target) for id in page.ids]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name, value", [("$filter", "status eq 'approved'"), ("$orderby", "requestDateTime")])
def test_a_link_whose_question_was_changed_is_refused(alice, name, value):
    for number in range(3):
        alice.file_script(f"Script {number}")
    target = f"{REQUESTS}?$filter=status%20ne%20'expired'&$orderby=status,requestDateTime&$top=2"
    link = ok(alice.get(target)).json["@odata.nextLink"]
    changed = rewritten(link, lambda pairs: encoded([(n, value if n == name else v) for n, v in pairs], safe="$"))
    assert alice.get(changed).outcome == (400, "BadRequest")


def test_every_link_is_a_valid_url(bob):
    """RFC 3986: no blank, no quote of another kind, nothing that isn't ASCII."""
    for number in range(3):
        bob.file_script(f"Script {number}")
    for target in (
        f"{REQUESTS}?$filter=status+eq+'needsApproval'&$top=2",
        f"{REQUESTS}?$filter=payloadName%20ne%20'%C3%A9%22%3C%3E%5C%5E%60%7B%7C%7D'&$top=2",
    ):
        link = ok(bob.get(target)).json["@odata.nextLink"]
        assert not set(link) & set(' "<>\\^`{|}') and link.isascii(), link
