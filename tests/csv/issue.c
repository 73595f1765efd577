#include "tests/csv/issue.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *verb_name(unsigned short opcode)
{
    static const struct {
        unsigned short opcode;
        const char *name;
    } verbs[] = {
        {SV_CONVERT, "CONVERT"},           {SV_COPY_TRACE_TO_FILE, "COPY_TRACE_TO_FILE"},
        {SV_DEFINE_TRACE, "DEFINE_TRACE"}, {SV_GET_CP_CONVERT_TABLE, "GET_CP_CONVERT_TABLE"},
        {SV_LOG_MESSAGE, "LOG_MESSAGE"},   {SV_TRANSFER_MS_DATA, "TRANSFER_MS_DATA"},
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (verbs[i].opcode == opcode)
            return verbs[i].name;
    return "?";
}

/* One line, written at once: tests run in processes and threads of their own. */
void issue_note(const void *vcb)
{
    const char *path = getenv("CSV_COVERAGE");
    struct csv_hdr h;
    char line[128];
    memcpy(&h, vcb, sizeof h);
    /* Of an error of the system the number is its own. */
    unsigned secondary = h.primary_rc == SV_UNEXPECTED_DOS_ERROR ? 0 : APPC_FLIPL(h.secondary_rc);
    int n = snprintf(line, sizeof line, "%s %04X %08X\n", verb_name(h.opcode), APPC_FLIPI(h.primary_rc),
                     secondary);
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return;
    ck_assert_int_eq(write(fd, line, (size_t)n), n);
    close(fd);
}

void issue(void *vcb)
{
    ACSSVC(vcb);
    issue_note(vcb);
}

struct convert do_convert(unsigned char direction, unsigned char set, void *text, size_t n)
{
    struct convert b = {
        .opcode = SV_CONVERT, .direction = direction, .char_set = set, .len = (unsigned short)n};
    b.source = b.target = text;
    issue(&b);
    return b;
}
