"""What a test's calls sent and received, comparable between two builds.

`COUNTERSIGN_TRANSCRIPT` names a folder; each test then writes one file there with all its calls: method, target, fields
and body, status, fields and body. What differs from run to run (ids, instants, versions, tokens, skip tokens, digests) is
replaced by a number in the order of its appearance in that test, so two runs of one build write equal files.

    COUNTERSIGN_TRANSCRIPT=/tmp/before python -m pytest -q -k sqlite
    COUNTERSIGN_TRANSCRIPT=/tmp/after  python -m pytest -q -k sqlite
    python -m support.transcript /tmp/before /tmp/after

Left out: tests marked `unordered`, whose calls race with each other or with the clock, or whose rows are in the order of
random ids; calls that signing in and the
start state need, because they depend on the tests before; calls of the SDK, of commands and of raw sockets.
"""

import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

# Also one character too short or too long, as tests of bad input send them.
GUID = r"[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{10,14}"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?:(?::|%3A)\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
# The named groups are the placeholders' names. The first that fits a place counts.
CHANGING = re.compile(
    r"(?P<token>eyJ[\w-]+\.[\w-]+\.[\w-]*)"
    # A key of the key set, or its thumbprint.
    r'|(?<=")(?P<key>[\w-]{43})(?=")'
    # The base64 form of an id.
    r"|(?P<coded>(?:[LMNOQRYZ][0-9A-Za-z+/]{3}){12})"
    r"|(?<=skiptoken=)(?P<skiptoken>[\w.~%+/=-]+)"
    rf"|(?:(?<![0-9A-Za-z-])|(?<=%[0-9A-F][0-9A-F]))(?P<id>{GUID})(?![0-9A-Za-z-])"
    r"|(?<![0-9A-Za-z])(?P<digest>[0-9a-f]{40,128})(?![0-9A-Za-z])"
    rf"|(?P<instant>{INSTANT})"
    # To the second or the day only: whether two are equal depends on when they were asked for.
    r"|(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)"
    r"|(?P<day>\d{4}-\d\d-\d\d)(?![\dT-])"
)
UNNUMBERED = {"second", "day"}


class Transcript:
    """The calls of one test, in their order."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbers: dict[str, dict[str, int]] = {}

    def record(
        self,
        places: Mapping[str, str],
        sent: tuple[str, str, Iterable[tuple[str, str]], bytes | None],
        received: tuple[int, str, Iterable[tuple[str, str]], bytes],
    ) -> None:
        """
        :param places: What the machine calls things (ports, folders), each with its placeholder.
        """
        method, target, fields, body = sent
        status, reason, answered, content = received
        lines = [f"{method} {target}", *_fields(fields, len(body or b"")), *_body(body or b""), ""]
        lines += [f"{status} {reason}", *_fields(answered, len(content)), *_body(content), ""]
        text = "\n".join(lines)
        # An answer's own id and the port are no news: how often a test asks must not shift the numbers.
        for name, value in answered:
            if name.lower() == "request-id":
                text = text.replace(value, "<request-id>")
        for place, placeholder in places.items():
            text = text.replace(place, placeholder)
        self._lines += map(_short, CHANGING.sub(self._placeholder, text).split("\n"))

    def _placeholder(self, found: re.Match[str]) -> str:
        name = str(found.lastgroup)
        if name in UNNUMBERED:
            return f"<{name}>"
        numbers = self._numbers.setdefault(name, {})
        return f"<{name} {numbers.setdefault(found.group(), len(numbers) + 1)}>"

    def write(self, folder: Path, test: str) -> None:
        """Nothing for a test without calls."""
        if not self._lines:
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file_name(test)).write_text(f"# {test}\n\n" + "\n".join(self._lines))


def file_name(test: str) -> str:
    """A test's name as a file's, which may have 255 bytes."""
    name = quote(test, safe="[]:, ")
    return (name if len(name) <= 180 else f"{name[:160]}…{hashlib.sha256(test.encode()).hexdigest()[:12]}") + ".txt"


def _fields(fields: Iterable[tuple[str, str]], length: int) -> list[str]:
    """A length that is the body's says nothing: replaced values have different ones."""
    return [
        f"{name}: {'<length>' if name.lower() == 'content-length' and value == str(length) else value}"
        for name, value in fields
    ]


def _body(body: bytes) -> list[str]:
    if not body:
        return []
    return ["", body.decode(errors="backslashreplace")]


def _short(line: str) -> str:
    digest = hashlib.sha256(line.encode()).hexdigest()
    return line if len(line) <= 200_000 else f"{line[:2000]}… {len(line)} characters, {digest}"


# Comparing


def differences(before: Path, after: Path) -> list[tuple[str, list[str]]]:
    """The tests that are in one folder only, or whose calls differ, each with the lines that do."""
    names = sorted({path.name for folder in (before, after) for path in folder.glob("*.txt")})
    found = []
    for name in names:
        old, new = before / name, after / name
        if not new.exists():
            found.append((name, ["- only before"]))
        elif not old.exists():
            found.append((name, ["+ only after"]))
        elif (lines := _different(old.read_text(), new.read_text())) is not None:
            found.append((name, lines))
    return found


def _different(old: str, new: str) -> list[str] | None:
    if old == new:
        return None
    spread = [_spread(text) for text in (old, new)]
    # Equal once spread out: what differs is white space, or how a text is escaped.
    one, other = spread if spread[0] != spread[1] else (old.split("\n"), new.split("\n"))
    return [line for line in difflib.unified_diff(one, other, lineterm="", n=4)][2:]


def _spread(text: str) -> list[str]:
    """Lines of JSON with one member per line, so that a difference shows its member only."""
    lines: list[str] = []
    for line in text.split("\n"):
        try:
            lines += json.dumps(json.loads(line), indent=1, ensure_ascii=False).split("\n") if line[:1] in "{[" else [line]
        except (ValueError, RecursionError):
            lines.append(line)
    return lines


def main(arguments: list[str]) -> int:
    """Exit code 0 where nothing differs, 1 where something does."""
    if len(arguments) != 2 or not all(Path(folder).is_dir() for folder in arguments):
        print("usage: python -m support.transcript BEFORE AFTER (two folders)", file=sys.stderr)
        return 2
    before, after = map(Path, arguments)
    found = differences(before, after)
    for name, lines in found:
        print(f"== {name}", *lines, "", sep="\n")
    total = len({path.name for folder in (before, after) for path in folder.glob("*.txt")})
    print(f"{total - len(found)} of {total} transcripts are equal")
    return 1 if found or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
