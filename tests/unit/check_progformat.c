/* What a file is by its first octets: ELF header and PE header by their public descriptions. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/io/launch/progformat.h"
#include "tests/unit/octets.h"

static uint8_t own[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 3, [18] = 62};

static size_t elf(uint8_t *out, unsigned class, unsigned data, unsigned type, unsigned machine)
{
    memset(out, 0, 64);
    memcpy(out, "\177ELF", 4);
    out[4] = (uint8_t) class;
    out[5] = (uint8_t)data;
    out[data == 2 ? 17 : 16] = (uint8_t)type;
    out[data == 2 ? 19 : 18] = (uint8_t)machine;
    out[data == 2 ? 18 : 19] = (uint8_t)(machine >> 8);
    return 64;
}

static size_t pe(uint8_t *out, unsigned at, unsigned machine)
{
    memset(out, 0, 1024);
    memcpy(out, "MZ", 2);
    out[0x3c] = (uint8_t)at;
    out[0x3d] = (uint8_t)(at >> 8);
    memcpy(out + at, "PE\0\0", 4);
    out[at + 4] = (uint8_t)machine;
    out[at + 5] = (uint8_t)(machine >> 8);
    return 1024;
}

static const char *fault(const void *head, size_t n)
{
    static char out[300];
    return progformat_fault(head, n, own, sizeof own, out, sizeof out);
}

static const struct {
    unsigned class, data, type, machine;
    const char *part; /* of what is said; NULL = it runs */
} elfs[] = {
    {2, 1, 3, 62, NULL},
    {2, 1, 2, 62, NULL},
    {1, 1, 3, 3, NULL}, /* 32-bit programs run on x86-64 */
    {2, 1, 3, 183, "64-bit AArch64"},
    {1, 1, 3, 40, "32-bit ARM"},
    {2, 2, 3, 22, "64-bit S/390"},
    {2, 1, 3, 4711, "machine 4711"},
    {2, 1, 1, 62, "an object file"},
    {2, 1, 4, 62, "a core dump"},
};

START_TEST(elf_files)
{
    uint8_t head[64];
    size_t n = elf(head, elfs[_i].class, elfs[_i].data, elfs[_i].type, elfs[_i].machine);
    const char *said = fault(head, n);
    if (!elfs[_i].part)
        ck_assert_msg(!said, "%s", said);
    else
        ck_assert_msg(said && strstr(said, elfs[_i].part), "%s", said);
}
END_TEST

START_TEST(windows)
{
    uint8_t head[1024];
    ck_assert_ptr_nonnull(strstr(fault(head, pe(head, 0x80, 0x8664)), "a Windows program (PE, x86-64)"));
    ck_assert_ptr_nonnull(strstr(fault(head, pe(head, 0x108, 0x14c)), "a Windows program (PE, x86)"));
    ck_assert_uint_eq(progformat_windows_bits(head, pe(head, 0x108, 0x14c)), 32);
    ck_assert_uint_eq(progformat_windows_bits(head, pe(head, 0x108, 0xaa64)), 0);
    size_t n = pe(head, 0x80, 0x8664);
    ck_assert_uint_eq(progformat_windows_bits(head, n), 64);
    for (size_t k = 0; k < n; k++)
        ck_assert_uint_eq(progformat_windows_bits(head, k), k < 0x86 ? 0 : 64);
    for (size_t k = 2; k < n; k++) { /* every truncation */
        const char *said = fault(head, k);
        ck_assert_ptr_nonnull(strstr(said, k < 0x86 ? "a DOS or 16-bit" : "PE, x86-64"));
    }
    head[0x3f] = 0xff; /* a header that is nowhere */
    ck_assert_ptr_nonnull(strstr(fault(head, n), "a DOS or 16-bit"));
}
END_TEST

START_TEST(older_windows)
{
    uint8_t head[1024] = "MZ";
    head[0x3c] = 0x80;
    memcpy(head + 0x80, "NE", 2);
    head[0x80 + 0x36] = 2;
    ck_assert_ptr_nonnull(strstr(fault(head, 1024), "a 16-bit Windows program (NE)"));
    head[0x80 + 0x36] = 1;
    ck_assert_ptr_nonnull(strstr(fault(head, 1024), "a 16-bit OS/2 program (NE)"));
    memcpy(head + 0x80, "LX", 2);
    ck_assert_ptr_nonnull(strstr(fault(head, 1024), "an OS/2 program (LX)"));
    for (size_t n = 2; n < 0x82; n++)
        ck_assert_ptr_nonnull(strstr(fault(head, n), "a DOS or 16-bit Windows program"));
}
END_TEST

