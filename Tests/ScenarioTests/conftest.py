"""Servers for the scenarios: one per engine, reset before each test, and fresh ones for who stops or kills them."""

import os
from pathlib import Path

import pytest

from support import engines
from support.engines import Engine
from support.graph import Graph, unrecorded
from support.server import Server
from support.transcript import Transcript


def pytest_generate_tests(metafunc):
    """Both engines, unless a module says that another one would test the same again."""
    if "engine" in metafunc.fixturenames:
        names = getattr(metafunc.module, "ENGINES", engines.NAMES)
        metafunc.parametrize("engine", names, indirect=True, scope="session")


def pytest_make_parametrize_id(val, argname):
    """Names of tests stay readable."""
    if isinstance(val, (dict, list)):
        text = str(val)
        return text if len(text) <= 80 else f"{text[:60]}… of {len(text)}"
    return f"{argname} of {len(val)}" if isinstance(val, (str, bytes)) and len(val) > 80 else None


@pytest.fixture(autouse=True)
def transcript(request):
    """Writes down the test's calls where `COUNTERSIGN_TRANSCRIPT` names a folder (see `support.transcript`)."""
    folder = os.environ.get("COUNTERSIGN_TRANSCRIPT")
    if not folder or request.node.get_closest_marker("unordered"):
        yield
        return
    Graph.transcript = Transcript()
    yield
    written, Graph.transcript = Graph.transcript, None
    written.write(Path(folder), request.node.nodeid)


@pytest.fixture(scope="session")
def engine(request):
    engines.require(request.param)
    engine = Engine(request.param)
    yield engine
    engine.drop()


@pytest.fixture(scope="session")
def shared_server(engine, tmp_path_factory):
    server = Server(engine.create(tmp_path_factory.mktemp("shared")), "--demo", "--emulator").start()
    yield server
    assert server.stop() == 0, "".join(server.log[-50:])
    assert not [line for line in server.log if " error " in line or "eyJ" in line], "errors or tokens in the log"
    examined = server.run("doctor", "--deep")
    assert examined.returncode == 0, examined.stdout + examined.stderr


@pytest.fixture
def graph(shared_server) -> Graph:
    """Nobody's calls on the server in its start state."""
    graph = Graph(shared_server)
    if not shared_server.is_fresh:
        with unrecorded():
            graph.reset()
    return graph


@pytest.fixture
def own_server(engine, tmp_path):
    """A server that a test may stop, kill and start again."""
    server = Server(engine.create(tmp_path), "--demo", "--emulator").start()
    yield server
    server.kill()


@pytest.fixture
def alice(graph) -> Graph:
    """Intune Administrator: files."""
    return graph.as_("alice")


@pytest.fixture
def bob(graph) -> Graph:
    """Approver and Intune Administrator."""
    return graph.as_("bob")


@pytest.fixture
def carol(graph) -> Graph:
    """Approver without a role."""
    return graph.as_("carol")


@pytest.fixture
def erin(graph) -> Graph:
    """Global Administrator, in no approver group."""
    return graph.as_("erin")
