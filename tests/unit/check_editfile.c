/* check_editfile.c - a new file does not replace one that somebody else has made since, also where kernel or
 * file system cannot say so in one step. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/cli/editfile.h"
#include "tests/unit/octets.h"

int __real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);

static int renameat2_errno, link_errno; /* 0 = it works */

int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    if (renameat2_errno == 0)
        return __real_renameat2(from_dir, from, to_dir, to, flags);
    errno = renameat2_errno;
    return -1;
}

int __wrap_link(const char *from, const char *to)
{
    if (link_errno == 0)
        return __real_link(from, to);
    errno = link_errno;
    return -1;
}

static char dir[32], path[64];

static void setup(void)
{
    strcpy(dir, "/tmp/snanode-editfile.XXXXXX");
    link_errno = renameat2_errno = 0;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/new", dir);
}

static void teardown(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0); /* nothing is left behind */
}

static void expect_text(const char *text)
{
    char buf[16] = "";
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(buf, sizeof buf, f));
    fclose(f);
    ck_assert_str_eq(buf, text);
}

static const struct {
    int renameat2, link;
} systems[] = {{0, 0}, {EINVAL, 0}, {ENOSYS, 0}, {EINVAL, EPERM}, {ENOSYS, EOPNOTSUPP}};

START_TEST(new_file)
{
    struct editfile f;
    struct stat st;
    renameat2_errno = systems[_i].renameat2;
    link_errno = systems[_i].link;
    ck_assert_ptr_null(editfile_read(&f, path, true));
    ck_assert_ptr_null(editfile_write(&f, "ours", 4, true));
    editfile_fini(&f);
    expect_text("ours");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_nlink, 1);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(made_meanwhile)
{
    struct editfile f;
    renameat2_errno = systems[_i].renameat2;
    link_errno = systems[_i].link;
    ck_assert_ptr_null(editfile_read(&f, path, true));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "theirs", 6), 6);
    close(fd);
    ck_assert_ptr_nonnull(editfile_write(&f, "ours", 4, false));
    editfile_fini(&f);
    expect_text("theirs");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("editfile");
    TCase *c = tcase_create("new files");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, new_file, 0, OCTETS_ROWS(systems));
    tcase_add_loop_test(c, made_meanwhile, 0, OCTETS_ROWS(systems));
    suite_add_tcase(s, c);
    return octets_run(s);
}
