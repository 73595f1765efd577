#include "snanode/io/launch/progformat.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ELF_CLASS = 4, ELF_DATA = 5, ELF_TYPE = 16, ELF_MACHINE = 18, ELF_HEAD = 20 };
enum { CLASS_32 = 1, CLASS_64 = 2, BIG_ENDIAN_DATA = 2, TYPE_EXEC = 2, TYPE_DYN = 3, TYPE_CORE = 4 };
enum { EM_386 = 3, EM_X86_64 = 62, SEGMENT_LOADER = 3 };
enum { NE_SYSTEM = 0x36, NE_OS2 = 1 }; /* in the header of a 16-bit program */

static uint32_t little(const uint8_t *p, unsigned octets)
{
    uint32_t v = 0;
    while (octets-- > 0)
        v = v << 8 | p[octets];
    return v;
}

/* Two octets of ELF header HEAD, in its own order. */
static unsigned half(const uint8_t *head, size_t at)
{
    return head[ELF_DATA] == BIG_ENDIAN_DATA ? (unsigned)(head[at] << 8 | head[at + 1])
                                             : little(head + at, 2);
}

static const char *elf_machine(unsigned m, char *out, size_t cap)
{
    static const struct {
        unsigned m;
        const char *name;
    } names[] = {{EM_386, "x86"},  {8, "MIPS"},     {20, "PowerPC"},   {21, "PowerPC 64"},
                 {22, "S/390"},    {40, "ARM"},     {43, "SPARC"},     {EM_X86_64, "x86-64"},
                 {183, "AArch64"}, {243, "RISC-V"}, {258, "LoongArch"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].m == m)
            return names[i].name;
    snprintf(out, cap, "machine %u", m);
    return out;
}

static bool is_elf(const uint8_t *head, size_t n)
{
    return n >= ELF_HEAD && memcmp(head, "\177ELF", 4) == 0;
}

/* OCTETS octets of ELF header HEAD, in its own order. */
static uint64_t number(const uint8_t *head, size_t at, unsigned octets)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < octets; i++)
        v = v << 8 | head[head[ELF_DATA] == BIG_ENDIAN_DATA ? at + i : at + octets - 1 - i];
    return v;
}

/* Offsets of fields in the headers of one class, and the size of an offset in octets. */
static const struct elf_places {
    unsigned size, first, entry, count, offset, length, header, program;
} places[] = {[CLASS_32] = {4, 28, 42, 44, 4, 16, 52, 32}, [CLASS_64] = {8, 32, 54, 56, 8, 32, 64, 56}};

/* Copy to OUT the path of the program loader that the ELF program HEAD needs, "" when it needs none or HEAD
 * is too short to tell. */
static void elf_loader(const uint8_t *head, size_t n, char *out, size_t cap)
{
    const struct elf_places *p = &places[head[ELF_CLASS] == CLASS_32 ? CLASS_32 : CLASS_64];
    if (n < p->header)
        return;
    uint64_t at = number(head, p->first, p->size);
    uint64_t each = number(head, p->entry, 2), count = number(head, p->count, 2);
    for (; count > 0 && each >= p->program && at < n && n - at >= p->program; at += each, count--) {
        if (number(head, at, 4) != SEGMENT_LOADER)
            continue;
        uint64_t path = number(head, at + p->offset, p->size), len = number(head, at + p->length, p->size);
        if (path < n && len <= n - path && memchr(head + path, '\0', len))
            snprintf(out, cap, "%s", (const char *)head + path);
        return;
    }
}

static const char *elf_fault(const uint8_t *head, size_t n, const uint8_t *own, size_t n_own, char *out,
                             size_t cap)
{
    unsigned type = half(head, ELF_TYPE), machine = half(head, ELF_MACHINE);
    char a[24], b[24];
    if (type != TYPE_EXEC && type != TYPE_DYN) {
        snprintf(out, cap, "%s, and not a program", type == TYPE_CORE ? "a core dump" : "an object file");
        return out;
    }
    if (!is_elf(own, n_own)) {
        elf_loader(head, n, out, cap);
        return NULL;
    }
    unsigned here = half(own, ELF_MACHINE);
    bool runs = (machine == here && head[ELF_CLASS] == own[ELF_CLASS] && head[ELF_DATA] == own[ELF_DATA]) ||
                (machine == EM_386 && here == EM_X86_64);
    if (runs) {
        elf_loader(head, n, out, cap);
        return NULL;
    }
    snprintf(out, cap, "a program for another machine (%d-bit %s); this one is %d-bit %s: compile it here",
             head[ELF_CLASS] == CLASS_32 ? 32 : 64, elf_machine(machine, a, sizeof a),
             own[ELF_CLASS] == CLASS_32 ? 32 : 64, elf_machine(here, b, sizeof b));
    return out;
}

