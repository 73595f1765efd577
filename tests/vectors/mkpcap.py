#!/usr/bin/env python3
"""Synthesise SNA LU 6.2 traffic in several encapsulations, so that tshark can be
asked what it decodes in each.  One logical trace, five pcap files:

  sna-llc2-eth.pcap   LINKTYPE 1    802.3 + LLC2, DSAP/SSAP 04
  sna-llc-udp.pcap    LINKTYPE 1    the same LLC frames in UDP 12000-12004
  sna-dlsw.pcap       LINKTYPE 1    RFC 1795 SSP over TCP 2065/2067
  sna-sdlc.pcap       LINKTYPE 268  SDLC (address, control, info, no FCS)
  sna-exportpdu.pcap  LINKTYPE 252  Wireshark "upper PDU" with dissector tag

Run in an empty folder:  python3 mkpcap.py && tshark -V -r sna-llc2-eth.pcap
Everything below is our own synthetic data (NETA.NODEA <-> NETA.NODEB).
"""
import struct

E = lambda s: s.encode('cp037')                  # EBCDIC
H = bytes.fromhex

# ---------------------------------------------------------------- SNA parts
def lv(b):                                       # 1-byte length (not counting itself) + value
    return bytes([len(b)]) + b

def th(exp=0, odai=0, daf=0, oaf=0, snf=0, mpf=3):
    return bytes([0x20 | mpf << 2 | odai << 1 | exp, 0, daf, oaf]) + struct.pack('>H', snf)

FMD, NC, DFC, SC = 0, 1, 2, 3
def rq(cat, fi=0, bc=1, ec=1, dr1=0, dr2=0, eri=0, pi=0, bb=0, cd=0, ceb=0, rlw=0, qr=0, sdi=0):
    return bytes([cat << 5 | fi << 3 | sdi << 2 | bc << 1 | ec,
                  dr1 << 7 | dr2 << 5 | eri << 4 | rlw << 2 | qr << 1 | pi,
                  bb << 7 | cd << 5 | ceb])
RQE1 = dict(dr1=1, eri=1); RQD1 = dict(dr1=1); RQD2 = dict(dr2=1); RQE3 = dict(dr1=1, dr2=1, eri=1)

def rsp(cat, fi=0, dr1=0, dr2=0, neg=0, pi=0, qr=0):
    return bytes([0x80 | cat << 5 | fi << 3 | neg << 2 | 3,
                  dr1 << 7 | dr2 << 5 | neg << 4 | qr << 1 | pi, 0])

def xid3(state, role, idblk, idnum, cpname, tg=0, maxbtu=1033):
    b = bytearray(29)
    b[0] = 0x32
    struct.pack_into('>I', b, 2, idblk << 20 | idnum)
    b[8] = 0xB0                                  # no INIT-SELF, stand-alone BIND ok, whole BINDs only
    b[9] = 0x80 | state << 2                     # ACTPU suppressed, LEN (no NN, no CP-CP), exchange state
    b[10] = 0x00                                 # no adaptive BIND pacing
    b[16] = tg
    b[17] = 0x01                                 # DLC type as seen on LAN links too
    b[18] = 0x0B                                 # DLC-dependent section, counted from byte 18
    b[19] = 0x40 | role << 4 | 0x01              # ABM capable, role, two-way simultaneous
    struct.pack_into('>H', b, 21, maxbtu)
    b[27] = 7
    cv0e = b'\x0e' + lv(b'\xf4' + E(cpname))
    sub = bytes([2 + 6]) + b'\x06' + E('LU62EM') # subfield: length, key 06 (product common name), text
    prodid = bytes([3 + len(sub)]) + b'\x11' + b'\x0c' + sub   # product identifier X'11', class 0C
    cv10 = b'\x10' + lv(b'\x00' + prodid)
    b += cv0e + cv10
    b[1] = len(b)
    return bytes(b)

