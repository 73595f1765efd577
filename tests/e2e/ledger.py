"""Compare the books of tests/e2e/tp/ledger.c and tests/e2e/ledger.lua:

    ledger.py [-v] SENDERS_BOOK ... -- RECEIVERS_BOOK ...

Every record of a conversation that its sender knows to be received was received once and in order; of any other, the
records that came were the first ones, once and in order, and both sides were told by a code that the documents have.
Who was killed was told nothing, and its partner that it has gone.  Prints one line of sums, and before it what is wrong,
exit status 1 then; with -v also how often each code was told."""
import collections
import sys

# What a program may be told when a machine, a link or the partner dies, by the documents of each call.
SENDER = {
    "initialize": {"CM_PRODUCT_SPECIFIC_ERROR"},
    "allocate": {"CM_ALLOCATE_FAILURE_RETRY", "CM_ALLOCATE_FAILURE_NO_RETRY", "CM_PRODUCT_SPECIFIC_ERROR"},
}
LATER = {"CM_RESOURCE_FAILURE_RETRY", "CM_RESOURCE_FAILURE_NO_RETRY", "CM_TP_NOT_AVAILABLE_RETRY",
         "CM_TP_NOT_AVAILABLE_NO_RETRY"}
RECEIVER = {"CM_RESOURCE_FAILURE_RETRY", "CM_RESOURCE_FAILURE_NO_RETRY"}
ABEND = {"CM_DEALLOCATED_ABEND", "CM_DEALLOCATED_ABEND_SVC"}  # the partner was killed; mapped and basic [C10]
KILLED = "killed"
NODE_DIED = {"AP_COMM_SUBSYSTEM_ABENDED", "AP_COMM_SUBSYSTEM_NOT_LOADED"}  # any verb may say so
# The same, as the verbs of APPC say it: primary code, or primary and secondary.
APPC = {
    "AP_OK": "CM_OK",
    "AP_CONV_FAILURE_RETRY": "CM_RESOURCE_FAILURE_RETRY",
    "AP_CONV_FAILURE_NO_RETRY": "CM_RESOURCE_FAILURE_NO_RETRY",
    "AP_DEALLOC_ABEND": "CM_DEALLOCATED_ABEND",
    "AP_DEALLOC_ABEND_SVC": "CM_DEALLOCATED_ABEND_SVC",
    "AP_DEALLOC_NORMAL": "CM_DEALLOCATED_NORMAL",
    "AP_ALLOCATION_ERROR/AP_ALLOCATION_FAILURE_RETRY": "CM_ALLOCATE_FAILURE_RETRY",
    "AP_ALLOCATION_ERROR/AP_ALLOCATION_FAILURE_NO_RETRY": "CM_ALLOCATE_FAILURE_NO_RETRY",
    "AP_ALLOCATION_ERROR/AP_TRANS_PGM_NOT_AVAIL_RETRY": "CM_TP_NOT_AVAILABLE_RETRY",
    "AP_ALLOCATION_ERROR/AP_TRANS_PGM_NOT_AVAIL_NO_RETRY": "CM_TP_NOT_AVAILABLE_NO_RETRY",
}
wrong = []


class Sent:
    def __init__(self, records):
        self.records, self.call, self.code, self.sent = records, None, None, 0

    def may_be_told(self):
        return SENDER.get(self.call, LATER) | NODE_DIED


class Got:
    def __init__(self, book):
        self.book, self.indexes, self.code, self.number, self.part, self.answered = book, [], None, None, False, False


def read_senders(paths):
    sent = {}
    for path in paths:
        name, s = path.rsplit("/", 1)[-1], None
        for line in map(str.split, open(path)):
            if line[0] == "begin":
                s = sent[name, int(line[1])] = Sent(int(line[2]))
            elif line[0] == KILLED:
                if s and s.call is None:  # some may have been sent
                    s.call, s.code, s.sent = KILLED, KILLED, s.records
            else:
                s = sent[name, int(line[1])]
                s.call, s.code, s.sent = line[2], APPC.get(line[3], line[3]), int(line[4])
    return sent


def take_line(now, line, path):
    """A line of a receiver's book, but "accept" and "idle"."""
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
    elif line[0] == "answered":
        now.answered = True
        if int(line[1]) != len(now.indexes):
            wrong.append(f"{path}: {len(now.indexes)} records of {now.number}, and {line[1]} were answered")
    elif line[0] == "end":
        now.code = APPC.get(line[1], line[1])
    elif line[0] == KILLED:
        now.code = now.code or KILLED
    if now.part and line[0] not in ("part", "end", KILLED):
        wrong.append(f"{path}: part of a record of {now.number}, and then {line[0]}")


