/* libFuzzer entry: any octets as a command file, read, read over it once more, and validated; what is valid
 * is printed, and that must be valid, too, and print the same; and a command is edited into the text.
 *   clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_snacfg.c
 *       snanode/base/[dnl]*.c snanode/config/[cs]*.c */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/config/snacfg_edit.h"
#include "snanode/config/snacfg_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned read_and_print(const void *text, size_t n, struct snacfg_text *out)
{
    struct node_config c;
    struct diag d;
    config_init(&c);
    diag_init(&d);
    snacfg_read(&c, "text", text, n, &d);
    config_validate(&c, &d);
    snacfg_print(&c, true, out);
    config_fini(&c);
    diag_fini(&d);
    return d.errors;
}

static void print_and_read(const uint8_t *data, size_t size)
{
    struct snacfg_text first = {.s = NULL}, second = {.s = NULL};
    if (read_and_print(data, size, &first) == 0 && first.n &&
        (read_and_print(first.s, first.n, &second) != 0 || strcmp(first.s, second.s) != 0))
        abort();
    snacfg_text_fini(&first);
    snacfg_text_fini(&second);
}

/* The first command of the text, edited into all of it, which is UTF-8 by then. */
static void edit(const uint8_t *data, size_t size)
{
    struct snacfg_text text = {.s = NULL}, out = {.s = NULL};
    struct snacfg_lex lex;
    const struct snacfg_command *cmd;
    struct diag d;
    diag_init(&d);
    bool ok = snacfg_lex_init(&lex, "text", data, size, &d);
    if (ok && lex.end > lex.text)
        snacfg_text_add(&text, lex.text, (size_t)(lex.end - lex.text));
    if (text.s && (cmd = snacfg_lex_next(&lex)))
        snacfg_edit(text.s, text.n, cmd, &out);
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    snacfg_text_fini(&text);
    snacfg_text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct node_config c;
    struct diag d;
    config_init(&c);
    diag_init(&d);
    snacfg_read(&c, "fuzz", data, size, &d);
    snacfg_read(&c, "again", data, size, &d);
    config_validate(&c, &d);
    config_fini(&c);
    diag_fini(&d);
    print_and_read(data, size);
    edit(data, size);
    return 0;
}
