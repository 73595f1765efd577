# docs/ci.md: its recipes are what GitHub and GitLab read, and their steps do what the page says, with a program that
# does what it should and with one that does not.
# plain: it reads files
. "${BASH_SOURCE%/*}/lib.sh"

"$PYTHON" -c 'import yaml' 2>/dev/null || {
    echo 'skipped: no python3-yaml'
    exit 77
}
[ -z "$SANITIZED" ] || {
    echo 'skipped: a program that the page compiles does not bring the sanitizer of the library'
    exit 77
}

# The files of the page, and the steps of both recipes: install-NAME, test-NAME, artefacts-NAME.
"$PYTHON" - "$ROOT/docs/ci.md" <<'PROGRAM' || fail "docs/ci.md (above)"
import re
import sys

import yaml

page = open(sys.argv[1]).read()
blocks = re.findall(r"((?:[^\n]+\n)+)\n```(\w*)\n(.*?)```", page, re.S)
recipes = {}
for before, kind, text in blocks:
    names = re.findall(r"`([^`\s]+)`", before)
    if kind == "yaml":
        recipes[names[0]] = yaml.safe_load(text)
    elif kind in ("c", "lua", "bash") or (kind == "" and names and re.search(r"^[a-z]+\.(cfg|reg)$", names[0])):
        open(names[0] if kind != "bash" else names[-1], "w").write(text)


def write(name, install, test, artefacts):
    for part, lines in (("install", install), ("test", test), ("artefacts", artefacts)):
        open(f"{part}-{name}", "w").write("\n".join(lines) + "\n")


github = recipes[".github/workflows/sna.yml"]
assert set(github) == {"name", True, "env", "jobs"}, set(github)  # True is what YAML 1.1 makes of `on`
(job,) = github["jobs"].values()
assert set(job) == {"runs-on", "container", "steps"}, set(job)
install, test, artefacts = [], [], []
for step in job["steps"]:
    assert ("uses" in step) != ("run" in step), step
    assert set(step) <= {"name", "uses", "run", "with", "if"}, step
    if "uses" in step:
        assert re.fullmatch(r"actions/(checkout|upload-artifact)@v\d+", step["uses"]), step
        if "upload" in step["uses"]:
            assert step["if"] == "always()", "a run that fails keeps nothing"
            artefacts.append(step["with"]["path"])
    else:
        (test if step["name"] in ("Build", "Test") else install).append(step["run"].strip())
write("github", install, test, artefacts)

gitlab = recipes[".gitlab-ci.yml"]
assert set(gitlab) == {"variables", "sna"}, set(gitlab)
job = gitlab["sna"]
assert set(job) == {"image", "before_script", "script", "artifacts"}, set(job)
assert all(isinstance(line, str) for line in job["before_script"] + job["script"]), job
assert job["artifacts"]["when"] == "always", "a run that fails keeps nothing"
write("gitlab", job["before_script"], job["script"], job["artifacts"]["paths"])
PROGRAM

# What `make install` and ldconfig would have done.
cat >cpic.pc <<END
Name: cpic
Description: of this build
Version: 0
Cflags: -I$ROOT/tp/include
Libs: -L$BUILD/lib -lcpic
Libs: -L$BUILD/lib -lcpic
END
export PKG_CONFIG_PATH=$DIR PATH=$BIN:$PATH LD_LIBRARY_PATH=$BUILD/lib
for recipe in github gitlab; do
    bash -n install-$recipe || fail "$recipe: the installation"
    is "make targets of $recipe" "$(grep -c '^ *make ' install-$recipe)" 2
    for target in $(sed -n 's/^ *make .* //p' install-$recipe); do
        grep -q "^$target:" "$ROOT/Makefile" || fail "$recipe: there is no make $target"
    done

    mkdir $recipe && cp enquire.c balance.lua host.cfg host.reg snatest.sh $recipe
    (cd $recipe && bash -e ../test-$recipe) >out 2>&1 || fail "$recipe: $(cat out)"
    has out '^4711 1815\.12 A LOVELACE$'
    kept=$recipe/$(cat artefacts-$recipe)
    has "$kept/chart.txt" 'Ended well'
    has "$kept/node.log" 'TP BALANCE: started'
    [ -s "$kept/trace.pcapng" ] || fail "$recipe: no capture is kept"

    sed 's/BALANCE 4711/BALANCE 47x/' test-$recipe >bad-$recipe
    cmp -s test-$recipe bad-$recipe && fail "$recipe: the program is not asked for 4711"
    (cd $recipe && bash -e ../bad-$recipe) >out 2>&1 && fail "$recipe: a wrong program passes"
    has out 'expected a record like \^ENQ \(%d\+\)\$, got "ENQ 47x"'
    has "$kept/chart.txt" 'Ended with an error'
    pgrep -f "$DIR/$recipe" && fail "$recipe: a process is left behind"
done
exit 0