def read_receivers(paths):
    conversations = []
    for path in paths:
        now = None
        for line in map(str.split, open(path)):
            if line[0] == "accept":
                now = Got(path)
                conversations.append(now)
            elif line[0] == KILLED and not (now and now.code is None):
                now = Got(path)  # it may have had one more, and was killed before it could write that
                now.code = KILLED
                conversations.append(now)
            elif line[0] != "idle" and now:
                take_line(now, line, path)
    return conversations


def check_receiver(g, sender):
    """What the receiver of a conversation was told, whose sender (a Sent) is known or None."""
    gone = ABEND if sender and sender.call == KILLED else set()
    if g.part and g.code not in RECEIVER | NODE_DIED | {KILLED} | gone:
        wrong.append(f"{g.book}: part of a record of {g.number}, and then {g.code}")
    if g.code is None:
        wrong.append(f"{g.book}: the receiver of {g.number} was told nothing")
    elif g.code == "CM_OK" and not g.answered:
        wrong.append(f"{g.book}: the receiver of {g.number} ended well without an answer")
    elif g.code not in RECEIVER | NODE_DIED | {"CM_DEALLOCATED_NORMAL", "CM_OK", KILLED} | gone:
        wrong.append(f"{g.book}: the receiver of {g.number} was told {g.code}")


def check_sender(number, s, here):
    """Whether the sender of conversation NUMBER, with the receivers HERE, was told what has happened."""
    if s.call is None:
        wrong.append(f"{number}: its sender was told nothing")
    elif s.call == "miscounted":
        wrong.append(f"{number}: the answer has another number")
    elif s.code != KILLED and s.code not in s.may_be_told():
        if s.code not in ABEND or not any(g.code == KILLED for g in here):
            wrong.append(f"{number}: {s.call} was told {s.code}")
    for g in here:
        if g.code == "CM_DEALLOCATED_NORMAL" and s.code != KILLED:
            wrong.append(f"{number}: its sender was told {s.code} by {s.call}, and its receiver {g.code}")


def main(flags, arguments):
    split = arguments.index("--")
    sent, got = read_senders(arguments[:split]), read_receivers(arguments[split + 1:])
    lost = twice = received = told = 0
    by_number = collections.defaultdict(list)
    for g in got:
        by_number[g.number].append(g)
    # Nobody knows whose conversation it was that a receiver had before a first record: one sender each may be told.
    strangers = by_number.pop(None, [])
    dead = [g for g in strangers if g.code == KILLED]
    cut_off = sum(s.call == KILLED for s in sent.values())
    for g in strangers:
        if g.code in ABEND and cut_off > 0:
            cut_off -= 1
        else:
            check_receiver(g, None)
    for number, s in sent.items():
        here = by_number.pop(number, [])
        for g in here:
            check_receiver(g, s)
        seen = [i for g in here for i in g.indexes]
        received += len(seen)
        twice += len(seen) - len(set(seen))
        if seen != list(range(len(seen))) or len(seen) > s.sent + 1:
            wrong.append(f"{number}: records {seen} of {s.sent} that were sent, by {[g.book for g in here]}")
        if s.code == "CM_OK" and s.call != "miscounted":
            lost += s.sent - len(set(seen))
            continue
        if s.code in ABEND and not here and dead:
            here = [dead.pop()]
        check_sender(number, s, here)
        told += 1
    wrong.extend(f"{number}: nobody has sent it" for number in by_number)
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    if "-v" in flags:
        for what, n in sorted(collections.Counter((str(s.call), str(s.code)) for s in sent.values()).items()):
            print(f"{n:8} senders: {what[0]} {what[1]}")
        for code, n in sorted(collections.Counter(str(g.code) for g in got).items()):
            print(f"{n:8} receivers: {code}")
    print(f"conversations {len(sent)}, told {told}; records sent {sum(s.sent for s in sent.values())}, "
          f"received {received}, lost {lost}, twice {twice}")
    return 1 if wrong or lost or twice or not received else 0


sys.exit(main([a for a in sys.argv[1:] if a == "-v"], [a for a in sys.argv[1:] if a != "-v"]))
