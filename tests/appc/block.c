#include "tests/appc/block.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "snanode/base/ebcdic.h"

/* Each once for each process; one write for each, as many processes share the file. */
void seen(const void *vcb)
{
    static uint64_t had[256];
    static unsigned n;
    const char *path = getenv("APPC_COVERAGE");
    struct appc_hdr h;
    char line[40];
    memcpy(&h, vcb, sizeof h);
    uint64_t key = (uint64_t)h.opcode << 48 | (uint64_t)h.primary_rc << 32 | (h.secondary_rc ^ h.opext);
    for (unsigned i = 0; i < n && i < 256; i++)
        if (had[i] == key)
            return;
    had[n++ % 256] = key;
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return;
    int k = snprintf(line, sizeof line, "%04X %u %04X %08X\n", APPC_FLIPI(h.opcode),
                     h.opext & AP_MAPPED_CONVERSATION, APPC_FLIPI(h.primary_rc), APPC_FLIPL(h.secondary_rc));
    ck_assert_int_eq(write(fd, line, (size_t)k), k);
    close(fd);
}

void ascii_field(unsigned char *p, size_t n, const char *text)
{
    memset(p, ' ', n);
    memcpy(p, text, strlen(text));
}

void ebcdic_field(unsigned char *p, size_t n, const char *text)
{
    ascii_field(p, n, text);
    ebcdic_encode(p, n);
}

unsigned short a_started(struct end *e)
{
    struct tp_started b = {.opcode = AP_TP_STARTED};
    ascii_field(b.lu_alias, 8, "LULOCAL");
    ebcdic_field(b.tp_name, 64, "TESTER");
    APPC(&b);
    memcpy(e->tp_id, b.tp_id, 8);
    return DONE(e, b);
}

unsigned short a_ended(struct end *e, unsigned char type)
{
    struct tp_ended b = {.opcode = AP_TP_ENDED, .type = type};
    IDS(e, b);
    APPC(&b);
    return DONE(e, b);
}

struct allocate a_wish(const struct end *e, unsigned char sync)
{
    struct allocate b = HEAD(e, ALLOCATE);
    b.conv_id = 0;
    IDS(e, b);
    b.conv_type = e->mapped ? 0 : AP_BASIC_CONVERSATION; /* reserved in MC_ALLOCATE */
    b.synclevel = sync;
    ascii_field(b.plu_alias, 8, "LUREMOTE");
    ebcdic_field(b.mode_name, 8, "RU4096");
    ebcdic_field(b.tp_name, 64, "BYHAND");
    return b;
}

unsigned short a_allocate_as(struct end *e, struct allocate *b)
{
    APPC(b);
    e->conv_id = b->conv_id;
    return DONE(e, *b);
}

unsigned short a_allocate(struct end *e, unsigned char sync)
{
    struct allocate b = a_wish(e, sync);
    return a_allocate_as(e, &b);
}

unsigned short a_receive_allocate(struct end *e, const char *tp)
{
    struct receive_allocate b = {.opcode = AP_RECEIVE_ALLOCATE};
    ebcdic_field(b.tp_name, 64, tp);
    APPC(&b);
    memcpy(e->tp_id, b.tp_id, 8);
    e->conv_id = b.conv_id;
    e->mapped = b.conv_type == AP_MAPPED_CONVERSATION;
    return DONE(e, b);
}

void a_register(const char *tp)
{
    struct end e;
    a_receive_allocate(&e, tp);
    ck_rc(&e, AP_STATE_CHECK, AP_ALLOCATE_NOT_PENDING);
}

unsigned short a_confirm(struct end *e)
{
    struct confirm b = HEAD(e, CONFIRM);
    IDS(e, b);
    APPC(&b);
    e->rts = b.rts_rcvd;
    return DONE(e, b);
}

