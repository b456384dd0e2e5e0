"""What makes two runs' transcripts equal, and what makes them differ."""

import json
import uuid
from datetime import datetime, timezone

from support.transcript import Transcript, differences, main


def call(transcript: Transcript, id: str, body: dict, *, port: int = 8080, target: str = "/beta/x") -> None:
    content = json.dumps(body).encode()
    fields = [("request-id", id), ("Content-Length", str(len(content))), ("ETag", f'W/"{uuid.uuid4()}"')]
    transcript.record({f":{port}": ":<port>"}, ("GET", target, [], None), (200, "OK", fields, content))


def written(folder, *calls) -> None:
    transcript = Transcript()
    for arguments, options in calls:
        call(transcript, str(uuid.uuid4()), arguments, **options)
    transcript.write(folder, "test_x.py::test_x[sqlite-a/b]")


def entity(name: str, of: str | None = None) -> dict:
    now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    return {"id": of or str(uuid.uuid4()), "at": now, "displayName": name}


def test_what_differs_from_run_to_run_is_no_difference(tmp_path):
    for folder, port in (("a", 8080), ("b", 40123)):
        first = entity("One")
        again = {"target": f"/beta/x?$filter=id%20eq%20%27{first['id']}%27", "port": port}
        link = {"@odata.nextLink": f"http://127.0.0.1:{port}/beta/x?$skiptoken={uuid.uuid4().hex}"}
        written(tmp_path / folder, (first, {"port": port}), (entity("One", first["id"]) | link, again))
    assert differences(tmp_path / "a", tmp_path / "b") == []
    assert main([str(tmp_path / "a"), str(tmp_path / "b")]) == 0


def test_another_value_another_id_and_another_order_are_differences(tmp_path):
    first = entity("One")
    written(tmp_path / "a", (first, {}), (entity("One", first["id"]), {}))
    for number, second in enumerate([entity("Two", first["id"]), entity("One"), {"more": 1} | entity("One", first["id"])]):
        folder = tmp_path / f"b{number}"
        written(folder, (first, {}), (second, {}))
        ((_, lines),) = differences(tmp_path / "a", folder)
        changed = [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]
        assert 1 <= len(changed) <= 3, "only the member that differs is shown"
    assert main([str(tmp_path / "a"), str(tmp_path / "b0")]) == 1


def test_a_test_that_is_in_one_folder_only_is_a_difference(tmp_path):
    (tmp_path / "b").mkdir()
    written(tmp_path / "a", (entity("One"), {}))
    ((name, lines),) = differences(tmp_path / "a", tmp_path / "b")
    assert (name, lines) == ("test_x.py::test_x[sqlite-a%2Fb].txt", ["- only before"])
