/* check_csv.c - the verbs that need a node, those of the trace, and the Windows extensions. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cpic/harness.h"
#include "tests/cpic/window.h"
#include "tests/csv/fakenode.h"
#include "tests/csv/issue.h"

static void ascii(unsigned char *p, size_t n, const char *text)
{
    memset(p, ' ', n);
    memcpy(p, text, strlen(text));
}

static struct log_message a_message(unsigned short number, const char *origin)
{
    struct log_message b = {.opcode = SV_LOG_MESSAGE, .msg_num = number, .msg_act = SV_NO_INTRV};
    ascii(b.origntr_id, 8, origin);
    ascii(b.msg_file_name, 3, "ABC");
    return b;
}

/* Data that go nowhere but into the log. */
static struct transfer_ms_data a_transfer(unsigned char type, const void *p, unsigned short n)
{
    struct transfer_ms_data b = {.opcode = SV_TRANSFER_MS_DATA, .data_type = type, .dlen = n};
    b.options = SV_NO_ADD << SV_TIME_STAMP_SUBVECTOR_SHIFT | SV_NO_ADD << SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT |
                SV_NO_SEND << SV_SSCP_PU_SESSION_SHIFT;
    b.dptr = (unsigned char *)(uintptr_t)p;
    return b;
}

/* ---- LOG_MESSAGE ---- */

START_TEST(message)
{
    struct log_message b = a_message(42, "SENDER");
    char inserts[] = "first\0sec\001ond";
    b.msg_ins_ptr = (unsigned char *)inserts;
    b.msg_ins_len = sizeof inserts;
    issue(&b);
    ck_codes(b, SV_OK, 0);
    ck_assert(node_logged("event 9201: check_csv["));
    ck_assert(node_logged("message ABC0042 from SENDER, severity 12: \"first\" \"sec\\x01ond\""));
    b = a_message(7, "");
    b.msg_act = SV_INTRV;
    issue(&b);
    ck_codes(b, SV_OK, 0);
    ck_assert(node_logged("event 9202: check_csv["));
    ck_assert(
        node_logged("message ABC0007 from nobody, severity 12, asks for intervention: no inserted text"));
}
END_TEST

/* What does not fit is left out, and nothing else is. */
START_TEST(long_message)
{
    static char inserts[65535];
    struct log_message b = a_message(9999, "LONG");
    memset(inserts, 'x', sizeof inserts);
    b.msg_ins_ptr = (unsigned char *)inserts;
    b.msg_ins_len = sizeof inserts;
    issue(&b);
    ck_codes(b, SV_OK, 0);
    ck_assert(node_logged("message ABC9999 from LONG, severity 12: \"xxxx"));
}
END_TEST

START_TEST(message_refused)
{
    struct log_message b = a_message(1, "ME");
    b.msg_act = 2;
    issue(&b);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_MESSAGE_ACTION);
    b = a_message(1, "ME");
    b.msg_ins_len = 1;
    issue(&b);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
}
END_TEST

/* ---- TRANSFER_MS_DATA ---- */

START_TEST(management_data)
{
    static const char *const names[] = {"user-defined data", "NMVT", "alert subvectors",
                                        "PD statistics subvectors"};
    char line[128];
    struct transfer_ms_data b = a_transfer((unsigned char)_i, "\x01\xAB", 2);
    ascii(b.origntr_id, 8, "ALERTER");
    issue(&b);
    ck_codes(b, SV_OK, 0);
    snprintf(line, sizeof line, "]: %s from ALERTER, 2 octets: 01AB", names[_i]);
    ck_assert(node_logged("event 9203: check_csv["));
    ck_assert(node_logged(line));
    b = a_transfer((unsigned char)_i, "\x02\xBC", 2);
    b.options = 0; /* to be sent */
    issue(&b);
    if (_i == SV_USER_DEFINED)
        ck_codes(b, SV_OK, 0);
    else
        ck_codes(b, SV_STATE_CHECK, SV_SSCP_PU_SESSION_NOT_ACTIVE);
    snprintf(line, sizeof line, "]: %s from nobody, 2 octets: 02BC", names[_i]);
    ck_assert(node_logged(line)); /* whether it is sent or not */
}
END_TEST