def bind(plu, slu, mode, sess, response=False, sync=0x20, cnos=0x03):
    b = bytearray(27)
    b[0:4] = H('31001307')
    b[4] = b[5] = 0xB0
    b[6] = 0x50                                  # FMH allowed, bracket reset INB, conditional termination
    b[7] = 0xB1                                  # HDX-FF, symmetric recovery, PLU is contention winner
    b[8] = 0x07; b[9] = 0x87                     # SLU send window, adaptive + SLU receive window
    b[10] = b[11] = 0x87                         # 1024-byte RUs both ways
    b[12] = 0x87; b[13] = 0x07
    b[14:16] = H('0602')
    b[23] = 0x16                                 # access security, pw substitution, already verified
    b[24] = sync | cnos                          # confirm; parallel sessions + CNOS
    ud = b'\x00' + lv(b'\x02' + E(mode)) + lv(b'\x03\xf0' + sess)
    ud += lv(b'\x05' + E(slu)) if response else lv(b'\x04' + E(plu))
    b += lv(E(plu)) + lv(ud) + lv(b'')
    b += lv(E(slu))
    return bytes(b)

def fmh5(tp, mapped, sync, luname, luw, seq, sec=b'', vid=0, pip=None, corr=b'\0\0\0\1'):
    body = H('05 02ff') + bytes([vid << 7 | (8 if pip else 0)]) + b'\x03'
    body += bytes([0xD1 if mapped else 0xD0, 0, sync << 6])
    body += lv(tp) + lv(sec) + lv(lv(E(luname)) + luw + struct.pack('>H', seq)) + lv(corr)
    h = bytes([len(body) + 1]) + body
    if pip:
        subs = b''.join(struct.pack('>HH', 4 + len(p), 0x12E2) + p for p in pip)
        h += struct.pack('>HH', 4 + len(subs), 0x12F5) + subs
    return h

def gds(gid, data):
    return struct.pack('>HH', 4 + len(data), gid) + data

def fmh7(sense, log=None):
    h = H('07 07') + struct.pack('>I', sense) + (b'\x80' if log else b'\x00')
    if log:
        h += gds(0x12E1, struct.pack('>H', 2) + struct.pack('>H', 2 + len(log)) + log)  # no product set id
    return h

def cnos(flag, mod, mode, limit=8, src=4, tgt=4, action=0, drain=0, resp=0):
    return gds(0x1210, bytes([flag, mod, action, drain, resp]) +
               struct.pack('>HHH', limit, src, tgt) + b'\x00' + lv(E(mode)))

# ---------------------------------------------------------------- the logical trace
# events: ('A'|'B', kind, payload);  kind in xid, sabme, ua, piu, disc
T = []
A = lambda k, p=b'': T.append(('A', k, p))
B = lambda k, p=b'': T.append(('B', k, p))
IDB = 0x05D
A('xid'); B('xidr')
A('xid', xid3(2, 3, IDB, 0x00001, 'NETA.NODEA')); B('xidr', xid3(2, 3, IDB, 0x00002, 'NETA.NODEB'))
# higher node id (B) takes the primary role
B('xid', xid3(1, 1, IDB, 0x00002, 'NETA.NODEB')); A('xidr', xid3(1, 0, IDB, 0x00001, 'NETA.NODEA'))
B('sabme'); A('ua')
# A is the secondary link station -> ODAI 1 in sessions that A binds.  LFSID 1/02/00
a = dict(odai=1, daf=0x00, oaf=0x02); b = dict(odai=1, daf=0x02, oaf=0x00)
A('piu', th(exp=1, snf=1, **a) + rq(SC, fi=1, **RQD1) +
  bind('NETA.LUA', 'NETA.LUB', 'SNASVCMG', H('00000001')))
B('piu', th(exp=1, snf=1, **b) + rsp(SC, fi=1, dr1=1) +
  bind('NETA.LUA', 'NETA.LUB', 'SNASVCMG', H('00000001'), response=True))
# CNOS on the implied first bracket (no BB)
A('piu', th(snf=1, **a) + rq(FMD, fi=1, pi=1, cd=1, **RQE1) +
  fmh5(H('06f1'), False, 0, 'NETA.LUA', H('000102030405'), 1) + cnos(0x02, 0, '#INTER'))
B('piu', th(exp=1, snf=0, **b) + rsp(FMD, pi=1) + H('000007'))             # IPM, solicited, window 7
B('piu', th(snf=1, **b) + rq(FMD, pi=1, ceb=1, **RQE1) + cnos(0x0a, 0, '#INTER'))
# second session, LFSID 1/02/01, user mode
a = dict(odai=1, daf=0x01, oaf=0x02); b = dict(odai=1, daf=0x02, oaf=0x01)
A('piu', th(exp=1, snf=2, **a) + rq(SC, fi=1, **RQD1) +
  bind('NETA.LUA', 'NETA.LUB', '#INTER', H('00000002'), cnos=0x03))
