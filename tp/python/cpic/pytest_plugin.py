"""The pytest plugin: a node for a test.

    def test_stock(snanode):
        snanode.program("STOCK", "build/stockd")
        with cpic.allocate("STOCK") as conv:
            ...

    @pytest.mark.snanode(config="host.cfg", registry="host.reg")
    def test_configured(snanode):
        ...

The fixture ``snanode`` is a running :class:`cpic.node.Node`.  Its files are those of the marker, or of the options
``snanode_config`` and ``snanode_registry`` of pytest's configuration, relative to its folder; without them the node has two
LUs.  A test fails, too, when a TP that is a function of the test has raised something.  The report of a test that failed
has the steps of its conversations, their frames if the node traces them, and what the node logged.
"""
from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest

from . import history
from .node import Node


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("snanode_config", "command files of the fixture snanode", type="linelist", default=[])
    parser.addini("snanode_registry", "registry files of the fixture snanode", type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "snanode(config=None, registry=None): the files, or their text, of the fixture snanode")


def _given(request: pytest.FixtureRequest, what: str) -> Any:
    """Of the marker or the configuration; names of files are relative to the test, or to the folder of the configuration."""
    marker = request.node.get_closest_marker("snanode")
    if marker is not None and marker.kwargs.get(what) is not None:
        given, folder = marker.kwargs[what], request.node.path.parent
    else:
        given, folder = request.config.getini(f"snanode_{what}"), request.config.rootpath
    if not given:
        return None
    texts = given if isinstance(given, (list, tuple)) else [given]
    return [t if isinstance(t, str) and "\n" in t else folder / t for t in texts]


@pytest.fixture
def snanode(request: pytest.FixtureRequest) -> Iterator[Node]:
    """A node of the test's own, which runs; see cpic.node.Node."""
    node = Node(_given(request, "config"), _given(request, "registry"))
    try:
        node.start()
        yield node
        reports = request.node.stash.get(_REPORTS, {})
        if reports.get("call") is None or reports["call"].passed:
            node.settle()
            node.check()
    finally:
        node.stop()


_REPORTS = pytest.StashKey[Dict[str, pytest.TestReport]]()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    item.stash.setdefault(_REPORTS, {})[report.when] = report
    node = getattr(item, "funcargs", {}).get("snanode")
    if report.failed and report.when == "call" and isinstance(node, Node):
        for name, error in node.failures:
            report.sections.append((f"TP {name}", f"{type(error).__name__}: {error}"))
        for title, text in (("conversations", history.ladder()), ("frames", node.ladder()), ("node", node.log())):
            if text:
                report.sections.append((title, text))
