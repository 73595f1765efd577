"""The tests of the Python module, against nodes of their own."""
import pathlib
import sys

BUILD = pathlib.Path(__import__("cpic").__file__).resolve().parents[2]

pytest_plugins = ["pytester"]
if "cpic.pytest_plugin" not in sys.modules:  # not installed, but found by PYTHONPATH
    pytest_plugins.append("cpic.pytest_plugin")