unsigned short a_confirmed(struct end *e)
{
    struct confirmed b = HEAD(e, CONFIRMED);
    IDS(e, b);
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_deallocate(struct end *e, unsigned char type)
{
    struct deallocate b = HEAD(e, DEALLOCATE);
    IDS(e, b);
    b.dealloc_type = type;
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_flush(struct end *e)
{
    struct flush b = HEAD(e, FLUSH);
    IDS(e, b);
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_prepare(struct end *e, unsigned char type)
{
    struct prepare_to_receive b = HEAD(e, PREPARE_TO_RECEIVE);
    IDS(e, b);
    b.ptr_type = type;
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_send(struct end *e, const void *p, unsigned n, unsigned char type)
{
    struct send_data b = HEAD(e, SEND_DATA);
    IDS(e, b);
    b.dptr = (unsigned char *)(uintptr_t)p;
    b.dlen = (unsigned short)n;
    b.type = type;
    APPC(&b);
    e->rts = b.rts_rcvd;
    return DONE(e, b);
}

unsigned short a_wait(struct end *e, unsigned n, unsigned char rtn_status, unsigned char fill)
{
    struct receive_and_wait b = HEAD(e, RECEIVE_AND_WAIT);
    IDS(e, b);
    b.dptr = e->buf;
    b.max_len = (unsigned short)n;
    b.rtn_status = rtn_status;
    b.fill = fill;
    APPC(&b);
    e->what = b.what_rcvd;
    e->dlen = b.dlen;
    e->rts = b.rts_rcvd;
    return DONE(e, b);
}

unsigned short a_immediate(struct end *e, unsigned n)
{
    struct receive_immediate b = HEAD(e, RECEIVE_IMMEDIATE);
    IDS(e, b);
    b.dptr = e->buf;
    b.max_len = (unsigned short)n;
    APPC(&b);
    e->what = b.what_rcvd;
    e->dlen = b.dlen;
    e->rts = b.rts_rcvd;
    return DONE(e, b);
}

unsigned short a_rts(struct end *e)
{
    struct request_to_send b = HEAD(e, REQUEST_TO_SEND);
    IDS(e, b);
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_test_rts(struct end *e)
{
    struct test_rts b = HEAD(e, TEST_RTS);
    IDS(e, b);
    APPC(&b);
    return DONE(e, b);
}

unsigned short a_error(struct end *e, unsigned char type, unsigned char dir)
{
    struct send_error b = HEAD(e, SEND_ERROR);
    IDS(e, b);
    b.err_type = type;
    b.err_dir = dir;
    APPC(&b);
    e->rts = b.rts_rcvd;
    return DONE(e, b);
}

unsigned char a_state(struct end *e)
{
    struct get_state b = {.opcode = AP_GET_STATE, .conv_id = e->conv_id};
    IDS(e, b);
    APPC(&b);
    return b.primary_rc == AP_OK ? b.conv_state : AP_RESET_STATE;
}

void a_begin(struct end *a, bool mapped)
{
    memset(a, 0, sizeof *a);
    a->mapped = mapped;
    ck_ok(a_started(a), a);
}

void ends_open(struct end *a, struct end *b, bool mapped, unsigned char sync)
{
    memset(b, 0, sizeof *b);
    a_register("BYHAND");
    a_begin(a, mapped);
    ck_ok(a_allocate(a, sync), a);
    ck_ok(a_flush(a), a);
    ck_ok(a_receive_allocate(b, "BYHAND"), b);
    ck_assert_int_eq(b->mapped, mapped);
}

void ends_close(struct end *a, struct end *b)
{
    ck_ok(a_ended(a, AP_HARD), a);
    ck_ok(a_ended(b, AP_HARD), b);
}

unsigned short a_manage(struct end *e, const char *lu, unsigned timeout)
{
    struct receive_allocate_ex b = {.opcode = AP_RECEIVE_ALLOCATE_EX, .timeout = timeout};
    ebcdic_field(b.tp_name, 64, "");
    ascii_field(b.lu_alias, 8, lu);
    APPC(&b);
    memcpy(e->tp_id, b.tp_id, 8);
    e->conv_id = b.conv_id;
    e->mapped = b.conv_type == AP_MAPPED_CONVERSATION;
    memcpy(e->buf, &b, sizeof b);
    return DONE(e, b);
}

unsigned short a_manage_end(struct end *e, const char *lu)
{
    struct receive_allocate_ex_end b = {.opcode = AP_RECEIVE_ALLOCATE_EX_END};
    ebcdic_field(b.tp_name, 64, "");
    ascii_field(b.lu_alias, 8, lu);
    APPC(&b);
    return DONE(e, b);
}