B('piu', th(exp=1, snf=2, **b) + rsp(SC, fi=1, dr1=1) +
  bind('NETA.LUA', 'NETA.LUB', '#INTER', H('00000002'), response=True))
# conversation 1: mapped, sync CONFIRM, user id already verified, data, CONFIRM
sec = lv(b'\x02' + E('ALICE'))
A('piu', th(snf=1, **a) + rq(FMD, fi=1, ec=0, pi=1, **RQE1) +
  fmh5(E('ECHO'), True, 1, 'NETA.LUA', H('000102030406'), 1, sec=sec, vid=1))
A('piu', th(snf=2, **a) + rq(FMD, bc=0, **RQD2) + gds(0x12FF, E('HELLO PARTNER')))
B('piu', th(snf=2, **b) + rsp(FMD, dr2=1))                                  # CONFIRMED
B('piu', th(exp=1, snf=1, **b) + rq(DFC, fi=1, **RQD1) + H('c900010001'))   # request to send
A('piu', th(exp=1, snf=1, **a) + rsp(DFC, fi=1, dr1=1) + H('c9'))
A('piu', th(snf=3, **a) + rq(FMD, bc=1, ec=0, **RQE1) + gds(0x12FF, E('MORE')))
B('piu', th(snf=3, **b) + rsp(FMD, dr1=1, neg=1) + H('08460000'))           # send_error, receive state
A('piu', th(snf=4, **a) + rq(FMD, bc=0, cd=1, **RQE1))                         # empty last RU ends the chain
B('piu', th(snf=1, **b) + rq(FMD, fi=1, pi=1, cd=1, **RQE1) + fmh7(0x08890000, E('LOG TEXT')))
A('piu', th(snf=5, **a) + rq(FMD, fi=1, ceb=1, **RQD1) + fmh7(0x08640000))  # deallocate abend
B('piu', th(snf=5, **b) + rsp(FMD, dr1=1))
# conversation 2: begin bracket, PIP, rejected: TPN not recognised
A('piu', th(snf=6, **a) + rq(FMD, fi=1, ec=0, bb=1, **RQE1) +
  fmh5(E('NOSUCHTP'), False, 0, 'NETA.LUA', H('000102030407'), 1, pip=[E('P1')]))
B('piu', th(snf=6, **b) + rsp(FMD, dr1=1, neg=1) + H('08460000'))
A('piu', th(snf=7, **a) + rq(FMD, bc=0, cd=1, **RQE1))                         # empty last RU ends the chain
B('piu', th(snf=2, **b) + rq(FMD, fi=1, ceb=1, **RQD1) + fmh7(0x10086021))
A('piu', th(snf=2, **a) + rsp(FMD, dr1=1))
# segmented BIU: two segments
ru = gds(0x12FF, E('SEGMENTED RU ') * 6)
biu = rq(FMD, bb=0, cd=1, **RQE1) + ru
A('piu', th(snf=8, mpf=2, **a) + biu[:40]); A('piu', th(snf=8, mpf=1, **a) + biu[40:])
# bid by the contention loser, then RTR, BIS, UNBIND
B('piu', th(snf=3, **b) + rq(DFC, fi=1, bb=1, **RQD1) + H('0400060000'))
A('piu', th(snf=3, **a) + rsp(DFC, fi=1, dr1=1, neg=1) + H('0814000004'))
A('piu', th(snf=9, **a) + rq(DFC, fi=1, **RQD1) + H('05'))
B('piu', th(snf=9, **b) + rsp(DFC, fi=1, dr1=1, neg=1) + H('0819000005'))
A('piu', th(snf=10, **a) + rq(DFC, fi=1, **RQE1) + H('70'))
B('piu', th(snf=4, **b) + rq(DFC, fi=1, **RQE1) + H('70'))
A('piu', th(exp=1, snf=3, **a) + rq(SC, fi=1, **RQD1) + H('3201'))
B('piu', th(exp=1, snf=3, **b) + rsp(SC, fi=1, dr1=1) + H('32'))
A('piu', th(exp=1, snf=4, odai=1, daf=0, oaf=2) + rq(SC, fi=1, **RQD1) + H('32fe08640000'))
B('piu', th(exp=1, snf=4, odai=1, daf=2, oaf=0) + rsp(SC, fi=1, dr1=1) + H('32'))
B('disc'); A('ua')

