/* check_recording.c - recordings of links: files that readers take at any time, rotation, a disk that is
 * full, places where no recording may be. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/recording.h"
#include "snanode/wire/capframe.h"
#include "tests/unit/octets.h"

static char dir[64], path[128];
static int said; /* lines of the log */

static void sink(enum log_level level, const char *line)
{
    (void)level;
    ck_assert_ptr_nonnull(strstr(line, path));
    said++;
}

static void setup(void)
{
    snprintf(dir, sizeof dir, "/tmp/snanode-recording.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/link.pcapng", dir);
    said = 0;
    log_set(sink, LOG_LV_INFO);
}

static void teardown(void)
{
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));)
        unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    ck_assert_int_eq(rmdir(dir), 0);
}

/* ---- what a file holds ---- */

struct seen {
    bool there;
    uint64_t size;
    unsigned sections, interfaces, packets;
    uint64_t first, last; /* times of packets */
};

static struct seen look(unsigned number)
{
    char name[160];
    snprintf(name, sizeof name, number ? "%s.%u" : "%s", path, number);
    struct seen s = {0};
    FILE *f = fopen(name, "r");
    if (!f)
        return s;
    static uint8_t v[1 << 20];
    size_t n = fread(v, 1, sizeof v, f);
    fclose(f);
    s.there = true;
    s.size = n;
    struct pcapng_reader r = {0};
    for (size_t at = 0; at < n;) {
        struct pcapng_block b;
        ssize_t used = pcapng_decode(&r, v + at, n - at, &b, NULL);
        ck_assert_int_gt(used, 0); /* whole blocks, always */
        at += (size_t)used;
        s.sections += b.kind == PCAPNG_SECTION;
        s.interfaces += b.kind == PCAPNG_INTERFACE;
        if (b.kind == PCAPNG_PACKET) {
            s.first = s.packets++ == 0 ? b.packet.time_ns : s.first;
            s.last = b.packet.time_ns;
        }
    }
    return s;
}

static uint8_t data[2 * PCAPNG_DATA_MAX];

static void put(struct recording *r, uint32_t link, uint64_t time, size_t n)
{
    recording_packet(
        r, &(struct pcapng_packet){.interface = link, .time_ns = time, .data = data, .n = n, .whole = n});
}

static struct recording *begun(uint64_t octets, unsigned files)
{
    struct recording *r = recording_open(path, &(struct recording_limits){octets, files}, "test");
    ck_assert_ptr_nonnull(r);
    return r;
}

/* ---- tests ---- */

START_TEST(readable_at_any_time)
{
    struct recording *r = begun(RECORDING_FILE_MIN, 1);
    ck_assert_uint_eq(look(0).sections, 1);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_UPPER_PDU, "A"), 0);
    put(r, 0, 1, 10);
    ck_assert_uint_eq(look(0).packets, 1);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_RAW_IP, "B"), 1);
    put(r, 1, 2, 0);
    put(r, 0, 3, sizeof data); /* cut */
    struct seen s = look(0);
    ck_assert_uint_eq(s.interfaces, 2);
    ck_assert_uint_eq(s.packets, 3);
    ck_assert_uint_eq(s.last, 3);
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_uint_eq(recording_lost(r), 0);
    recording_close(r);
    ck_assert_int_eq(said, 0);
}
END_TEST

/* Files keep to their size and number, each can be read alone, and none but the oldest packets go. */
START_TEST(rotation)
{
    unsigned files = (unsigned)_i;
    struct recording *r = begun(RECORDING_FILE_MIN, files);
    recording_add_link(r, PCAPNG_UPPER_PDU, "A");
    recording_add_link(r, PCAPNG_UPPER_PDU, "B");
    for (uint64_t t = 1; t <= 1000; t++)
        put(r, t % 2, t, 1000);
    uint64_t next = 1000;
    for (unsigned i = 0; i < files; i++) {
        struct seen s = look(i);
        ck_assert(s.there);
        ck_assert_uint_le(s.size, RECORDING_FILE_MIN);
        ck_assert_uint_eq(s.interfaces, 2);
        ck_assert_uint_eq(s.last, next);
        ck_assert_uint_eq(s.last - s.first + 1, s.packets);
        next = s.first - 1;
    }
    ck_assert(!look(files).there);
    recording_close(r);
}
END_TEST

