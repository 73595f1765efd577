"""The wheel, built without a network, and the package as it is installed from it."""
import os
import subprocess
import sys
import zipfile

from conftest import BUILD

BUILDER = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def test_wheel(tmp_path):
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", BUILD / "python", source], check=True)
    subprocess.run([sys.executable, "-c", BUILDER, str(tmp_path)], cwd=source, check=True, capture_output=True)
    wheel, = tmp_path.glob("*.whl")
    version = (source / "VERSION").read_text().strip()
    assert wheel.name == f"cpic-{version}-py3-none-any.whl"
    place = tmp_path / "place"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(place)
    assert {"cpic/__init__.py", "cpic/constants.py", "cpic/_calls.py", "cpic/py.typed", "cpic/pytest_plugin.py"} <= names
    assert not [n for n in names if "test" in n and "pytest" not in n]

    # Installed, the plugin is there without being named, and the library is found where the environment says.
    (tmp_path / "test_it.py").write_text(
        "import cpic\n"
        "def test_it(snanode):\n"
        "    snanode.tp('ECHO', lambda conv: [conv.reply(r) for r in conv])\n"
        "    with cpic.allocate('ECHO') as conv:\n"
        "        conv.send('x')\n"
        "        assert conv.receive().data == b'x'\n")
    environment = {**os.environ, "PYTHONPATH": str(place), "CPIC_LIBRARY": str(BUILD / "lib" / "libcpic.so.1")}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "test_it.py"],
                          env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