# ---------------------------------------------------------------- pcap writers
class Pcap:
    def __init__(s, name, link):
        s.f = open(name, 'wb'); s.t = 1700000000.0
        s.f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, link))
    def add(s, d):
        s.t += 0.01
        s.f.write(struct.pack('<IIII', int(s.t), int(s.t % 1 * 1e6), len(d), len(d)) + d)

MA, MB = H('02000000000a'), H('02000000000b')
IP = {'A': bytes([10, 0, 0, 1]), 'B': bytes([10, 0, 0, 2])}

def csum(d):
    if len(d) & 1: d += b'\0'
    t = sum(struct.unpack('>%dH' % (len(d) // 2), d))
    while t >> 16: t = (t & 0xffff) + (t >> 16)
    return ~t & 0xffff

def ipv4(src, dst, proto, pay):
    h = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(pay), 1, 0, 64, proto, 0) + src + dst
    return h[:10] + struct.pack('>H', csum(h)) + h[12:] + pay

def l4sum(src, dst, proto, seg, off):
    c = csum(src + dst + struct.pack('>BBH', 0, proto, len(seg)) + seg) or 0xffff
    return seg[:off] + struct.pack('>H', c) + seg[off + 2:]

def eth(who, etype, pay):
    d = (MB + MA if who == 'A' else MA + MB) + struct.pack('>H', etype) + pay
    return d + b'\0' * max(0, 60 - len(d))

class LLC:                                       # LLC type 2, modulo 128
    def __init__(s): s.ns = {'A': 0, 'B': 0}
    def frame(s, who, kind, p):
        o = 'B' if who == 'A' else 'A'
        if kind == 'xid':   return H('0404bf') + p
        if kind == 'xidr':  return H('0405bf') + p
        if kind == 'sabme': return H('04047f')
        if kind == 'disc':  s.ns = {'A': 0, 'B': 0}; return H('040453')
        if kind == 'ua':    return H('040573')
        f = H('0404') + bytes([s.ns[who] << 1, s.ns[o] << 1]) + p
        s.ns[who] = (s.ns[who] + 1) & 127
        return f

def write_llc_eth():
    w = Pcap('sna-llc2-eth.pcap', 1); l = LLC()
    for who, k, p in T:
        f = l.frame(who, k, p); w.add(eth(who, len(f), f))

def write_llc_udp():
    w = Pcap('sna-llc-udp.pcap', 1); l = LLC()
    for who, k, p in T:
        f = l.frame(who, k, p); port = 12003 if k == 'piu' else 12000
        o = 'B' if who == 'A' else 'A'
        u = struct.pack('>HHHH', port, port, 8 + len(f), 0) + f
        w.add(eth(who, 0x0800, ipv4(IP[who], IP[o], 17, l4sum(IP[who], IP[o], 17, u, 6))))

def write_sdlc():
    w = Pcap('sna-sdlc.pcap', 268); ns = {'A': 0, 'B': 0}
    for who, k, p in T:
        o = 'B' if who == 'A' else 'A'
        if k in ('xid', 'xidr'): c = 0xBF
        elif k == 'sabme': c = 0x93              # SNRM on SDLC
        elif k == 'ua': c = 0x73
        elif k == 'disc': c = 0x53
        else: c = ns[o] << 5 | 0x10 | ns[who] << 1; ns[who] = (ns[who] + 1) & 7
        w.add(b'\xc1' + bytes([c]) + p)

def write_exp():
    w = Pcap('sna-exportpdu.pcap', 252)
    def tag(t, v): v += b'\0' * (-len(v) % 4); return struct.pack('>HH', t, len(v)) + v
    for who, k, p in T:
        if k in ('sabme', 'ua', 'disc') or not p: continue
        o = 'B' if who == 'A' else 'A'
        name = b'sna' if k == 'piu' else b'sna_xid'
        w.add(tag(12, name) + tag(20, IP[who]) + tag(21, IP[o]) + struct.pack('>HH', 0, 0) + p)

class DLSw:                                      # two one-way TCP connections, each 2067 -> 2065
    def __init__(s, w): s.w = w; s.seq = {'A': 1000, 'B': 1000}
    def seg(s, who, flags, pay=b''):
        o = 'B' if who == 'A' else 'A'
        t = struct.pack('>HHIIBBHHH', 2067, 2065, s.seq[who], 5001 if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + pay
        s.w.add(eth(who, 0x0800, ipv4(IP[who], IP[o], 6, l4sum(IP[who], IP[o], 6, t, 16))))
        s.seq[who] += len(pay) + (1 if flags & 3 else 0)
    def synack(s, who):                          # answer of 'who' to the other side's SYN
        o = 'B' if who == 'A' else 'A'
        t = struct.pack('>HHIIBBHHH', 2065, 2067, 5000, s.seq[o], 0x50, 0x12, 8192, 0, 0)
        s.w.add(eth(who, 0x0800, ipv4(IP[who], IP[o], 6, l4sum(IP[who], IP[o], 6, t, 16))))
    def info(s, who, mtype, data=b'', fcb=0):
        dlc = {'A': 0xB0001, 'B': 0xA0001}[who]  # the receiver's correlator
        s.seg(who, 0x18, struct.pack('>BBHIIHBB', 0x31, 16, len(data), dlc, 0, 0, mtype, fcb) + data)
    def ctl(s, who, mtype, data=b'', flags=0, direc=1, lfs=0x88, known=True, fcb=0, dlchdr=0, capex=False):
        rem = {'A': 0xB0001, 'B': 0xA0001}[who] if known else 0
        h = struct.pack('>BBHIIHBB', 0x31, 72, len(data), rem, 0, 0, mtype, fcb)
        if capex:
            h += H('4201') + bytes(5) + bytes([mtype]) + bytes(14) + bytes([direc]) + bytes(33)
        else:
            h += H('4201 0000') + bytes([lfs, flags, 2, mtype]) + MB + MA + H('0404') + bytes([direc]) + bytes(3)
            h += struct.pack('>HIIIIII', dlchdr, 1, 0xA0001, 0, 1, 0xB0001 if known else 0, 0) + bytes(4)
        s.seg(who, 0x18, h + data)

def write_dlsw():
    d = DLSw(Pcap('sna-dlsw.pcap', 1))
    for who in 'AB':
        o = 'B' if who == 'A' else 'A'
        d.seg(who, 2); d.synack(o); d.seg(who, 0x10)
    cap = H('0581000000') + H('04820200') + H('04830014') + H('1286') + H('aa') + bytes(15) + H('038702')
    cap = struct.pack('>HH', 4 + len(cap), 0x1520) + cap
    for who in 'AB': d.ctl(who, 0x20, cap, capex=True, direc=1)
    for who in 'AB': d.ctl(who, 0x20, H('00041521'), capex=True, direc=2)
    d.ctl('A', 0x03, flags=0x80, known=False)                 # CANUREACH_ex
    d.ctl('B', 0x04, flags=0x80, direc=2)                     # ICANREACH_ex
    d.ctl('A', 0x03, known=False); d.ctl('B', 0x04, direc=2); d.ctl('A', 0x05)
    for who, k, p in T:
        direc = 1 if who == 'A' else 2
        if k in ('xid', 'xidr'): d.ctl(who, 0x07, p, direc=direc, fcb=0x80)
        elif k == 'sabme': d.ctl(who, 0x08, direc=direc)      # CONTACT
        elif k == 'ua' and T.index((who, k, p)) == T.index(('A', 'ua', b'')) and not getattr(d, 'up', 0):
            d.ctl(who, 0x09, direc=direc); d.up = 1           # CONTACTED
        elif k == 'piu': d.info(who, 0x0A, p)
        elif k == 'disc': d.ctl(who, 0x0E, direc=direc)       # HALT_DL
        elif k == 'ua': d.ctl(who, 0x0F, direc=direc)         # DL_HALTED

for fn in (write_llc_eth, write_llc_udp, write_sdlc, write_exp, write_dlsw):
    fn()
print(len(T), 'events')