/* The most octets that fit, for each data type and each option that adds a subvector. */
START_TEST(ru_size)
{
    static const unsigned most[4][4] = {
        /* nothing, product, time, both added */
        {512, 512, 502, 502},
        {512, 497, 502, 487},
        {500, 485, 490, 475},
        {500, 485, 490, 475},
    };
    static const unsigned char data[513];
    for (unsigned add = 0; add < 4; add++) {
        unsigned n = most[_i][add];
        struct transfer_ms_data b = a_transfer((unsigned char)_i, data, (unsigned short)n);
        b.options = (unsigned char)(b.options & ~(add << SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT));
        issue(&b);
        ck_codes(b, SV_OK, 0);
        b.dlen++;
        issue(&b);
        ck_codes(b, SV_PARAMETER_CHECK, SV_DATA_EXCEEDS_RU_SIZE);
    }
}
END_TEST

START_TEST(transfer_refused)
{
    struct transfer_ms_data b = a_transfer(4, "x", 1);
    issue(&b);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_DATA_TYPE);
    b = a_transfer(SV_NMVT, NULL, 1);
    issue(&b);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
}
END_TEST

/* ---- without a node, and with one that fails ---- */

START_TEST(no_node)
{
    CSVDATA data;
    unsigned char text[] = "A";
    setenv("SNANODE_SOCKET", "/nowhere/there/is/none", 1);
    ck_assert_int_eq(WinCSVStartup(0x0001, &data), WCSVSYSNOTREADY);
    struct log_message m = a_message(1, "ME");
    issue(&m);
    ck_codes(m, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    struct transfer_ms_data t = a_transfer(SV_NMVT, "x", 1);
    issue(&t);
    ck_codes(t, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    struct convert c = do_convert(SV_ASCII_TO_EBCDIC, SV_A, text, 1);
    ck_codes(c, SV_OK, 0);
}
END_TEST

START_TEST(node_lost)
{
    fake_start(FAKE_LOSES);
    struct transfer_ms_data t = a_transfer(SV_NMVT, "x", 1);
    issue(&t);
    ck_codes(t, SV_SERVER_RESOURCES_LOST, SV_SERVER_CONN_FAILURE);
    struct log_message m = a_message(1, "ME");
    issue(&m);
    ck_codes(m, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    fake_end();
}
END_TEST

START_TEST(node_refuses)
{
    fake_start(FAKE_REFUSES);
    struct transfer_ms_data t = a_transfer(SV_NMVT, "x", 1);
    issue(&t);
    ck_codes(t, SV_UNEXPECTED_DOS_ERROR, 0);
    struct log_message m = a_message(1, "ME");
    issue(&m);
    ck_codes(m, SV_UNEXPECTED_DOS_ERROR, 0);
    fake_end();
}
END_TEST

static struct transfer_ms_data many[65];

static void *transfer(void *arg)
{
    issue(arg);
    return NULL;
}

START_TEST(too_many)
{
    pthread_t t[64];
    fake_start(FAKE_HOLDS);
    for (int i = 0; i < 65; i++)
        many[i] = a_transfer(SV_USER_DEFINED, "x", 1);
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, transfer, &many[i]), 0);
    fake_await(64);
    issue(&many[64]);
    ck_codes(many[64], SV_THREAD_BLOCKING, 0);
    struct log_message m = a_message(1, "ME");
    issue(&m);
    ck_codes(m, SV_THREAD_BLOCKING, 0);
    fake_release();
    for (int i = 0; i < 64; i++) {
        pthread_join(t[i], NULL);
        ck_codes(many[i], SV_OK, 0);
    }
    issue(&many[64]);
    ck_codes(many[64], SV_OK, 0);
    fake_end();
}
END_TEST

/* ---- the Windows extensions ---- */

static void told(HANDLE handle, void *vcb)
{
    window_told(WCSV_ASYNC_COMPLETE, handle, vcb);
    issue_note(vcb);
}

START_TEST(startup)
{
    CSVDATA data = {.wVersion = 0};
    ck_assert_int_eq(WinCSVStartup(0x0000, &data), WCSVINVALID);
    ck_assert_int_eq(WinCSVStartup(0x0001, NULL), WCSVINVALID);
    ck_assert_int_eq(WinCSVStartup(0x0002, &data), 0);
    ck_assert_uint_eq(data.wVersion, 0x0001);
    ck_assert_ptr_nonnull(strstr(data.szDescription, "libcsv"));
    ck_assert_int_eq(WinCSVCleanup(), TRUE);
    ck_assert_int_eq(WinCSVCleanup(), FALSE);
    unsigned char text[] = "A";
    struct convert c = do_convert(SV_ASCII_TO_EBCDIC, SV_A, text, 1);
    static const unsigned short verbs[] = {SV_CONVERT,      SV_COPY_TRACE_TO_FILE,   SV_LOG_MESSAGE,
                                           SV_DEFINE_TRACE, SV_GET_CP_CONVERT_TABLE, SV_TRANSFER_MS_DATA};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        union {
            struct csv_hdr h;
            struct define_trace longest;
        } b = {.h = {.opcode = verbs[i]}};
        issue(&b);
        ck_codes(b.h, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    }
    ck_assert_int_eq(WinCSVStartup(0x0001, &data), 0);
    c = do_convert(SV_ASCII_TO_EBCDIC, SV_A, text, 1);
    ck_codes(c, SV_OK, 0);
}
END_TEST

START_TEST(by_message)
{
    window_open();
    struct transfer_ms_data t = a_transfer(SV_USER_DEFINED, "async", 5);
    HANDLE first = WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&t);
    told(first, &t);
    ck_codes(t, SV_OK, 0);
    ck_assert(node_logged("user-defined data from nobody, 5 octets: 6173796E63"));
    unsigned char text[] = "A";
    struct convert c = {.opcode = SV_CONVERT, .char_set = SV_A, .len = 1, .source = text, .target = text};
    HANDLE second = WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&c);
    ck_codes(c, SV_OK, 0); /* other verbs are synchronous */
    told(second, &c);
    ck_assert_ptr_ne(first, second);
    struct csv_hdr none = {.opcode = 0x1234};
    told(WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&none), &none);
    ck_codes(none, SV_INVALID_VERB, 0);
    ck_assert_ptr_null(WinAsyncCSV(NULL, (intptr_t)&c));
    ck_assert_ptr_null(WinAsyncCSV(WCSV_HWND(999), (intptr_t)&c));
    ck_assert_ptr_null(WinAsyncCSV(WCSV_HWND(window[1]), 0));
    ck_assert(!window_has(0));
}
END_TEST