/* A number of an ELF header in the order of its file. */
static void put(uint8_t *p, bool big, unsigned octets, uint64_t v)
{
    for (unsigned i = 0; i < octets; i++)
        p[big ? octets - 1 - i : i] = (uint8_t)(v >> 8 * i);
}

/* A program whose second segment is the path of its loader, at 200; its length. */
static size_t with_loader(uint8_t head[256], bool wide, bool big, const char *path)
{
    const unsigned size = wide ? 8 : 4, each = wide ? 56 : 32, first = wide ? 64 : 52;
    memset(head, 0, 256);
    elf(head, wide ? 2 : 1, big ? 2 : 1, 3, 62);
    put(head + (wide ? 32 : 28), big, size, first);
    put(head + (wide ? 54 : 42), big, 2, each);
    put(head + (wide ? 56 : 44), big, 2, 2);
    put(head + first, big, 4, 1);
    uint8_t *second = head + first + each;
    put(second, big, 4, 3);
    put(second + (wide ? 8 : 4), big, size, 200);
    put(second + (wide ? 32 : 16), big, size, strlen(path) + 1);
    strcpy((char *)head + 200, path);
    return 200 + strlen(path) + 1;
}

/* Without a program of ours to compare with, so that all orders and classes can be looked at. */
START_TEST(loaders)
{
    uint8_t head[256];
    char out[300];
    const bool wide = _i & 1, big = _i & 2;
    size_t n = with_loader(head, wide, big, "/lib/ld.so");
    for (size_t k = 20; k <= n;
         k++) {                     /* every truncation: no loader is known then, and nothing else is said */
        uint8_t *exact = malloc(k); /* so that a sanitizer sees a read beyond it */
        memcpy(exact, head, k);
        ck_assert_ptr_null(progformat_fault(exact, k, own, 0, out, sizeof out));
        ck_assert_str_eq(out, k < n ? "" : "/lib/ld.so");
        free(exact);
    }
    put(head + (wide ? 64 + 56 + 8 : 52 + 32 + 4), big, wide ? 8 : 4,
        UINT64_MAX); /* a path that is nowhere */
    ck_assert_ptr_null(progformat_fault(head, n, own, 0, out, sizeof out));
    ck_assert_str_eq(out, "");
    put(head + (wide ? 32 : 28), big, wide ? 8 : 4, UINT64_MAX - 8); /* and a table that is */
    ck_assert_ptr_null(progformat_fault(head, n, own, 0, out, sizeof out));
}
END_TEST

static const struct {
    const char *text, *said; /* SAID begins with: */
    bool runs;               /* ... or is the interpreter */
} texts[] = {
    {"#!/bin/sh\necho\n", "/bin/sh", true},
    {"#! /usr/bin/env tpsh\n", "/usr/bin/env", true},
    {"#!/bin/sh", "/bin/sh", true},
    {"#!/bin/sh\r\necho\r\n", "a script whose lines end in CR LF", false},
    {"#!/usr/bin/perl -w\r\n", "a script whose lines end in CR LF", false},
    {"#!\n", "a script without the name", false},
    {"#!", "a script without the name", false},
    {"#", "a text without #!", false},
    {"echo hello\n", "a text without #!", false},
    {"@echo off\r\n", "a text without #!", false},
    {"\xEF\xBB\xBF#!/bin/sh\n", "a script that begins with a byte order mark", false},
    {"", "an empty file", false},
    {"\177EL", "not in a format", false},
    {"\xCA\xFE\xBA\xBE\x01", "not in a format", false},
};

START_TEST(scripts)
{
    char out[300];
    const char *t = texts[_i].text;
    const char *said = progformat_fault((const uint8_t *)t, strlen(t), own, sizeof own, out, sizeof out);
    ck_assert_int_eq(!said, texts[_i].runs);
    ck_assert_msg(strncmp(out, texts[_i].said, strlen(texts[_i].said)) == 0, "%s", out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("progformat");
    TCase *t = tcase_create("formats");
    tcase_add_loop_test(t, elf_files, 0, OCTETS_ROWS(elfs));
    tcase_add_test(t, windows);
    tcase_add_test(t, older_windows);
    tcase_add_loop_test(t, loaders, 0, 4);
    tcase_add_loop_test(t, scripts, 0, OCTETS_ROWS(texts));
    suite_add_tcase(s, t);
    return octets_run(s);
}
