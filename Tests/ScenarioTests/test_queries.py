"""Query options of lists: filters, order, pages, counts, selections, and what is wrong with them
(Graph: "Use query parameters")."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from support.demo import AUDITS, REQUESTS, SCRIPTS, WELCOME, instant, user_id
from support.graph import Graph, ok


@pytest.fixture
def codes(graph, alice, bob, carol) -> list[str]:
    """Seven requests with the welcome one, in the order of their filing, in several states."""
    codes = [WELCOME]
    for number, person in enumerate([alice, bob, alice, bob, alice, bob]):
        graph.advance("PT1M")
        codes.append(person.file_script(f"Script {number}"))
    ok(carol.approve(codes[1]))
    ok(carol.reject(codes[2]))
    return codes


def found(graph: Graph, expression: str) -> set[str]:
    """The ids of a filter, by the list, by the count and by `/$count`."""
    erin = graph.as_("erin")
    answer = ok(erin.filter(expression, more="&$count=true")).json
    ids = {row["id"] for row in answer["value"]}
    assert answer["@odata.count"] == len(ids)
    assert ok(erin.get(f"{REQUESTS}/$count?$filter={quote(expression)}")).text == str(len(ids))
    return ids


def test_filters_by_status_and_id(graph, codes):
    assert found(graph, "status eq 'needsApproval'") == {codes[0], *codes[3:]}
    assert found(graph, "status eq 'approved'") == {codes[1]}
    assert found(graph, "status ne 'needsApproval'") == {codes[1], codes[2]}
    assert found(graph, "status in ('approved','rejected')") == {codes[1], codes[2]}
    assert found(graph, "status eq microsoft.graph.operationApprovalRequestStatus'rejected'") == {codes[2]}
    assert found(graph, "not (status eq 'needsApproval')") == {codes[1], codes[2]}
    for name in ("id", "requestId", "REQUESTID"):
        assert found(graph, f"{name} eq '{codes[4]}'") == {codes[4]}
        assert found(graph, f"{name} eq '{codes[4].upper()}'") == {codes[4]}
        assert found(graph, f"{name} eq {codes[4]}") == {codes[4]}
    assert found(graph, f"requestId eq '{user_id('alice')}'") == set(), "an unknown id finds nothing, with 200"


def test_filters_by_requestor_and_time(graph, codes):
    bobs = {codes[2], codes[4], codes[6]}
    assert found(graph, f"requestor/user/id eq '{user_id('bob')}'") == bobs
    assert found(graph, f"requestor/user/id eq '{user_id('bob')}' and status eq 'needsApproval'") == bobs - {codes[2]}
    assert found(graph, "requestor/user/displayName eq 'Bob' or status eq 'approved'") == bobs | {codes[1]}
    moment = graph.as_("erin").request(codes[3])["requestDateTime"]
    assert found(graph, f"requestDateTime lt {moment}") == set(codes[:3])
    assert found(graph, f"requestDateTime ge {moment}") == set(codes[3:])
    assert found(graph, f"RequestDateTime ge '{moment}' and requestdatetime le {moment}") == {codes[3]}
    midnight = graph.as_("erin").request(codes[0])["requestDateTime"][:10]
    assert found(graph, f"requestDateTime gt {midnight}") == set(codes), "a date alone is its midnight"


def test_filters_by_text_null_and_collections(graph, codes):
    assert found(graph, "approvalJustification eq null") == {codes[0], *codes[3:]}
    assert found(graph, "startswith(requestJustification,'Device')") == {WELCOME}
    assert found(graph, "contains(tolower(requestJustification),'disks')") == set(codes[1:])
    assert found(graph, "requiredOperationApprovalPolicyTypes/any(t:t eq 'deviceWipe')") == {WELCOME}
    assert found(graph, "payloadName eq 'laptop-1'") == {WELCOME}


def test_an_object_is_compared_with_null_or_not_at_all(graph, codes):
    for expression, wanted in (
        ("approver ne null", {codes[1], codes[2]}),
        ("approver eq null", {codes[0], *codes[3:]}),
    ):
        if graph.as_("erin").filter(expression).status != 400:
            assert found(graph, expression) == wanted, "never a silently wrong answer"


def test_the_spellings_of_an_option_are_one(alice, codes):
    wanted = ok(alice.filter("status eq 'approved'")).ids
    for name in ("$filter", "filter", "%24filter", "$FILTER", "Filter"):
        for value in (
            "status%20eq%20'approved'",
            "status+eq+%27approved%27",
            "STATUS EQ 'Approved'".replace(" ", "%20"),
        ):
            assert ok(alice.get(f"{REQUESTS}?{name}={value}")).ids == wanted, (name, value)
    assert ok(alice.get(f"{REQUESTS}?colour=red")).status == 200, (
        "options without a dollar that nobody knows are ignored"
    )


@pytest.mark.parametrize(
    "order, key, reverse",
    [
        ("requestDateTime", "requestDateTime", False),
        ("requestDateTime desc", "requestDateTime", True),
        ("requestDateTime asc", "requestDateTime", False),
        ("status,requestDateTime desc", "status", False),
        ("expirationDateTime desc", "expirationDateTime", True),
        pytest.param("requestor/user/displayName", None, False, marks=pytest.mark.unordered),
    ],
)
def test_a_list_is_in_the_order_asked_for(alice, codes, order, key, reverse):
    rows = ok(alice.get(f"{REQUESTS}?$orderby={quote(order)}")).value
    values = [row[key] if key else row["requestor"]["user"]["displayName"] for row in rows]
    assert len(rows) == 7 and values == sorted(values, reverse=reverse)
    if "," in order:
        for status in set(values):
            times = [row["requestDateTime"] for row in rows if row["status"] == status]
            assert times == sorted(times, reverse=True)


def test_without_an_order_the_newest_come_first(alice, codes):
    assert ok(alice.get(REQUESTS)).ids == codes[::-1]


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize(
    "order", ["requestDateTime", pytest.param("status", marks=pytest.mark.unordered), "payloadName desc"]
)
def test_pages_show_every_row_once_and_in_order(alice, codes, size, order):
    whole = ok(alice.get(f"{REQUESTS}?$orderby={quote(order)}")).ids
    pages = alice.pages(f"{REQUESTS}?$top={size}&$orderby={quote(order)}&$count=true")
    assert [id for page in pages for id in page.ids] == whole
    assert all(len(page.ids) == size for page in pages[:-1]), "only the last page is short"
    assert {page.json.get("@odata.count") for page in pages} <= {7, None} and pages[0].json["@odata.count"] == 7


def test_a_next_link_repeats_the_options(alice, codes):
    answer = ok(
        alice.get(f"{REQUESTS}?$top=2&$filter=status%20eq%20'needsApproval'&$select=id,status&$orderby=requestDateTime")
    )
    link = urlsplit(answer.json["@odata.nextLink"])
    options = parse_qs(link.query)
    assert link.path == REQUESTS
    assert options["$filter"] == ["status eq 'needsApproval'"]
    assert (options["$top"], options["$select"], options["$orderby"]) == (["2"], ["id,status"], ["requestDateTime"])
    pages = alice.pages(f"{link.path}?{link.query}")
    assert answer.ids + [id for page in pages for id in page.ids] == [codes[0], *codes[3:]]
    assert set(pages[0].value[0]) - {"@odata.type", "@odata.etag"} == {"id", "status"}


def test_pages_stay_true_while_requests_come_in(alice, codes):
    first = ok(alice.get(f"{REQUESTS}?$top=3&$orderby=requestDateTime%20desc"))
    alice.file_script("Late")
    rest = alice.pages(first.json["@odata.nextLink"].removeprefix(alice.server.url))
    assert first.ids + [id for page in rest for id in page.ids] == codes[::-1], "no row twice, none left out"


def test_preferred_page_sizes_skips_and_extremes(alice, codes):
    answer = ok(alice.get(REQUESTS, headers={"Prefer": "odata.maxpagesize=2"}))
    assert len(answer.ids) == 2
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=2"
    assert ok(alice.get(f"{REQUESTS}?$skip=5")).ids == codes[::-1][5:]
    assert ok(alice.get(f"{REQUESTS}?$skip=100&$count=true")).json["@odata.count"] == 7
    assert ok(alice.get(f"{REQUESTS}?$top=0")).value == []
    assert len(ok(alice.get(f"{REQUESTS}?$top=100000")).ids) == 7


@pytest.mark.parametrize(
    "change", ["flip", "cut", "extend", "other filter", "other order", "empty", "garbage", "other list"]
)
def test_a_changed_skip_token_is_400(alice, codes, change):
    link = ok(alice.get(f"{REQUESTS}?$top=2&$filter=status%20ne%20'expired'")).json["@odata.nextLink"]
    target = link.removeprefix(alice.server.url)
    head, token = target.rsplit("=", 1)
    assert ok(alice.get(target)).ids
    middle = len(token) // 2
    changed = {
        "flip": f"{head}={token[:middle]}{'A' if token[middle] != 'A' else 'B'}{token[middle + 1 :]}",
        "cut": f"{head}={token[:-4]}",
        "extend": f"{target}AAAA",
        "other filter": target.replace("expired", "approved"),
        "other order": target + "&$orderby=status",
        "empty": f"{head}=",
        "garbage": f"{head}=%21%21",
        "other list": target.replace(REQUESTS, f"{REQUESTS}/retrieveMyRequests"),
    }[change]
    assert changed != target
    assert alice.get(changed).outcome == (400, "BadRequest")


def test_another_callers_skip_token_is_400(alice, bob, codes):
    target = ok(alice.get(f"{REQUESTS}?$top=2")).json["@odata.nextLink"].removeprefix(alice.server.url)
    answer = bob.get(target)
    assert answer.outcome == (400, "BadRequest")
    assert "$skiptoken" in answer.message


def test_a_skip_token_tells_nobody_what_it_holds(alice, codes):
    target = ok(alice.get(f"{REQUESTS}?$top=2")).json["@odata.nextLink"]
    assert codes[-2] not in target


@pytest.mark.parametrize(
    "select, names",
    [
        ("id,status", {"id", "status"}),
        ("STATUS", {"status"}),
        ("requestor/user", {"requestor"}),
        ("requestDateTime%2CexpirationDateTime", {"requestDateTime", "expirationDateTime"}),
    ],
)
def test_a_selection_shows_what_was_selected(alice, codes, select, names):
    for rows in (
        ok(alice.get(f"{REQUESTS}?$select={select}")).value,
        [ok(alice.get(f"{REQUESTS}/{WELCOME}?$select={select}")).json],
    ):
        for row in rows:
            shown = {name for name in row if not name.startswith("@odata.")}
            assert shown - {"id"} == names - {"id"}
    whole = ok(alice.get(f"{REQUESTS}?$select=*")).value
    assert whole == ok(alice.get(REQUESTS)).value


def test_a_projection_says_so_in_its_context(alice):
    assert (
        ok(alice.get(f"{REQUESTS}?$select=id,status"))
        .json["@odata.context"]
        .endswith("#deviceManagement/operationApprovalRequests(id,status)")
    )


BAD = [
    ("$filter=colour eq 'red'", "Could not find a property named 'colour'"),
    ("$filter=requestor/colour eq 'red'", "colour"),
    ("$filter=status eq 'bogus'", "status"),
    ("$filter=status eq 'unknownFutureValue'", "status"),
    ("$filter=status eq 5", "status"),
    ("$filter=status gt 'approved'", "status"),
    ("$filter=requestDateTime eq 'yesterday'", "requestDateTime"),
    ("$filter=requestDateTime gt null", "requestDateTime"),
    ("$filter=requestJustification eq 5", "requestJustification"),
    ("$filter=requestor eq 'alice'", "requestor"),
    ("$filter=requiredOperationApprovalPolicyTypes eq 'script'", "requiredOperationApprovalPolicyTypes"),
    ("$filter=status", "status"),
    ("$filter=status eq", "$filter"),
    ("$filter=status eq 'open", "$filter"),
    ("$filter=(status eq 'approved'", "$filter"),
    ("$filter=status eq 'approved' and", "$filter"),
    ("$filter=nothing(status)", "nothing"),
    ("$filter=", "$filter"),
    ("$filter=" + "(" * 40 + "status eq 'approved'" + ")" * 40, "$filter"),
    ("$filter=" + " or ".join(["status eq 'approved'"] * 201), "$filter"),
    ("$filter=id in (" + ",".join(["'x'"] * 1001) + ")", "$filter"),
    ("$filter=requestJustification eq '" + "x" * 9000 + "'", "$filter"),
    ("$orderby=colour", "colour"),
    ("$orderby=status sideways", "$orderby"),
    ("$orderby=requestor", "requestor"),
    ("$orderby=status,status", "status"),
    ("$select=colour", "colour"),
    ("$select=id,,status", "$select"),
    ("$expand=colour", "colour"),
    ("$top=-1", "$top"),
    ("$top=many", "$top"),
    ("$top=1.5", "$top"),
    ("$top=99999999999999999999", "$top"),
    ("$skip=-1", "$skip"),
    ("$count=maybe", "$count"),
    ('$search="x"', "$search"),
    ("$colour=red", "$colour"),
    ("$top=1&$top=2", "$top"),
    ("$top=1&%24top=2", "top"),
    ("$filter=status eq '%ff'", "%ff"),
    ("$filter=status eq '%00'", "%00"),
]


@pytest.mark.parametrize("query, named", BAD, ids=[row[0][:60] for row in BAD])
def test_a_query_that_cannot_be_answered_is_400_and_names_what_is_wrong(alice, query, named):
    with alice.nothing_changes():
        answer = alice.get(f"{REQUESTS}?{quote(query, safe='$=&%')}")
    assert answer.outcome == (400, "BadRequest")
    assert named.lower() in answer.message.lower()


def test_bad_queries_are_400_on_every_path_that_takes_them(alice):
    for path in (f"{REQUESTS}/$count", f"{REQUESTS}/retrieveMyRequests()", AUDITS, SCRIPTS, "/beta/users"):
        answer = alice.get(f"{path}?$filter=colour%20eq%20'red'", headers={"ConsistencyLevel": "eventual"})
        assert (answer.status, "colour" in answer.message) == (400, True), path


def test_times_are_utc_and_filters_meet_them_exactly(alice, codes):
    for row in ok(alice.get(REQUESTS)).value:
        for name in ("requestDateTime", "expirationDateTime", "lastModifiedDateTime"):
            assert instant(row[name])
            assert row["id"] in ok(alice.filter(f"{name} eq {row[name]}")).ids
