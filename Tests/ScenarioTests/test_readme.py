"""The commands of the README and of the tool authors' page run as they are written.

A fenced `sh` or `python` block after the comment `<!-- run -->` is run, in order and in one shell, against a fresh
`countersign serve --demo` on the default port. A fenced block after `<!-- prints -->` is what the block before it
prints, where `…` stands for anything. ALICE and BOB hold their tokens, as the README says to export them.
"""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support.server import BINARY, ROOT, Server, environment

PAGES = [(ROOT / "README.md", ["--demo"]), (ROOT / "docs" / "tool-authors.md", ["--demo", "--emulator"])]
BLOCK = re.compile(r"^<!-- (run|prints) -->\n+```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== block {} ==="


def script(blocks: list[tuple[str, str, str]]) -> str:
    """One shell script, in which exported variables last and Python blocks see them."""
    lines = ["set -euo pipefail"]
    for index, (kind, language, text) in enumerate(blocks):
        if kind == "prints":
            continue
        lines.append(f"echo '{MARK.format(index)}'")
        assert language in ("sh", "bash", "shell", "console", "python"), f"a block in {language!r} can't be run"
        lines.append(f"python - <<'END OF BLOCK'\n{text}END OF BLOCK" if language == "python" else text)
    return "\n".join(lines) + "\n"


def printed(output: str, index: int) -> str:
    return output.split(MARK.format(index) + "\n", 1)[1].split("=== block ", 1)[0]


def pattern(text: str) -> str:
    return ".*".join(re.escape(part) for part in text.strip().split("…"))


@pytest.mark.parametrize("page, options", PAGES, ids=lambda value: getattr(value, "name", ""))
def test_a_pages_commands_do_what_it_says(tmp_path, page, options):
    blocks = BLOCK.findall(page.read_text())
    assert blocks, f"{page.name} has no block marked <!-- run -->"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 8080))
        except OSError:
            pytest.fail("port 8080, which the README's commands name, is taken")
    server = Server(str(tmp_path / "countersign.db"), *options, listen="127.0.0.1:8080", cwd=ROOT).start()
    try:
        path = os.pathsep.join([str(Path(BINARY).parent), str(Path(sys.executable).parent), os.environ["PATH"]])
        tokens = {name.upper(): server.run("token", "--as", name).stdout.strip() for name in ("alice", "bob")}
        done = subprocess.run(
            ["bash", "-c", script(blocks)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            env=environment(PATH=path, COUNTERSIGN_DATABASE=server.database, **tokens),
        )
    finally:
        assert server.stop() == 0
    assert done.returncode == 0, done.stdout + done.stderr
    for index, (kind, _, text) in enumerate(blocks):
        if kind == "prints":
            assert index > 0 and blocks[index - 1][0] == "run", "output without a block that prints it"
            shown = printed(done.stdout, index - 1)
            assert re.fullmatch(pattern(text), shown.strip(), re.DOTALL), shown