/* The verb is outstanding until the node answers. */
START_TEST(outstanding)
{
    window_open();
    fake_start(FAKE_HOLDS);
    struct transfer_ms_data t = a_transfer(SV_USER_DEFINED, "x", 1);
    HANDLE h = WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&t);
    fake_await(1);
    ck_assert(!window_has(0));
    fake_release();
    told(h, &t);
    ck_codes(t, SV_OK, 0);
    fake_end();
}
END_TEST

START_TEST(outstanding_lost)
{
    window_open();
    fake_start(FAKE_LOSES);
    struct transfer_ms_data t = a_transfer(SV_USER_DEFINED, "x", 1);
    told(WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&t), &t);
    ck_codes(t, SV_SERVER_RESOURCES_LOST, SV_SERVER_CONN_FAILURE);
    fake_end();
}
END_TEST

/* Cleanup ends the verbs of all threads, those that wait and those that do not. */
START_TEST(cleanup)
{
    pthread_t waits[2];
    struct log_message m = a_message(1, "ME");
    struct transfer_ms_data t[2] = {a_transfer(SV_USER_DEFINED, "x", 1), a_transfer(SV_NMVT, "y", 1)};
    CSVDATA data;
    window_open();
    fake_start(FAKE_HOLDS);
    HANDLE h = WinAsyncCSV(WCSV_HWND(window[1]), (intptr_t)&t[0]);
    ck_assert_int_eq(pthread_create(&waits[0], NULL, transfer, &t[1]), 0);
    ck_assert_int_eq(pthread_create(&waits[1], NULL, transfer, &m), 0);
    fake_await(3);
    ck_assert(!window_has(0));
    ck_assert_int_eq(WinCSVCleanup(), TRUE);
    told(h, &t[0]);
    ck_codes(t[0], SV_CANCELLED, 0);
    pthread_join(waits[0], NULL);
    pthread_join(waits[1], NULL);
    ck_codes(t[1], SV_CANCELLED, 0);
    ck_codes(m, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    fake_release();
    ck_assert_int_eq(WinCSVStartup(0x0001, &data), 0); /* none of the three counts any more */
    for (int i = 0; i < 65; i++) {
        t[0] = a_transfer(SV_USER_DEFINED, "x", 1);
        issue(&t[0]);
        ck_codes(t[0], SV_OK, 0);
    }
    fake_end();
}
END_TEST

START_TEST(after_fork)
{
    struct log_message m = a_message(100, "PARENT");
    issue(&m);
    ck_codes(m, SV_OK, 0);
    int status;
    pid_t child = fork();
    if (child == 0) {
        m = a_message(101, "CHILD");
        ACSSVC(&m);
        _exit(m.primary_rc == SV_OK ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(node_logged("message ABC0101 from CHILD"));
}
END_TEST

/* ---- return codes as text ---- */

static const struct {
    unsigned short primary;
    unsigned int secondary;
    const char *text;
} texts[] = {
    {SV_OK, 0, "SV_OK (0000)"},
    {SV_PARAMETER_CHECK, SV_CONVERSION_ERROR, "SV_PARAMETER_CHECK (0001), SV_CONVERSION_ERROR (00000406)"},
    {SV_STATE_CHECK, SV_SSCP_PU_SESSION_NOT_ACTIVE,
     "SV_STATE_CHECK (0002), SV_SSCP_PU_SESSION_NOT_ACTIVE (00000301)"},
    {SV_CANCELLED, 0, "SV_CANCELLED (0021)"},
    {SV_COMM_SUBSYSTEM_NOT_LOADED, 0, "SV_COMM_SUBSYSTEM_NOT_LOADED (F012)"},
    {SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL(ENOENT),
     "SV_UNEXPECTED_DOS_ERROR (F011), No such file or directory (00000002)"},
    {SV_SERVER_RESOURCES_LOST, SV_SERVER_CONN_FAILURE,
     "SV_SERVER_RESOURCES_LOST (F026), SV_SERVER_CONN_FAILURE (030000AB)"},
    {0x3412, 0, "an unknown code (1234)"},
};

START_TEST(as_text)
{
    struct csv_hdr h = {.primary_rc = texts[_i].primary, .secondary_rc = texts[_i].secondary};
    static unsigned char buffer[70000];
    unsigned n = (unsigned)strlen(texts[_i].text);
    ck_assert_int_eq(GetCsvReturnCode(&h, sizeof buffer, buffer), n);
    ck_assert_str_eq((char *)buffer, texts[_i].text);
    ck_assert_int_eq(GetCsvReturnCode(&h, n + 1, buffer), n);
    ck_assert_int_eq(GetCsvReturnCode(&h, n, buffer), 0);
    ck_assert_int_eq(GetCsvReturnCode(&h, 0, buffer), 0);
    ck_assert_int_eq(GetCsvReturnCode(NULL, sizeof buffer, buffer), 0);
    ck_assert_int_eq(GetCsvReturnCode(&h, sizeof buffer, NULL), 0);
}
END_TEST

/* ---- the trace ---- */

static char dir[] = "/tmp/check_csv.XXXXXX";
static char path[64];

static void with_dir(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/trace", dir);
}

static void without_dir(void)
{
    unlink(path);
    rmdir(dir);
}

static struct define_trace define(unsigned char set, unsigned char reset, unsigned short trunc)
{
    struct define_trace b = {.opcode = SV_DEFINE_TRACE, .dt_set = set, .reset_trc = reset, .trunc = trunc};
    b.comm_serv = SV_CHANGE;
    issue(&b);
    return b;
}

static struct copy_trace_to_file copy(const char *name, unsigned char option)
{
    struct copy_trace_to_file b = {.opcode = SV_COPY_TRACE_TO_FILE, .file_option = option};
    ascii(b.file_name, 64, name);
    issue(&b);
    return b;
}

static void convert_some(unsigned n)
{
    while (n-- > 0) {
        unsigned char text[] = "A";
        struct convert b = {.opcode = SV_CONVERT, .char_set = SV_A, .len = 1, .source = text, .target = text};
        ACSSVC(&b);
    }
}

/* The file, which the caller frees. */
static char *slurp(size_t *n)
{
    static char room[600000];
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    *n = fread(room, 1, sizeof room - 1, f);
    room[*n] = '\0';
    fclose(f);
    return room;
}

static unsigned lines_of(const char *text, const char *with)
{
    unsigned n = 0;
    for (const char *p = text; (p = strstr(p, with)); p++)
        n++;
    return n;
}

START_TEST(trace)
{
    size_t n;
    struct copy_trace_to_file c = copy(path, SV_NEW);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_FILE_EMPTY);
    struct define_trace d = define(SV_ON, SV_YES, 0);
    ck_codes(d, SV_OK, 0);
    convert_some(3);
    c = copy(path, SV_NEW);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_NOT_STOPPED);
    struct log_message m = a_message(1, "TRACED");
    issue(&m);
    d = define(SV_OFF, SV_NO, 0);
    ck_codes(d, SV_OK, 0);
    convert_some(5);
    c = copy(path, SV_NEW);
    ck_codes(c, SV_OK, 0);
    const char *text = slurp(&n);
    ck_assert_uint_eq(lines_of(text, " CONVERT rc=0000 00000000 vcb=1A00"), 3);
    ck_assert_uint_eq(lines_of(text, " COPY_TRACE_TO_FILE rc=0002 0000062A"), 1);
    ck_assert_uint_eq(lines_of(text, " LOG_MESSAGE rc=0000 00000000"), 1);
    c = copy(path, SV_NEW); /* the trace files are reset */
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_FILE_EMPTY);
}
END_TEST

