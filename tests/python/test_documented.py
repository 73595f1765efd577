# plain: it is about what the module says of itself
"""Whatever a user of the module sees says what it is, and of which type."""
import importlib
import inspect

import pytest

MODULES = ["cpic", "cpic.aio", "cpic.constants", "cpic.conversation", "cpic.errors", "cpic.history", "cpic.library", "cpic.node",
           "cpic.pytest_plugin", "cpic.raw", "cpic.text"]


def members(module):
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        yield name, thing
        if inspect.isclass(thing):
            for inner, method in vars(thing).items():
                if not inner.startswith("_") and (inspect.isfunction(method) or isinstance(method, property)):
                    yield f"{name}.{inner}", method


@pytest.mark.parametrize("name", MODULES)
def test_documented(name):
    module = importlib.import_module(name)
    assert module.__doc__
    for what, thing in members(module):
        if what.startswith("pytest_") or not (callable(thing) or isinstance(thing, property)):
            continue
        assert inspect.getdoc(thing), f"{name}.{what} says nothing"
        function = thing.fget if isinstance(thing, property) else thing
        if inspect.isfunction(function):
            missing = [p for p in inspect.signature(function).parameters if p not in function.__annotations__ and p != "self"]
            assert not missing and "return" in function.__annotations__, f"{name}.{what}: no type of {missing or 'its result'}"
