"""Compare the books of tests/e2e/tp/ledger.c: ledger.py [-v] SENDERS_BOOK ... -- RECEIVERS_BOOK ...

Every record of a conversation whose Confirm was answered was received once and in order; of any other, the records that
came were the first ones, once and in order, and both sides were told by a code that the documents have.  Prints one line
of sums, and before it what is wrong, exit status 1 then; with -v also how often each code was told."""
import collections
import sys

# What a program may be told when a machine on the way dies, by the documents of each call.
SENDER = {
    "initialize": {"CM_PRODUCT_SPECIFIC_ERROR"},
    "allocate": {"CM_ALLOCATE_FAILURE_RETRY", "CM_ALLOCATE_FAILURE_NO_RETRY", "CM_PRODUCT_SPECIFIC_ERROR"},
}
LATER = {"CM_RESOURCE_FAILURE_RETRY", "CM_RESOURCE_FAILURE_NO_RETRY", "CM_TP_NOT_AVAILABLE_RETRY",
         "CM_TP_NOT_AVAILABLE_NO_RETRY"}
RECEIVER = {"CM_RESOURCE_FAILURE_RETRY", "CM_RESOURCE_FAILURE_NO_RETRY"}
wrong = []


class Sent:
    def __init__(self, records):
        self.records, self.call, self.code, self.sent = records, None, None, 0


class Got:
    def __init__(self, book):
        self.book, self.indexes, self.code, self.number, self.part = book, [], None, None, False


def read_senders(paths):
    sent = {}
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        for line in map(str.split, open(path)):
            if line[0] == "begin":
                sent[name, int(line[1])] = Sent(int(line[2]))
            else:
                s = sent[name, int(line[1])]
                s.call, s.code, s.sent = line[2], line[3], int(line[4])
    return sent


def read_receivers(paths):
    conversations = []
    for path in paths:
        for line in map(str.split, open(path)):
            if line[0] == "accept":
                conversations.append(Got(path))
            elif line[0] == "idle":
                continue
            now = conversations[-1]
            if line[0] == "record":
                number = line[1], int(line[2])
                if now.number not in (None, number):
                    wrong.append(f"{path}: records of {now.number} and {number} in one conversation")
                now.number = number
                now.indexes.append(int(line[3]))
            elif line[0] == "garbage":
                wrong.append(f"{path}: a record of {now.number} is damaged")
            elif line[0] == "part":  # what arrived before the session failed comes first, then the failure
                now.part = True
            elif line[0] == "end":
                now.code = line[1]
            if now.part and line[0] not in ("part", "end"):
                wrong.append(f"{path}: part of a record of {now.number}, and then {line[0]}")
            if now.part and line[0] == "end" and not now.code.startswith("CM_RESOURCE_FAILURE"):
                wrong.append(f"{path}: part of a record of {now.number}, and then {now.code}")
    return conversations


def main(flags, arguments):
    split = arguments.index("--")
    sent, got = read_senders(arguments[:split]), read_receivers(arguments[split + 1:])
    lost = twice = received = told = 0
    by_number = collections.defaultdict(list)
    for g in got:
        by_number[g.number].append(g)
        if g.code is None:
            wrong.append(f"{g.book}: the receiver of {g.number} was told nothing")
        elif g.code not in RECEIVER | {"CM_DEALLOCATED_NORMAL"}:
            wrong.append(f"{g.book}: the receiver of {g.number} was told {g.code}")
    for number, s in sent.items():
        here = by_number.pop(number, [])
        seen = [i for g in here for i in g.indexes]
        received += len(seen)
        twice += len(seen) - len(set(seen))
        if seen != list(range(len(seen))) or len(seen) > s.sent + 1:
            wrong.append(f"{number}: records {seen} of {s.sent} that were sent, by {[g.book for g in here]}")
        if s.call is None:
            wrong.append(f"{number}: its sender was told nothing")
        elif s.code == "CM_OK":
            lost += s.sent - len(set(seen))
            continue
        elif s.code not in SENDER.get(s.call, LATER):
            wrong.append(f"{number}: {s.call} was told {s.code}")
        told += 1
        for g in here:
            if g.code == "CM_DEALLOCATED_NORMAL":
                wrong.append(f"{number}: its sender was told {s.code} by {s.call}, and its receiver {g.code}")
    by_number.pop(None, None)
    wrong.extend(f"{number}: nobody has sent it" for number in by_number)
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    if "-v" in flags:
        for what, n in sorted(collections.Counter((s.call, s.code) for s in sent.values()).items()):
            print(f"{n:8} senders: {what[0]} {what[1]}")
        for code, n in sorted(collections.Counter(g.code for g in got).items()):
            print(f"{n:8} receivers: {code}")
    print(f"conversations {len(sent)}, told {told}; records sent {sum(s.sent for s in sent.values())}, "
          f"received {received}, lost {lost}, twice {twice}")
    return 1 if wrong or lost or twice or not received else 0


sys.exit(main([a for a in sys.argv[1:] if a == "-v"], [a for a in sys.argv[1:] if a != "-v"]))