START_TEST(trace_off)
{
    struct define_trace d = {
        .opcode = SV_DEFINE_TRACE, .dt_set = SV_ON, .reset_trc = SV_YES}; /* SV_IGNORE everywhere */
    issue(&d);
    ck_codes(d, SV_OK, 0);
    convert_some(1);
    struct copy_trace_to_file c = copy(path, SV_NEW);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_FILE_EMPTY);
    d.appc = SV_CHANGE; /* accepted, and nothing is recorded */
    issue(&d);
    ck_codes(d, SV_OK, 0);
    convert_some(1);
    c = copy(path, SV_NEW);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_NOT_STOPPED);
    d.dt_set = SV_OFF;
    issue(&d);
    c = copy(path, SV_NEW);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_FILE_EMPTY);
}
END_TEST

/* Two files of 250,000 octets: of many records the latest are kept, oldest first. */
START_TEST(trace_files)
{
    size_t n;
    define(SV_ON, SV_YES, 0);
    convert_some(12000);
    define(SV_OFF, SV_NO, 0);
    struct copy_trace_to_file c = copy(path, SV_NEW);
    ck_codes(c, SV_OK, 0);
    char *text = slurp(&n), before[32] = "";
    ck_assert_uint_gt(n, 250000);
    ck_assert_uint_le(n, 500000);
    for (char *p = strtok(text, "\n"); p; p = strtok(NULL, "\n")) {
        ck_assert_msg(strncmp(before, p, 26) <= 0, "%.26s after %s", p, before);
        memcpy(before, p, 26);
    }
}
END_TEST

