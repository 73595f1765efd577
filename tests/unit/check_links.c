/* check_links.c - rules that span links and connections: certificates, addresses, end stations; session
 * keys. */
#include <stdio.h>
#include <string.h>

#include "snanode/config/config.h"
#include "tests/unit/octets.h"

static struct node_config cfg;
static struct diag diag;

static void setup(void)
{
    config_init(&cfg);
    diag_init(&diag);
}

static void teardown(void)
{
    config_fini(&cfg);
    diag_fini(&diag);
}

static void read_good(const char *text)
{
    snacfg_read(&cfg, "f.cfg", text, strlen(text), &diag);
    config_validate(&cfg, &diag);
    ck_assert_msg(!diag.head, "%s", diag.head ? diag.head->text : "");
}

#define SERVER "server N /add /netname:NET /cpname:CP\n"
#define TLS    " /tls:yes /certificate:c /key:k /ca:a"

/* ---- which certificate, and where ---- */

static const struct {
    const char *text, *certificate, *listen;
    bool on;
} shown[] = {
    {"connection C /add /conntype:DLSW /peer:h:1", "", "", false},
    {"connection C /add /conntype:DLSW /peer:h:1 /peername:p" TLS, "c", "", true},
    {"link L /add /linktype:DLSW /listen:*:1\nconnection C /add /conntype:DLSW /linkservice:L", "", "*:1",
     false},
    {"link L /add /linktype:DLSW /listen:*:1" TLS
     "\nconnection C /add /conntype:DLSW /linkservice:L /peername:p",
     "c", "*:1", true},
    {"link L /add /linktype:DLSW /listen:*:1" TLS
     "\nconnection C /add /conntype:DLSW /linkservice:L /peername:p "
     "/tls:yes /certificate:d /key:e /ca:f",
     "d", "*:1", true},
    {"link L /add /linktype:DLSW /listen:*:1\nconnection C /add /conntype:DLSW /linkservice:L /listen:*:2",
     "", "*:2", false},
};

START_TEST(certificate_and_address)
{
    char text[400];
    snprintf(text, sizeof text, SERVER "%s", shown[_i].text);
    read_good(text);
    const struct cfg_conn *conn = config_conn(&cfg, "C");
    ck_assert_str_eq(config_conn_tls(&cfg, conn)->certificate, shown[_i].certificate);
    ck_assert_int_eq(config_conn_tls(&cfg, conn)->on, shown[_i].on);
    ck_assert_str_eq(config_conn_listen(&cfg, conn), shown[_i].listen);
}
END_TEST

/* ---- end stations ---- */

START_TEST(macs_that_are_said)
{
    uint8_t mac[CFG_MAC_N];
    read_good(SERVER
              "connection C /add /conntype:DLSW /peer:h:1 /localmac:400000000a01 /remotemac:0004AC112233");
    ck_assert(config_conn_local_mac(&cfg, config_conn(&cfg, "C"), mac));
    ck_assert_mem_eq(mac, "\x40\x00\x00\x00\x0a\x01", CFG_MAC_N);
    ck_assert(config_conn_remote_mac(config_conn(&cfg, "C"), mac));
    ck_assert_mem_eq(mac, "\x00\x04\xac\x11\x22\x33", CFG_MAC_N);
}
END_TEST

/* Two nodes that know each other's names need no addresses. */
START_TEST(macs_of_names_agree)
{
    uint8_t ours[CFG_MAC_N], theirs[CFG_MAC_N];
    read_good(SERVER "connection C /add /conntype:DLSW /peer:h:1 /netname:NET /cpname:CP\n"
                     "connection D /add /conntype:DLSW /peer:h:2 /localnetname:NET /localcpname:CQ");
    ck_assert(config_conn_local_mac(&cfg, config_conn(&cfg, "C"), ours));
    ck_assert(config_conn_remote_mac(config_conn(&cfg, "C"), theirs));
    ck_assert_mem_eq(ours, theirs, CFG_MAC_N);
    ck_assert_mem_eq(ours, "\x40\x00", 2); /* locally administered */
    ck_assert(config_conn_local_mac(&cfg, config_conn(&cfg, "D"), theirs));
    ck_assert_mem_ne(ours, theirs, CFG_MAC_N);
    ck_assert(!config_conn_remote_mac(config_conn(&cfg, "D"), theirs));
}
END_TEST

START_TEST(mac_of_nobody)
{
    uint8_t mac[CFG_MAC_N];
    read_good("server N /add\nconnection C /add /conntype:DLSW /peer:h:1");
    ck_assert(!config_conn_local_mac(&cfg, config_conn(&cfg, "C"), mac));
}
END_TEST

/* ---- session keys ---- */

static const struct {
    const char *security;
    bool usable;
    uint8_t key[CFG_KEY_N];
} keys[] = {
    {"none", false, {0}},
    {"hex,0123456789abcdef", true, {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}},
    {"hex,FFFFFFFFFFFFFFFF", true, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
    {"char,aB1$@#.Z", true, {0x81, 0xc2, 0xf1, 0x5b, 0x7c, 0x7b, 0x4b, 0xe9}}, /* EBCDIC */
};

START_TEST(session_key)
{
    uint8_t key[CFG_KEY_N];
    char text[400];
    snprintf(text, sizeof text,
             SERVER "connection C /add /conntype:DLSW /peer:h:1\nappcrlu R /add /connection:C /security:%s",
             keys[_i].security);
    snacfg_read(&cfg, "f.cfg", text, strlen(text), &diag);
    config_validate(&cfg, &diag);
    ck_assert_uint_eq(diag.errors, 0);
    ck_assert_int_eq(config_rlu_key(config_rlu(&cfg, "R"), key), keys[_i].usable);
    if (keys[_i].usable)
        ck_assert_mem_eq(key, keys[_i].key, CFG_KEY_N);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("links");
    TCase *t = tcase_create("configuration");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, certificate_and_address, 0, OCTETS_ROWS(shown));
    tcase_add_test(t, macs_that_are_said);
    tcase_add_test(t, macs_of_names_agree);
    tcase_add_test(t, mac_of_nobody);
    tcase_add_loop_test(t, session_key, 0, OCTETS_ROWS(keys));
    suite_add_tcase(s, t);
    return octets_run(s);
}
