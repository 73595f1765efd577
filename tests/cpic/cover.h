/* cover.h - every CPI-C call of a test also writes down what it returned.
 * Include after wincpic.h.  The pairs go, each once per process, as lines "call rc" into the file that the
 * environment variable CPIC_COVERAGE names; scripts/cpic-coverage reads them.  Arguments are evaluated
 * twice. */
#ifndef TESTS_CPIC_COVER_H
#define TESTS_CPIC_COVER_H

#include "tests/cpic/barrier.h"
#include "wincpic.h"

/* CALL returned *RC. */
void covered(const char *call, const CM_INT32 *rc);

#define COVER_L1(a)                               a
#define COVER_L2(a, b)                            b
#define COVER_L3(a, b, c)                         c
#define COVER_L4(a, b, c, d)                      d
#define COVER_L5(a, b, c, d, e)                   e
#define COVER_L6(a, b, c, d, e, f)                f
#define COVER_L7(a, b, c, d, e, f, g)             g
#define COVER_L8(a, b, c, d, e, f, g, h)          h
#define COVER_NTH(a, b, c, d, e, f, g, h, n, ...) n
#define COVER_LAST(...)                                                                                      \
    COVER_NTH(__VA_ARGS__, COVER_L8, COVER_L7, COVER_L6, COVER_L5, COVER_L4, COVER_L3, COVER_L2, COVER_L1, ) \
    (__VA_ARGS__)
#define COVER(name, ...) ((name)(__VA_ARGS__), covered(#name, COVER_LAST(__VA_ARGS__)))
/* A call that sees what the partner has sent. */
#define COVER_LOOK(name, ...) (barrier(), COVER(name, __VA_ARGS__))

#define cmacci(...)              COVER(cmacci, __VA_ARGS__)
#define cmaccp(...)              COVER(cmaccp, __VA_ARGS__)
#define cmallc(...)              COVER(cmallc, __VA_ARGS__)
#define cmcanc(...)              COVER(cmcanc, __VA_ARGS__)
#define cmcfm(...)               COVER_LOOK(cmcfm, __VA_ARGS__)
#define cmcfmd(...)              COVER_LOOK(cmcfmd, __VA_ARGS__)
#define cmcnvi(...)              COVER(cmcnvi, __VA_ARGS__)
#define cmcnvo(...)              COVER(cmcnvo, __VA_ARGS__)
#define cmdeal(...)              COVER_LOOK(cmdeal, __VA_ARGS__)
#define cmecs(...)               COVER(cmecs, __VA_ARGS__)
#define cmect(...)               COVER(cmect, __VA_ARGS__)
#define cmecst(...)              COVER(cmecst, __VA_ARGS__)
#define cmecsu(...)              COVER(cmecsu, __VA_ARGS__)
#define cmembs(...)              COVER(cmembs, __VA_ARGS__)
#define cmemn(...)               COVER(cmemn, __VA_ARGS__)
#define cmepln(...)              COVER(cmepln, __VA_ARGS__)
#define cmesl(...)               COVER(cmesl, __VA_ARGS__)
#define cmesui(...)              COVER(cmesui, __VA_ARGS__)
#define cmetpn(...)              COVER(cmetpn, __VA_ARGS__)
#define cmflus(...)              COVER_LOOK(cmflus, __VA_ARGS__)
#define cminic(...)              COVER(cminic, __VA_ARGS__)
#define cminit(...)              COVER(cminit, __VA_ARGS__)
#define cmptr(...)               COVER_LOOK(cmptr, __VA_ARGS__)
#define cmrcv(...)               COVER_LOOK(cmrcv, __VA_ARGS__)
#define cmrltp(...)              COVER(cmrltp, __VA_ARGS__)
#define cmrts(...)               COVER(cmrts, __VA_ARGS__)
#define cmscsp(...)              COVER(cmscsp, __VA_ARGS__)
#define cmscst(...)              COVER(cmscst, __VA_ARGS__)
#define cmscsu(...)              COVER(cmscsu, __VA_ARGS__)
#define cmsct(...)               COVER(cmsct, __VA_ARGS__)
#define cmsdt(...)               COVER(cmsdt, __VA_ARGS__)
#define cmsed(...)               COVER(cmsed, __VA_ARGS__)
#define cmsend(...)              COVER_LOOK(cmsend, __VA_ARGS__)
#define cmserr(...)              COVER_LOOK(cmserr, __VA_ARGS__)
#define cmsf(...)                COVER(cmsf, __VA_ARGS__)
#define cmsld(...)               COVER(cmsld, __VA_ARGS__)
#define cmsltp(...)              COVER(cmsltp, __VA_ARGS__)
#define cmsmn(...)               COVER(cmsmn, __VA_ARGS__)
#define cmspln(...)              COVER(cmspln, __VA_ARGS__)
#define cmspm(...)               COVER(cmspm, __VA_ARGS__)
#define cmsptr(...)              COVER(cmsptr, __VA_ARGS__)
#define cmsrc(...)               COVER(cmsrc, __VA_ARGS__)
#define cmsrt(...)               COVER(cmsrt, __VA_ARGS__)
#define cmssl(...)               COVER(cmssl, __VA_ARGS__)
#define cmsst(...)               COVER(cmsst, __VA_ARGS__)
#define cmstpn(...)              COVER(cmstpn, __VA_ARGS__)
#define cmtrts(...)              COVER_LOOK(cmtrts, __VA_ARGS__)
#define cmwait(...)              COVER(cmwait, __VA_ARGS__)
#define xcecst(...)              COVER(xcecst, __VA_ARGS__)
#define xcecsu(...)              COVER(xcecsu, __VA_ARGS__)
#define xcfd(...)                COVER_LOOK(xcfd, __VA_ARGS__)
#define xchwnd(...)              COVER(xchwnd, __VA_ARGS__)
#define xcmdsi(...)              COVER(xcmdsi, __VA_ARGS__)
#define xcmesi(...)              COVER(xcmesi, __VA_ARGS__)
#define xcmssi(...)              COVER(xcmssi, __VA_ARGS__)
#define xcscsp(...)              COVER(xcscsp, __VA_ARGS__)
#define xcscst(...)              COVER(xcscst, __VA_ARGS__)
#define xcscsu(...)              COVER(xcscsu, __VA_ARGS__)
#define xcstep(...)              COVER_LOOK(xcstep, __VA_ARGS__)
#define WinCPICSetEvent(...)     COVER(WinCPICSetEvent, __VA_ARGS__)
#define WinCPICExtractEvent(...) COVER(WinCPICExtractEvent, __VA_ARGS__)

#endif