START_TEST(trace_cut)
{
    size_t n;
    define(SV_ON, SV_YES, 40);
    convert_some(2);
    define(SV_OFF, SV_NO, 40);
    struct copy_trace_to_file c = copy(path, SV_NEW);
    ck_codes(c, SV_OK, 0);
    ck_assert_uint_eq(lines_of(slurp(&n), "\n"), 3); /* with the first DEFINE_TRACE */
    ck_assert_uint_eq(n, 3 * 41);
    define(SV_ON, SV_NO, 0);
    convert_some(2);
    define(SV_OFF, SV_YES, 0);
    c = copy(path, SV_OVERWRITE);
    ck_codes(c, SV_STATE_CHECK, SV_TRACE_FILE_EMPTY);
}
END_TEST

static void some_trace(void)
{
    define(SV_ON, SV_YES, 0);
    convert_some(1);
    define(SV_OFF, SV_NO, 0);
}

START_TEST(copy_options)
{
    size_t n, m;
    struct copy_trace_to_file c = copy(path, 2);
    ck_codes(c, SV_PARAMETER_CHECK, SV_INVALID_FILE_OPTION);
    define(SV_ON, SV_YES, 0);
    convert_some(100);
    define(SV_OFF, SV_NO, 0);
    c = copy(path, SV_OVERWRITE);
    ck_codes(c, SV_OK, 0);
    slurp(&n);
    some_trace();
    c = copy(path, SV_NEW);
    ck_codes(c, SV_FILE_ALREADY_EXISTS, 0);
    slurp(&m);
    ck_assert_uint_eq(n, m);
    c = copy(path, SV_OVERWRITE); /* the trace is still there */
    ck_codes(c, SV_OK, 0);
    slurp(&m);
    ck_assert_uint_lt(m, n);
}
END_TEST