START_TEST(kept_from_before)
{
    struct recording *r = begun(RECORDING_FILE_MIN, 2);
    recording_add_link(r, PCAPNG_UPPER_PDU, "A");
    put(r, 0, 7, 10);
    recording_close(r);
    r = begun(RECORDING_FILE_MIN, 2);
    ck_assert_uint_eq(look(0).packets, 0);
    ck_assert_uint_eq(look(1).last, 7);
    recording_close(r);
}
END_TEST

/* The largest file that this process may write stands for a disk that is full: one line in the log, whole
 * blocks, and the rest is counted. */
START_TEST(full_disk)
{
    signal(SIGXFSZ, SIG_IGN);
    struct recording *r = begun(1 << 30, 1);
    recording_add_link(r, PCAPNG_UPPER_PDU, "A");
    struct rlimit l;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
    rlim_t before = l.rlim_cur;
    l.rlim_cur = 5000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
    for (uint64_t t = 1; t <= 20; t++)
        put(r, 0, t, 1000);
    l.rlim_cur = before;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
    put(r, 0, 21, 10); /* it is over, although there is room again */
    struct seen s = look(0);
    ck_assert_uint_eq(s.packets, 4);
    ck_assert_uint_eq(s.last, 4);
    ck_assert_uint_eq(recording_lost(r), 17);
    ck_assert_int_eq(said, 1);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_UPPER_PDU, "B"), 1); /* no matter */
    recording_close(r);
    ck_assert_int_eq(said, 2); /* how many are not in it */
}
END_TEST

/* The directory goes away: said at the next rotation, once. */
START_TEST(lost_directory)
{
    struct recording *r = begun(RECORDING_FILE_MIN, 2);
    recording_add_link(r, PCAPNG_UPPER_PDU, "A");
    char away[160];
    snprintf(away, sizeof away, "%s.away", dir);
    ck_assert_int_eq(rename(dir, away), 0);
    for (uint64_t t = 1; t <= 400; t++)
        put(r, 0, t, 1000);
    ck_assert_int_eq(said, 1);
    ck_assert_uint_gt(recording_lost(r), 0);
    ck_assert_int_eq(rename(away, dir), 0);
    recording_close(r);
}
END_TEST

START_TEST(refused)
{
    struct recording_limits good = {RECORDING_FILE_MIN, 1};
    ck_assert_ptr_null(recording_open(path, &(struct recording_limits){RECORDING_FILE_MIN - 1, 1}, "t"));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_null(recording_open(path, &(struct recording_limits){RECORDING_FILE_MIN, 0}, "t"));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_null(recording_open(dir, &good, "t"));
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* nobody reads it */
    ck_assert_ptr_null(recording_open(path, &good, "t"));
    ck_assert_int_eq(errno, ENOTSUP);
    unlink(path);
    ck_assert_int_eq(symlink("/nonexistent", path), 0);
    ck_assert_ptr_null(recording_open(path, &good, "t"));
    ck_assert_int_eq(errno, ELOOP);
    char nowhere[160];
    snprintf(nowhere, sizeof nowhere, "%s/no/file", dir);
    ck_assert_ptr_null(recording_open(nowhere, &good, "t"));
    ck_assert_int_eq(errno, ENOENT);
    recording_close(NULL);
    ck_assert_int_eq(said, 0);
}
END_TEST