/* Which of the older formats the header H (N octets) has. */
static const char *old_format(const uint8_t *h, size_t n)
{
    if (n > NE_SYSTEM && memcmp(h, "NE", 2) == 0)
        return h[NE_SYSTEM] == NE_OS2 ? "a 16-bit OS/2 program (NE)" : "a 16-bit Windows program (NE)";
    if (n >= 2 && memcmp(h, "LX", 2) == 0)
        return "an OS/2 program (LX)";
    return "a DOS or 16-bit Windows program";
}

enum { PE_X86 = 0x14c, PE_X86_64 = 0x8664, PE_ARM64 = 0xaa64 };

/* Where the header of a PE program is, which is whole up to its machine; 0: it is none. */
static uint32_t pe_header(const uint8_t *head, size_t n)
{
    uint32_t at = n >= 0x40 ? little(head + 0x3c, 4) : 0;
    return at < 4 || at > n || n - at < 6 || memcmp(head + at, "PE\0\0", 4) != 0 ? 0 : at;
}

unsigned progformat_windows_bits(const uint8_t *head, size_t n)
{
    uint32_t at = n >= 2 && memcmp(head, "MZ", 2) == 0 ? pe_header(head, n) : 0;
    unsigned machine = at ? little(head + at + 4, 2) : 0;
    return machine == PE_X86_64 ? 64 : machine == PE_X86 ? 32 : 0;
}

static const char *mz_fault(const uint8_t *head, size_t n, char *out, size_t cap)
{
    uint32_t at = pe_header(head, n);
    if (!at) {
        at = n >= 0x40 ? little(head + 0x3c, 4) : 0;
        bool header = at >= 4 && at < n;
        snprintf(out, cap, "%s: compile it for Linux (snanode-registry(5), PathMap)",
                 old_format(header ? head + at : head, header ? n - at : 0));
        return out;
    }
    unsigned machine = little(head + at + 4, 2);
    const char *name = machine == PE_X86_64  ? "x86-64"
                       : machine == PE_X86   ? "x86"
                       : machine == PE_ARM64 ? "AArch64"
                                             : "another machine";
    snprintf(out, cap, "a Windows program (PE, %s): compile it for Linux (snanode-registry(5), PathMap)",
             name);
    return out;
}

/* "#!", blanks, a path, and then a blank or the end of the line. */
static const char *script_fault(const uint8_t *head, size_t n, char *out, size_t cap)
{
    size_t i = 2;
    while (i < n && (head[i] == ' ' || head[i] == '\t'))
        i++;
    size_t k = i;
    while (k < n && head[k] > ' ')
        k++;
    size_t end = k;
    while (end < n && head[end] != '\n')
        end++;
    if (end > 0 && head[end - 1] == '\r') {
        snprintf(out, cap,
                 "a script whose lines end in CR LF, so its interpreter is not found: convert it (dos2unix)");
        return out;
    }
    if (k == i) {
        snprintf(out, cap, "a script without the name of an interpreter after #!");
        return out;
    }
    snprintf(out, cap, "%.*s", (int)(k - i), (const char *)head + i);
    return NULL;
}

static bool is_text(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (head[i] == 0x7f ||
            (head[i] < 0x20 && head[i] != '\n' && head[i] != '\r' && head[i] != '\t' && head[i] != '\f'))
            return false;
    return true;
}

const char *progformat_fault(const uint8_t *head, size_t n, const uint8_t *own, size_t n_own, char *out,
                             size_t cap)
{
    out[0] = '\0';
    if (is_elf(head, n))
        return elf_fault(head, n, own, n_own, out, cap);
    if (n >= 2 && memcmp(head, "MZ", 2) == 0)
        return mz_fault(head, n, out, cap);
    if (n >= 2 && memcmp(head, "#!", 2) == 0)
        return script_fault(head, n, out, cap);
    if (n >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0)
        snprintf(out, cap, "a script that begins with a byte order mark: remove it, so that #! comes first");
    else if (n == 0)
        snprintf(out, cap, "an empty file");
    else if (is_text(head, n))
        snprintf(out, cap, "a text without #! in its first line: name its interpreter there");
    else
        snprintf(out, cap, "not in a format that this machine runs");
    return out;
}