START_TEST(copy_fails)
{
    some_trace();
    struct copy_trace_to_file c = copy("/nowhere/there/is/none", SV_NEW);
    ck_codes(c, SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL(ENOENT));
    c = copy("", SV_NEW);
    ck_codes(c, SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL(ENOENT));
    c = copy("/dev/full", SV_OVERWRITE);
    ck_codes(c, SV_OUTPUT_DEVICE_FULL, 0);
    c = copy(path, SV_NEW); /* nothing is lost */
    ck_codes(c, SV_OK, 0);
}
END_TEST

static void *copy_thread(void *arg)
{
    issue(arg);
    return NULL;
}

/* A copy into a FIFO lasts until somebody reads it. */
START_TEST(copy_in_progress)
{
    pthread_t t;
    struct copy_trace_to_file slow = {.opcode = SV_COPY_TRACE_TO_FILE, .file_option = SV_OVERWRITE};
    char some[4096];
    some_trace();
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ascii(slow.file_name, 64, path);
    ck_assert_int_eq(pthread_create(&t, NULL, copy_thread, &slow), 0);
    struct copy_trace_to_file c;
    WAIT_FOR((c = copy("/nowhere/there/is/none", SV_NEW)).secondary_rc == SV_COPY_TRACE_IN_PROGRESS);
    ck_codes(c, SV_STATE_CHECK, SV_COPY_TRACE_IN_PROGRESS);
    struct define_trace d = define(SV_ON, SV_NO, 0);
    ck_codes(d, SV_STATE_CHECK, SV_COPY_TRACE_IN_PROGRESS);
    int fd = open(path, O_RDONLY);
    ck_assert_int_gt(read(fd, some, sizeof some), 0);
    pthread_join(t, NULL);
    ck_codes(slow, SV_OK, 0);
    close(fd);
}
END_TEST

START_TEST(define_refused)
{
    struct define_trace d = define(2, SV_NO, 0);
    ck_codes(d, SV_PARAMETER_CHECK, SV_INVALID_SET);
    d = define(SV_ON, 2, 0);
    ck_codes(d, SV_PARAMETER_CHECK, SV_INVALID_RESET_TRACE);
}
END_TEST

static void add_trace(Suite *s)
{
    TCase *t = tcase_create("trace");
    tcase_add_checked_fixture(t, with_dir, without_dir);
    tcase_add_test(t, trace);
    tcase_add_test(t, trace_off);
    tcase_add_test(t, trace_files);
    tcase_add_test(t, trace_cut);
    tcase_add_test(t, copy_options);
    tcase_add_test(t, copy_fails);
    tcase_add_test(t, copy_in_progress);
    tcase_add_test(t, define_refused);
    suite_add_tcase(s, t);
}

int main(void)
{
    Suite *s = suite_create("csv");
    TCase *t = tcase_create("log");
    tcase_add_test(t, message);
    tcase_add_test(t, long_message);
    tcase_add_test(t, message_refused);
    tcase_add_loop_test(t, management_data, 0, 4);
    tcase_add_loop_test(t, ru_size, 0, 4);
    tcase_add_test(t, transfer_refused);
    tcase_add_test(t, no_node);
    tcase_add_test(t, node_lost);
    tcase_add_test(t, node_refuses);
    tcase_add_test(t, too_many);
    tcase_add_test(t, after_fork);
    suite_add_tcase(s, t);
    t = tcase_create("windows");
    tcase_add_test(t, startup);
    tcase_add_test(t, by_message);
    tcase_add_test(t, outstanding);
    tcase_add_test(t, outstanding_lost);
    tcase_add_test(t, cleanup);
    tcase_add_loop_test(t, as_text, 0, sizeof texts / sizeof *texts);
    suite_add_tcase(s, t);
    add_trace(s);
    return harness_main(s);
}
