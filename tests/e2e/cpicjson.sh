# cpic.json says what the headers say: the compiler compares every constant, the structure and the type of every call.
# plain: it is about a file
. "${BASH_SOURCE%/*}/lib.sh"

json=$BUILD/gen/cpic.json
"$PYTHON" - "$json" >check.c <<'END' || fail 'cpic.json is not JSON'
import json, sys
j = json.load(open(sys.argv[1]))
c = {"int32": "CM_INT32 *", "octets": "unsigned char *", "SIDE_INFO": "SIDE_INFO *", "int": "int *", "short": "short *",
     "pointer": "void *"}
print('#include <stddef.h>\n#include "wincpic.h"')
for x in j["constants"]:
    print(f'_Static_assert({x["name"]} == {x["value"]}, "{x["name"]}");')
for s in j["structures"]:
    print(f'_Static_assert(sizeof({s["name"]}) == {s["size"]}, "size");')
    for f in s["fields"]:
        print(f'_Static_assert(offsetof({s["name"]}, {f["name"]}) == {f["offset"]} && '
              f'sizeof((({s["name"]} *)0)->{f["name"]}) == {f["size"]}, "{f["name"]}");')
for x in j["calls"]:
    for p in x["parameters"]:
        if p.get("length"):
            assert p["length"] in [q["name"] for q in x["parameters"]], (x["name"], p)
        elif p["type"] == "octets" and x["supported"]:
            assert "size" in p, (x["name"], p)
        assert not x["supported"] or "direction" in p, (x["name"], p)
    if x["name"] in ("cmsqcf", "xcrcname", "xclasterr", "xclastsense"):
        continue
    types = ", ".join(c[p["type"]] for p in x["parameters"])
    print(f'CM_ENTRY (*const is_{x["name"]})({types}) = {x["name"]};')
    for l in x["long"]:
        print(f'_Static_assert(__builtin_types_compatible_p(__typeof__({l}), __typeof__({x["name"]})), "{l}");')
print(f'/* {len(j["constants"])} constants, {len(j["calls"])} calls */')
END
${CC:-cc} -std=gnu11 -Wall -Werror -DREADABLE_MACROS -I"$ROOT/tp/include" -fsyntax-only check.c || fail 'cpic.json differs from the headers'

# None is missing, counted in another way.
is constants "$(grep -c '"value": ' "$json")" "$(cat "$ROOT"/tp/include/cpic.h "$ROOT"/tp/include/wincpic.h |
    grep -cE '^#define (CM|XC|WCPIC)_?[A-Z0-9_]+ +[-(0-9CX]')"
is calls "$(sed -n '/"calls"/,/"windows_calls"/p' "$json" | grep -c '^    {"name": .*"supported"')" \
    "$(grep -c '^CPIC_API' "$ROOT/tp/include/cpic.h")"