START_TEST(many_links)
{
    struct recording *r = begun(RECORDING_FILE_MIN, 1);
    char name[2 * RECORDING_LINK_NAME_MAX];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    for (int i = 0; i < PCAPNG_INTERFACES_MAX; i++)
        ck_assert_int_eq(recording_add_link(r, PCAPNG_UPPER_PDU, name), i);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_UPPER_PDU, name), -1);
    for (uint64_t t = 1; t <= 10; t++) /* a new file with all links for every second packet */
        put(r, PCAPNG_INTERFACES_MAX - 1, t, PCAPNG_DATA_MAX);
    ck_assert_uint_eq(look(0).interfaces, PCAPNG_INTERFACES_MAX);
    ck_assert_uint_le(look(0).size, RECORDING_FILE_MIN);
    ck_assert_uint_eq(look(0).last, 10);
    recording_close(r);
}
END_TEST

/* A recording for tshark to read (scripts/check-wireshark): a PIU on one link, DLSw over IPv4 on the other,
 * with the connection opened and closed, and an UNBIND in each. */
START_TEST(sample)
{
    const char *file = getenv("RECORDING_SAMPLE");
    struct recording *r =
        recording_open(file ? file : path, &(struct recording_limits){1 << 20, 1}, "snanode");
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_UPPER_PDU, "LINK1"), 0);
    ck_assert_int_eq(recording_add_link(r, PCAPNG_RAW_IP, "LINK2"), 1);
    struct octets unbind = octets_of("2D0001020001 6B8000 3201");
    struct octets message = octets_of("3110000B 00000001 00000000 0000 0A00 2D0001020001 6B8000 3201");
    uint8_t frame[128];
    struct pcapng_packet k = {
        .time_ns = UINT64_C(1700000000000000001), .data = frame, .comment = {"as asked", 8}};
    ssize_t n = capframe_encode_pdu(CAPFRAME_PIU, unbind.v, unbind.n, frame, sizeof frame);
    ck_assert_int_gt(n, 0);
    k.n = k.whole = (size_t)n;
    k.direction = PCAPNG_OUTBOUND;
    recording_packet(r, &k);
    struct capframe_stream s = {
        .port = {40000, 2065}, .address = {{192, 0, 2, 1}, {192, 0, 2, 2}}, .next = {UINT32_MAX - 3, 77}};
    static const struct {
        int from;
        uint8_t flags;
    } steps[] = {
        {0, CAPFRAME_SYN},
        {1, CAPFRAME_SYN | CAPFRAME_ACK},
        {0, CAPFRAME_ACK},
        {0, CAPFRAME_PSH | CAPFRAME_ACK},
        {1, CAPFRAME_PSH | CAPFRAME_ACK},
        {0, CAPFRAME_FIN | CAPFRAME_ACK},
        {1, CAPFRAME_FIN | CAPFRAME_ACK},
        {0, CAPFRAME_ACK},
    };
    k.interface = 1;
    k.comment = (struct pcapng_text){0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t data_n = steps[i].flags & CAPFRAME_PSH ? message.n : 0;
        n = capframe_encode_tcp(&s, steps[i].from, steps[i].flags, message.v, data_n, frame, sizeof frame);
        ck_assert_int_gt(n, 0);
        k.n = k.whole = (size_t)n;
        k.time_ns += 1000;
        k.direction = steps[i].from ? PCAPNG_INBOUND : PCAPNG_OUTBOUND;
        recording_packet(r, &k);
    }
    ck_assert_uint_eq(recording_lost(r), 0);
    recording_close(r);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *test, int from, int to)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test, from, to);
    suite_add_tcase(s, tc);
}

int main(void)
{
    Suite *s = suite_create("recording");
    add(s, "readable", readable_at_any_time, 0, 1);
    add(s, "rotation", rotation, 1, 5);
    add(s, "before", kept_from_before, 0, 1);
    add(s, "full", full_disk, 0, 1);
    add(s, "directory", lost_directory, 0, 1);
    add(s, "refused", refused, 0, 1);
    add(s, "links", many_links, 0, 1);
    add(s, "sample", sample, 0, 1);
    return octets_run(s);
}
