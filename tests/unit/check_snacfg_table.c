/* docs/snacfg-options.md says what happens to every option.  Here its rows are compared with the tables that
 * the reader uses, and with the options on the product's pages, typed from those pages.
 * SNACFG_TABLE=1 in the environment prints the rows as they should be. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/config/snacfg_option.h"
#include "tests/unit/octets.h"

#define PAGE "docs/snacfg-options.md"

static char page[32768];

static void setup(void)
{
    FILE *f = fopen(PAGE, "r");
    ck_assert_msg(f != NULL, "%s cannot be read: the test runs from the top of the tree", PAGE);
    size_t n = fread(page, 1, sizeof page - 1, f);
    fclose(f);
    page[n] = '\0';
}

/* Options of connections that only speak to connections of other types than DLSW. */
static bool is_for_others(const struct resource *r, const struct option *o)
{
    return r->kind == CFG_CONN && (strcmp(o->name, "remoteend") == 0 || strcmp(o->name, "xidtype") == 0);
}

/* What happens to an option's value. */
static const char *state_of(const struct resource *r, const struct option *o)
{
    if (!o->type)
        return o->keep == KEEP_NOTHING ? "read" : "kept";
    if (o->no_effect || is_for_others(r, o) || strcmp(o->name, "comment") == 0 ||
        strcmp(o->name, "domain") == 0)
        return "kept";
    return "in force";
}

START_TEST(every_option_has_its_row)
{
    char row[120];
    for (size_t i = 0; i < SNACFG_RESOURCE_N; i++) {
        const struct resource *r = &snacfg_resources[i];
        for (size_t k = 0; k < r->n_options; k++) {
            snprintf(row, sizeof row, "| %s | /%s | %s |\n", r->name, r->options[k].name,
                     state_of(r, &r->options[k]));
            if (getenv("SNACFG_TABLE"))
                fputs(row, stdout);
            else
                ck_assert_msg(strstr(page, row) != NULL, "%s has no row %s", PAGE, row);
        }
    }
}
END_TEST

/* ... and no row speaks of an option that is not there. */
START_TEST(every_row_has_its_option)
{
    char resource[32], option[32];
    unsigned rows = 0;
    for (const char *p = page; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
        bool found = false;
        if (sscanf(p, "| %31[a-z] | /%31[a-z] |", resource, option) != 2)
            continue;
        rows++;
        for (size_t i = 0; i < SNACFG_RESOURCE_N; i++)
            for (size_t k = 0; k < snacfg_resources[i].n_options; k++)
                found = found || (strcmp(snacfg_resources[i].name, resource) == 0 &&
                                  strcmp(snacfg_resources[i].options[k].name, option) == 0);
        ck_assert_msg(found, "%s: no option /%s of %s", PAGE, option, resource);
    }
    ck_assert_uint_gt(rows, 90);
}
END_TEST

/* The options of the pages snacfg-RESOURCE of the product's documents. */
static const struct {
    const char *resource, *options;
} documented[] = {
    {"server", "comment cpname netname"},
    {"connection",
     "activation calldirection comment compression conntype cpname dynamicludef linkservice "
     "localblockno localcpname localnetname localnodeno netname peerdlcrole remoteblockno remoteend "
     "remotenodeno server xidtype"},
    {"mode",
     "allowcomp autoact autopartner comment conlose conwin endpointcomp highpriority maxrecvcomp maxrecvru "
     "maxsendcomp maxsendru pacerecvcnt pacesendcnt sessionlim"},
    {"appcllu",
     "addpartner autopartner clientname comment connection defaultpool delpartner impremotelu luname "
     "lunumber netname server syncpoint tptimeout"},
    {"appcrlu",
     "addpartner autopartner comment connection delpartner impmode luname netname parallelsess security "
     "securityex uninterpname"},
    {"cpic",
     "appltpname comment lualias luname modename netname seckeytype secpassword secuserid svcetpname"},
    {"user", "comment defloclu defremlu domain encrypt insert insertrlu remove removerlu validate"},
    {"diagnostic", "auditlevel cnosdisplayconn logserver netviewconn popupserver"},
};

START_TEST(documented_options_are_read)
{
    char options[600];
    const struct resource *r = NULL;
    for (size_t i = 0; i < SNACFG_RESOURCE_N; i++)
        if (strcmp(snacfg_resources[i].name, documented[_i].resource) == 0)
            r = &snacfg_resources[i];
    ck_assert_ptr_nonnull(r);
    strcpy(options, documented[_i].options);
    for (char *o = strtok(options, " "); o; o = strtok(NULL, " ")) {
        bool found = false;
        for (size_t k = 0; k < r->n_options; k++)
            found = found || strcmp(r->options[k].name, o) == 0;
        ck_assert_msg(found, "/%s of %s would be refused", o, r->name);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snacfg table");
    TCase *t = tcase_create("table");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, every_option_has_its_row);
    tcase_add_test(t, every_row_has_its_option);
    tcase_add_loop_test(t, documented_options_are_read, 0, OCTETS_ROWS(documented));
    suite_add_tcase(s, t);
    return octets_run(s);
}
