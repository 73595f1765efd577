# plain: it is about packages; test_conversation and test_raw call the library under sanitizers
"""The wheel and the Debian package, built without a network, and the module as it is installed from each."""
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest
from conftest import BUILD

ROOT = pathlib.Path(__file__).resolve().parents[2]  # BUILD may lie anywhere
BUILDER = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
VERSION = (BUILD / "python" / "VERSION").read_text().strip()
FILES = {"cpic/__init__.py", "cpic/constants.py", "cpic/_calls.py", "cpic/py.typed", "cpic/pytest_plugin.py"}


def works(place, tmp_path):
    """Installed at PLACE, the plugin is there without being named, and the library is found where the
    environment says."""
    (tmp_path / "test_it.py").write_text(
        "import cpic\n"
        "def test_it(snanode):\n"
        f"    assert cpic.__file__.startswith({str(place)!r})\n"
        "    snanode.tp('ECHO', lambda conv: [conv.reply(r) for r in conv])\n"
        "    with cpic.allocate('ECHO') as conv:\n"
        "        conv.send('x')\n"
        "        assert conv.receive().data == b'x'\n")
    environment = {**os.environ, "PYTHONPATH": str(place), "CPIC_LIBRARY": str(BUILD / "lib" / "libcpic.so.1")}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "test_it.py"],
                          env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_wheel(tmp_path):
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", BUILD / "python", source], check=True)
    subprocess.run([sys.executable, "-c", BUILDER, str(tmp_path)], cwd=source, check=True, capture_output=True)
    wheel, = tmp_path.glob("*.whl")
    assert wheel.name == f"cpic-{VERSION}-py3-none-any.whl"
    place = tmp_path / "place"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(place)
    assert FILES <= names
    assert not [n for n in names if "test" in n and "pytest" not in n]
    works(place, tmp_path)


def make_package(where):
    done = subprocess.run([ROOT / "scripts" / "make-python-deb", VERSION, where], env={**os.environ, "BUILD": str(BUILD)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb")
def test_debian_package(tmp_path):
    package = make_package(tmp_path)
    assert package == str(tmp_path / f"python3-cpic_{VERSION}_all.deb")
    with open(make_package(tmp_path / "again"), "rb") as again, open(package, "rb") as first:
        assert again.read() == first.read()

    def field(name):
        return subprocess.run(["dpkg-deb", "-f", package, name], check=True, capture_output=True, text=True).stdout.strip()
    assert (field("Package"), field("Version"), field("Architecture")) == ("python3-cpic", VERSION, "all")
    assert "python3 (>= 3.8)" in field("Depends")

    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    place = root / "usr" / "lib" / "python3" / "dist-packages"
    assert FILES <= {str(p.relative_to(place)) for p in place.rglob("*")}
    for p in root.rglob("*"):
        assert p.stat().st_mode & 0o022 == 0, f"{p} can be written by others"
    sums = subprocess.run(["dpkg-deb", "-I", package, "md5sums"], check=True, capture_output=True, text=True).stdout
    assert subprocess.run(["md5sum", "-c", "--quiet"], cwd=root, input=sums, text=True, check=False).returncode == 0
    assert len(sums.splitlines()) == sum(p.is_file() for p in root.rglob("*"))
    works(place, tmp_path)
