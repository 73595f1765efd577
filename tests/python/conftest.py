"""The tests of the Python module, against nodes of their own."""
import pathlib

BUILD = pathlib.Path(__import__("cpic").__file__).resolve().parents[2]

pytest_plugins = ["pytester"]
