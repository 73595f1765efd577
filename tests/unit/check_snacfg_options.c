/* Links, connections, users, several nodes, session keys, and options that are kept: what each takes, what
 * each mistake is answered with, and that all of it survives /print. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "tests/unit/same_config.h"

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

static void read_text(const char *text)
{
    size_t n = strlen(text);
    char *exact = malloc(n ? n : 1);
    memcpy(exact, text, n);
    snacfg_read(&cfg, "f.cfg", exact, n, &diag);
    free(exact);
}

static const char *first_message(void)
{
    return diag.head ? diag.head->text : "(none)";
}

static const char *first_error(void)
{
    const struct diag_line *l = diag.head;
    while (l && l->warning)
        l = l->next;
    return l ? l->text : "(none)";
}

#define SERVER "server N /add /netname:NET /cpname:CP\n"
#define DLSW   SERVER "connection C /add /conntype:DLSW /peer:h:2065\n"

/* ---- each option with a value that is not its default: no error, and /print has it ---- */

static const struct {
    const char *text, *printed;
} kept[] = {
    {SERVER "server \\\\M2\\snasrv02 /add", "server \"\\\\M2\\SNASRV02\" /add\n"},
    {SERVER "server \\\\M2 /add /comment:x", "server M2 /add /comment:x\n"},
    {SERVER "link L /add /linktype:dlsw /listen:0.0.0.0:2065 /comment:c",
     "link L /add /server:N /linktype:DLSW /listen:\"0.0.0.0:2065\" /tls:no "
     "/comment:c\n"},
    {SERVER "link n:l /add /linktype:DLSW /listen:[::1]:1", "link L /add /server:N"},
    {DLSW,
     "connection C /add /server:N /conntype:DLSW /activation:ondemand /calldirection:Both /remoteend:Peer "
     "/peerdlcrole:Negotiable /xidtype:format3 /compression:None /dynamicludef:no /retrylimit:0 "
     "/retrydelay:60 /maxbtu:1929 /peer:\"h:2065\" /localsap:04 /remotesap:04 /keepalive:30 /tls:no\n"},
    {DLSW "connection c /activation:OnServerStartup", " /activation:onserverstartup "},
    {DLSW "connection c /activation:byadministrator", " /activation:byadministrator "},
    {DLSW "connection c /calldirection:outgoing", " /calldirection:Outgoing "},
    {DLSW "connection c /calldirection:incoming /listen:*:1", " /calldirection:Incoming "},
    {DLSW "connection c /remoteend:host", " /remoteend:Host "},
    {DLSW "connection c /peerdlcrole:primary", " /peerdlcrole:Primary "},
    {DLSW "connection c /peerdlcrole:secondary", " /peerdlcrole:Secondary "},
    {DLSW "connection c /xidtype:FORMAT0", " /xidtype:format0 "},
    {DLSW "connection c /localblockno:05d /localnodeno:00abc", " /localblockno:05D /localnodeno:00ABC "},
    {DLSW "connection c /remoteblockno:05D /remotenodeno:fffff", " /remoteblockno:05D /remotenodeno:FFFFF "},
    {DLSW "connection c /netname:a /cpname:b", " /netname:A /cpname:B "},
    {DLSW "connection c /localnetname:a /localcpname:b", " /localnetname:A /localcpname:B "},
    {DLSW "connection c /compression:rle", " /compression:RLE "},
    {DLSW "connection c /dynamicludef:yes", " /dynamicludef:yes "},
    {DLSW "connection c /listen:0.0.0.0:2067", " /listen:\"0.0.0.0:2067\" "},
    {DLSW "connection c /localmac:400000000a01 /remotemac:400000000a02",
     " /localmac:400000000A01 /remotemac:400000000A02 "},
    {DLSW "connection c /localsap:08 /remotesap:0c", " /localsap:08 /remotesap:0C "},
    {DLSW "connection c /remotenetaddr:400000000a02", " /remotemac:400000000A02 "},
    {DLSW "connection c /remotemac:0004AC112233", " /remotemac:0004AC112233 "},
    {DLSW "connection c /retrylimit:65534 /retrydelay:327670 /maxbtu:16393",
     " /retrylimit:65534 /retrydelay:327670 /maxbtu:16393 "},
    {SERVER "connection C /add /conntype:IP-DLC /RetryLimit:3 /RetryDelay:5 /DLURRetryLimit:1",
     " /retrylimit:3 /retrydelay:5 /localsap:"},
    {DLSW "connection c /keepalive:0 /record:\"/var/log/a b.pcapng\"",
     " /keepalive:0 /tls:no /record:\"/var/log/a b.pcapng\"\n"},
    {DLSW
     "connection c /tls:yes /certificate:c /key:k /peername:SHA256:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:"
     "dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
     " /peername:\"sha256:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\"\n"},
    {SERVER "link L /add /linktype:DLSW /listen:localhost:0 /tls:yes /certificate:c /key:k /ca:a\n"
            "connection C /add /conntype:DLSW /linkservice:L /peername:x",
     "link L /add /server:N /linktype:DLSW /listen:\"localhost:0\" /tls:yes /certificate:c /key:k /ca:a\n"},
    {SERVER "link L /add /linktype:DLSW /listen:*:0\nlink M /add /linktype:DLSW /listen:*:0", "link M /add "},
    {SERVER "link L /add /linktype:DLSW /listen:127.0.0.1:9\nlink M /add /linktype:DLSW /listen:[::1]:9",
     "link M /add "},
    {SERVER
     "server M /add\nlink N:L /add /linktype:DLSW /listen:*:9\nlink M:L /add /linktype:DLSW /listen:*:9",
     "link \"M:L\" /add "},
    {DLSW "appcrlu R /add /connection:C /alreadyverified:yes", " /alreadyverified:yes "},
    {DLSW "connection c /tls:yes /certificate:a.pem /key:\"b c.pem\" /ca:/etc/ca /peername:x.y",
     " /tls:yes /certificate:a.pem /key:\"b c.pem\" /ca:\"/etc/ca\" /peername:x.y\n"},
    {SERVER "link K /add /linktype:DLSW /listen:*:1\nconnection C /add /conntype:DLSW /linkservice:k",
     " /linkservice:K "},
    {SERVER "connection C /add /conntype:x25 /linkservice:X25A /whatever:1 /x121:5", " /conntype:X.25 "},
    {SERVER "connection C /add /conntype:802.2 /remoteaddr:400000000001 /localsap:04", " /conntype:802.2 "},
    {SERVER "connection C /add /conntype:IP-DLC /RemoteAddress:10.0.0.1 /DLURRetryType:2",
     " /localsap:04 /remotesap:04 /keepalive:30 /tls:no /RemoteAddress:10.0.0.1 /DLURRetryType:2\n"},
    {SERVER "connection C /add /conntype:SDLC /remotenetaddr:\"1 2\" /x:1\nconnection C /RemoteNetAddr:3\n"
            "connection C /y:\"\" /z /x:",
     " /tls:no /RemoteNetAddr:3 /z\n"},
    {SERVER "connection C /add /conntype:SDLC /a:\"b /c:d\" /e:\"f;\"", " /tls:no /a:\"b /c:d\" /e:\"f;\"\n"},
    {SERVER "printsession3270 P /add\nprintsession3270 P \"A /b\" /removerlu:\nprintsession3270 P /c:\"d \" "
            "\"/e f\":g",
     "printsession3270 P /add \"A /b\" /removerlu:\"\" /c:\"d \" \"/e f:g\"\n"},
    {SERVER "connection C /add /conntype:SDLC /password:p /dialpassword:p /word=p /x:1", " /tls:no /x:1\n"},
    {SERVER "connection C /add /conntype:SDLC /x:1\nconnection C /conntype:DLSW /peer:h:1",
     " /peer:\"h:1\" /localsap:04 /remotesap:04 /keepalive:30 /tls:no\n"},
    {SERVER "connection C /add /conntype:SDLC", " /conntype:SDLC "},
    {SERVER "connection C /add /conntype:dft", " /conntype:DFT "},
    {SERVER "connection C /add /conntype:channel", " /conntype:CHANNEL "},
    {DLSW "appcllu L /add /lunumber:2 /connection:C /addpartner:R,ONE\nappcrlu R /add /connection:C\nmode "
          "ONE /add",
     " /lunumber:2 /connection:C "},
    {DLSW "appcllu L /add /impremotelu:R\nappcrlu R /add /connection:C /impmode:#INTER", " /impremotelu:R "},
    {DLSW "appcrlu R /add /connection:C /impmode:blank", " /impmode:BLANK "},
    {SERVER "appcllu L /add /syncpoint:yes /clientname:RM1", " /syncpoint:yes /clientname:RM1"},
    {DLSW "appcrlu R /add /connection:C /uninterpname:a.b", " /uninterpname:A.B "},
    {DLSW "appcrlu R /add /connection:C /security:hex,0123456789abcdef", " /securityex:1"},
    {DLSW "appcrlu R /add /connection:C /security:char,aB3$@#.z", " /securityex:1"},
    {DLSW "appcrlu R /add /connection:C /securityex:0123456789ABCDEF", " /securityex:0123456789ABCDEF "},
    {SERVER "mode M /add /maxsendcomp:lz9 /maxrecvcomp:rle", " /maxsendcomp:LZ9 /maxrecvcomp:RLE "},
    {SERVER "mode M /add /allowcomp:yes /endpointcomp:yes", " /allowcomp:yes /endpointcomp:yes "},
    {SERVER "mode #INTER /delete", "mode \"#INTER\" /delete\n"},
    {SERVER "mode #BATCH /delete\nmode #BATCH /add /sessionlim:3", "mode \"#BATCH\" /sessionlim:3 "},
    {SERVER "appcllu K /add\nappcllu L /add /addpartner:K,#INTER\nappcllu L /addpartner:K,#BATCH\n"
            "appcllu L /addpartner:K,QSERVER\nappcllu L /delpartner:K,#INTER",
     "\nappcllu L /addpartner:\"K,#BATCH\"\nappcllu L /addpartner:\"K,QSERVER\"\n"},
    {SERVER "appcllu L /add\nuser Dom\\Me /add /defloclu:l /defremlu:L /comment:c /encrypt:yes /insert:a,b "
            "/remove:x",
     "user \"Dom\\Me\" /add /defloclu:L /defremlu:L /encrypt:yes /comment:c /insert:a,b /remove:x\n"},
    {SERVER "user U /add /insert:\"a b\" /insertrlu:R\nuser U /insert:C /remove:A\nuser U /INSERT:\"A B\" "
            "/removerlu:R /validate:yes",
     "user U /add /encrypt:no /insertrlu:R /insert:C /remove:A /INSERT:\"A B\" /removerlu:R\n"},
    {SERVER "user X\\@staff /add", "user \"X\\@staff\" /add /encrypt:no\n"},
    {SERVER "appcllu L /add\nuser u /add /defloclu:L\nuser U /defloclu:", "user u /add /encrypt:no\n"},
    {SERVER "diagnostic /auditlevel:6", "diagnostic /auditlevel:6\n"},
    {SERVER "diagnostic /auditlevel:off /logserver:X\ndiagnostic /logserver:",
     "diagnostic /auditlevel:off\n"},
    {SERVER "diagnostic /logserver:X /popupserver:\"\\\\Y\" /cnosdisplayconn:C /netviewconn:D\n"
            "diagnostic /logserver:Z",
     "diagnostic /popupserver:\"\\\\Y\" /cnosdisplayconn:C /netviewconn:D /logserver:Z\n"},
};
#define KEPT_N ((int)(sizeof kept / sizeof kept[0]))

START_TEST(option_is_kept)
{
    struct snacfg_text text = {.s = NULL};
    read_text(kept[_i].text);
    config_validate(&cfg, &diag);
    ck_assert_msg(diag.errors == 0, "%s: %s", kept[_i].text, first_error());
    snacfg_print(&cfg, false, &text);
    ck_assert_msg(strstr(text.s, kept[_i].printed) != NULL, "want %s, have\n%s", kept[_i].printed, text.s);
    snacfg_text_fini(&text);
    expect_print_reads_back(&cfg);
}
END_TEST

/* ---- what a command of the tool shows of what is only kept ---- */

static const char to_show[] = SERVER "lua LUA1 /add /lunumber:3\nlua LUA2 /add /password:x\n"
                                     "lua LUA1 /pool:\"P B\" /x\nLUA lua1 /lunumber:4 /pool:\"P A\"\n"
                                     "lua LUA2 /password:y\nlua LUA3 /add /insert:A\nlua LUA3 "
                                     "/insert:B\nprintserver \\\\PS /add /comment:\"a b\"\n"
                                     "link DLC /add /linktype:SDLC\nlink D /add /linktype:DLSW /listen:*:1\n"
                                     "connection C /add /conntype:SDLC /x:\"a b\" /z /y:1\n";

static const struct {
    const char *resource, *name;
    enum snacfg_show how;
    int n;
    const char *shown; /* its end */
} shows[] = {
    {"lua", NULL, SNACFG_LIST, 3, "LUA1\nLUA2\nLUA3\n"},
    {"lua", NULL, SNACFG_PRINT, 3,
     "lua LUA1 /add /lunumber:4 /pool:\"P A\" /x\nlua LUA2 /add\nlua LUA3 /add /insert:A /insert:B\n"},
    {"LUA", "lua1", SNACFG_PRINT, 1, "lua LUA1 /add /lunumber:4 /pool:\"P A\" /x\n"},
    {"lua", "LUA1", SNACFG_SETTINGS, 1, "lua LUA1 /add /lunumber:4 /pool:\"P A\" /x\n"},
    {"lua", "LUA2", SNACFG_SETTINGS, 1, "lua LUA2 /add\n"},
    {"lua", "LUA", SNACFG_SETTINGS, 0, ""},
    {"lu", NULL, SNACFG_LIST, -1, ""},
    {"printserver", NULL, SNACFG_LIST, 1, "\\\\PS\n"},
    {"printserver", "ps", SNACFG_PRINT, 1, "/add /comment:\"a b\"\n"},
    {"link", NULL, SNACFG_LIST, 2, "DLC\nD\n"},
    {"link", "dlc", SNACFG_PRINT, 1, "link DLC /add /linktype:SDLC\n"},
    {"connection", "C", SNACFG_SETTINGS, 1, "  x: a b\n  z: \n  y: 1\n"},
};

START_TEST(kept_is_shown)
{
    struct snacfg_text text = {.s = NULL};
    read_text(to_show);
    config_validate(&cfg, &diag);
    ck_assert_msg(diag.errors == 0, "%s", first_error());
    ck_assert_int_eq(snacfg_show(&cfg, shows[_i].resource, shows[_i].name, shows[_i].how, &text),
                     shows[_i].n);
    const char *s = text.s ? text.s : "";
    size_t n = strlen(shows[_i].shown);
    ck_assert_msg(n ? text.n >= n && strcmp(s + text.n - n, shows[_i].shown) == 0 : !*s, "want %s, have %s",
                  shows[_i].shown, s);
    snacfg_text_fini(&text);
}
END_TEST

/* ---- mistakes ---- */

static const struct {
    const char *text, *message;
} bad[] = {
    {SERVER "link L /add /linktype:DLSW", "2: /listen is missing (link L)"},
    {SERVER "link L /add /linktype:DLSW /listen:2065",
     "2: address to listen on \"2065\" is not address:port"},
    {SERVER "link L /add /linktype:DLSW /listen:host:1", "2: address to listen on \"host:1\" is not address"},
    {SERVER "link L /add /linktype:DLSW /listen:*:65536", "2: address to listen on \"*:65536\" is not"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1 /tls:yes",
     "2: /tls:yes needs a certificate: /certificate is missing (link L)"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1 /tls:yes /certificate:c",
     "2: /tls:yes needs the key of the certificate: /key is missing (link L)"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1 /key:k",
     "2: warning: without /tls:yes, /key has no effect (link L)"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1\nlink M /add /linktype:DLSW /listen:[::1]:1",
     "3: link L listens at port 1 already: connections share a port by /linkservice (link M)"},
    {SERVER "link L /add /linktype:DLSW /listen:127.0.0.1:1\n"
            "connection C /add /conntype:DLSW /listen:127.0.0.1:1",
     "3: link L listens at port 1 already: connections share a port by /linkservice (connection C)"},
    {SERVER
     "link L /add /linktype:DLSW /listen:*:1\nconnection C /add /conntype:DLSW /linkservice:L /tls:yes "
     "/certificate:c /key:k /ca:a /peername:p",
     "3: /tls:yes, but link L is called without TLS: give the link /tls:yes, or the connection /calldirec"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1 /tls:yes /certificate:c /key:k /ca:a\n"
            "connection C /add /conntype:DLSW /linkservice:L",
     "3: with TLS the peer is known by its certificate: /peername is missing (connection C)"},
    {SERVER "link L /add /linktype:DLSW /listen:*:1 /tls:yes /certificate:c /key:k\n"
            "connection C /add /conntype:DLSW /linkservice:L /peername:p",
     "3: /peername is a name, which needs the authority that vouches for it: /ca is missing (connection C)"},
    {SERVER "link L /add", "2: warning: resource link: this node has none"},
    {SERVER "link X:L /add /linktype:DLSW /listen:*:1", "2: server X is not defined (link L)"},
    {SERVER "connection SNASERVR /add", "2: 3871: the connection name SNASERVR is reserved"},
    {SERVER "connection A%B /add", "2: 3871: connection name"},
    {SERVER "connection C /add", "2: /conntype is missing (connection C)"},
    {SERVER "connection C /add /conntype:foo", "2: 3853: connection type \"foo\" is not one of DLSW, IP-DLC"},
    {SERVER "connection C /add /conntype:DLSW",
     "2: /peer, /listen or /linkservice is missing (connection C)"},
    {SERVER "connection C /add /conntype:DLSW /calldirection:Outgoing /listen:*:1", "2: /peer is missing"},
    {SERVER "connection C /add /conntype:DLSW /calldirection:incoming /peer:a:1",
     "2: /listen, or /linkservice"},
    {SERVER "connection C /add /conntype:DLSW /linkservice:L", "2: 3843: link L is not defined"},
    {SERVER "connection C /add /conntype:SDLC", "2: warning: this node has only links of type DLSW"},
    {SERVER "connection C /add /conntype:SDLC /peer:a:1",
     "2: /peer belongs to /conntype:DLSW (connection C)"},
    {DLSW "connection C /activation:never", "3: 3842: activation \"never\" is not one of ondemand, "},
    {DLSW "connection C /calldirection:x", "3: call direction \"x\""},
    {DLSW "connection C /remoteend:x", "3: remote end \"x\""},
    {DLSW "connection C /peerdlcrole:x", "3: DLC role \"x\""},
    {DLSW "connection C /xidtype:4", "3: XID type \"4\""},
    {DLSW "connection C /localblockno:000", "3: block number 000 is reserved"},
    {DLSW "connection C /localblockno:fff", "3: block number fff is reserved"},
    {DLSW "connection C /remoteblockno:12", "3: block number \"12\" is not 3 hex digits"},
    {DLSW "connection C /localnodeno:1234G", "3: node number \"1234G\" is not 5 hex digits"},
    {DLSW "connection C /netname:A", "2: /netname and /cpname go together (connection C)"},
    {DLSW "connection C /localcpname:A", "2: /localnetname and /localcpname go together"},
    {DLSW "connection C /cpname:A%", "3: 3846: control point name"},
    {DLSW "connection C /netname:A%", "3: 3874: network name"},
    {DLSW "connection C /compression:zip", "3: compression \"zip\" is not one of None, RLE, LZ9"},
    {DLSW "connection C /compression:rle", "3: warning: /compression is kept, but"},
    {DLSW "connection C /dynamicludef:1", "3: dynamic definition \"1\""},
    {DLSW "connection C /peer:host", "3: address of the peer \"host\" is not host:port"},
    {DLSW "connection C /peer:host:0", "3: address of the peer"},
    {DLSW "connection C /peer:host:65536", "3: address of the peer"},
    {DLSW "connection C /peer::1", "3: address of the peer"},
    {DLSW "connection C /tls:yes", "2: /tls:yes needs a certificate: /certificate is missing (connection C)"},
    {DLSW "connection C /tls:yes /certificate:c /key:k",
     "2: with TLS the peer is known by its certificate: /peername is missing (connection C)"},
    {DLSW "connection C /tls:yes /certificate:c /key:k /peername:p", "2: /peername is a name, which needs"},
    {DLSW "connection C /peername:p", "2: warning: without /tls:yes, /peername has no effect (connection C)"},
    {DLSW "connection C /ca:p", "2: warning: without /tls:yes, /ca has no effect (connection C)"},
    {DLSW "connection C /peername:\"a b\"", "3: name of the peer \"a b\" is no name (connection C)"},
    {DLSW "connection C /peername:sha256:1234", "3: name of the peer: sha256: is followed by 64 hex digits"},
    {DLSW "connection D /add /conntype:DLSW /peer:h:2065",
     "3: 3969: connection C has the same peer, MAC addresses and SAPs (connection D)"},
    {DLSW "connection C /retrylimit:65535", "3: 3902: retry limit 65535 is outside 0..65534 (connection C)"},
    {DLSW "connection C /retrydelay:327671", "3: retry delay 327671 is outside 0..327670"},
    {DLSW "connection C /maxbtu:264", "3: 3900: maximum BTU length 264 is outside 265..16393"},
    {DLSW "connection C /keepalive:3601", "3: keepalive 3601 is outside 0..3600"},
    {DLSW "connection C /localmac:000000000001",
     "3: MAC address 000000000001 is not locally administered: its first digit is 4 to 7 (connection C)"},
    {DLSW "connection C /localmac:C00000000001",
     "3: MAC address C00000000001 is that of a group, or of nobody (connection C)"},
    {DLSW "connection C /remotemac:000000000000", "3: 3901: MAC address 000000000000 is that of a group"},
    {DLSW "connection C /remotesap:06", "3: 3893: SAP 06 is not a multiple of 04, from 04 to EC"},
    {DLSW "connection C /localsap:F0", "3: SAP F0 is not a multiple of 04"},
    {SERVER "connection C /add /conntype:SDLC /record:x", "2: /record belongs to /conntype:DLSW"},
    {DLSW "appcrlu R /add /connection:C /alreadyverified:1", "3: already verified \"1\" is neither"},
    {DLSW "connection C /localmac:12", "3: MAC address \"12\" is not 12 hex digits"},
    {DLSW "connection C /localsap:4", "3: SAP \"4\" is not 2 hex digits"},
    {DLSW "connection C /tls:x", "3: TLS \"x\""},
    {DLSW "connection C /foo:x", "3: unknown option /foo of connection"},
    {DLSW "connection C /add", "3: connection C exists"},
    {SERVER "appcrlu R /add /connection:C", "2: connection C is not defined (appcrlu R)"},
    {DLSW "appcrlu R /add /connection:C\nappcrlu R /add /connection:C", "4: appcrlu R exists"},
    {DLSW "appcrlu R /add /connection:C /impmode:A%", "3: 3869: mode name"},
    {DLSW "appcrlu R /add /connection:C /uninterpname:123456789", "3: uninterpreted name"},
    {DLSW "appcrlu R /add /connection:C /security:x", "3: 3864: session security is not none"},
    {DLSW "appcrlu R /add /connection:C /security:hex,12", "3: the session key is not 16 hex"},
    {DLSW "appcrlu R /add /connection:C /security:char,1234567", "3: the session key is not 8 char"},
    {DLSW "appcrlu R /add /connection:C /securityex:", "3: the scrambled key does not have"},
    {DLSW "appcrlu R /add /connection:C /securityex:12",
     "3: warning: /securityex: the key was not scrambled"},
    {DLSW "appcllu L /add /impremotelu:R\nappcrlu R /add /connection:C",
     "3: implicit remote LU R has no /impmode"},
    {SERVER "appcllu L /add /lunumber:255", "2: 3867: LU number 255 is outside 0..254"},
    {SERVER "appcllu L /add /clientname:1234567890123456",
     "2: client name \"1234567890123456\" is longer than 15"},
    {SERVER "mode M /add /maxsendcomp:3", "2: compression \"3\""},
    {SERVER "user \"\" /add", "2: \"\" is no user name"},
    {SERVER "user DOM\\ /add", "2: \"DOM\\\" is no user name"},
    {SERVER "user U /add /defloclu:A.B", "2: 3871: LU alias \"A.B\""},
    {SERVER "user U /add /defloclu:GONE", "2: warning: LU GONE is not defined (user U)"},
    {DLSW "appcrlu R /add /connection:C\nuser U /add /defremlu:R /defloclu:R",
     "4: warning: LU R is not defined (user U)"},
    {SERVER "user U /add /encrypt:yes",
     "2: warning: /encrypt is kept, but this node has no encryption (user U)"},
    {SERVER "user U /add\nuser u /add", "3: user u exists"},
    {SERVER "user U /add /insert:a\nuser V /add /insert:b",
     "2: warning: option /insert of user has no meaning here and is only kept"},
    {SERVER "user U /add /validate",
     "2: warning: option /validate of user has no meaning here and is ignored"},
    {SERVER "connection C /add /conntype:SDLC /x:1 /y:1",
     "2: warning: options of this connection type are only kept, /x is the first (connection C)"},
    {SERVER "connection C /add /conntype:SDLC /word=p",
     "2: warning: /word... is no option and is ignored (connection C)"},
    {SERVER "diagnostic /auditlevel:7",
     "2: 3845: audit level \"7\" is not one of 6, 8, 10, off (diagnostic)"},
    {SERVER "diagnostic /list", "2: warning: a command that only shows"},
    {SERVER "server M /add\nappcllu L /add\nappcllu M:L /add\nappcllu L /tptimeout:1",
     "5: the name is ambiguous"},
    {SERVER "server M /add\nappcllu M:L /add\nappcllu N:L /add\nappcllu L /delete",
     "5: the name is ambiguous: there are M:L, N:L (appcllu L)"},
    {SERVER "server M /add\nappcllu M:L /add\nappcllu N:L /add\nappcllu N:L /server:M",
     "4: 3967: the alias L is in"},
    {SERVER "server M /add\nappcllu M:K /add\nappcllu L /add /addpartner:K,#INTER",
     "4: partner LU K is not defined"},
    {DLSW "connection D /add /conntype:DLSW /peer:h:1\nappcrlu C:R /add\nappcrlu D:R /add /luname:Q\n"
          "appcllu L /add /addpartner:R,#INTER",
     "5: warning: R is also on connection C"},
};
#define BAD_N ((int)(sizeof bad / sizeof bad[0]))

START_TEST(mistake)
{
    char want[200];
    read_text(bad[_i].text);
    config_validate(&cfg, &diag);
    snprintf(want, sizeof want, "f.cfg:%s", bad[_i].message);
    ck_assert_msg(strncmp(first_message(), want, strlen(want)) == 0, "\"%s\": want \"%s\", have \"%s\"",
                  bad[_i].text, want, first_message());
}
END_TEST

/* ---- several nodes ---- */

static const char two[] = "server ONE /add\nserver TWO /add /netname:NET2 /cpname:CP2\n"
                          "appcllu TWO:A /add\nappcllu ONE:A /add\nappcllu B /add /server:TWO\n"
                          "appcllu TWO:A /addpartner:B,#INTER /tptimeout:7\n"
                          "connection C1 /add /conntype:DLSW /peer:h:1\n"
                          "connection C2 /add /conntype:DLSW /peer:h:1 /server:TWO\n"
                          "appcrlu C2:R /add\nappcrlu C1:R /add\n";

START_TEST(first_node)
{
    read_text(two);
    config_validate(&cfg, &diag);
    ck_assert_msg(!diag.head, "%s", first_message());
    ck_assert_str_eq(cfg.server, "ONE");
    ck_assert_str_eq(cfg.netname, "APPN");
    ck_assert_uint_eq(cfg.n_lus, 1);
    ck_assert_uint_eq(cfg.n_all[CFG_LU], 3);
    ck_assert_str_eq(cfg.lus[0].server, "ONE");
    ck_assert_uint_eq(config_lu(&cfg, "A")->tp_timeout_s, 60);
    ck_assert_ptr_null(config_lu(&cfg, "B"));
    ck_assert_str_eq(config_rlu(&cfg, "R")->connection, "C1");
    ck_assert_ptr_null(config_conn(&cfg, "C2"));
    expect_print_reads_back(&cfg);
}
END_TEST

START_TEST(chosen_node)
{
    strcpy(cfg.wanted, "TWO");
    read_text(two);
    config_validate(&cfg, &diag);
    ck_assert_msg(!diag.head, "%s", first_message());
    ck_assert_str_eq(cfg.server, "TWO");
    ck_assert_str_eq(cfg.netname, "NET2");
    ck_assert_uint_eq(cfg.n_lus, 2);
    ck_assert_uint_eq(config_lu(&cfg, "A")->tp_timeout_s, 7);
    ck_assert_str_eq(config_lu(&cfg, "B")->netname, "NET2");
    ck_assert_str_eq(config_rlu(&cfg, "R")->connection, "C2");
    expect_print_reads_back(&cfg);
}
END_TEST

START_TEST(no_such_node)
{
    strcpy(cfg.wanted, "THREE");
    read_text(two);
    config_validate(&cfg, &diag);
    ck_assert_str_eq(first_message(), "f.cfg: there is no server THREE in any file");
}
END_TEST

/* ---- users ---- */

static void expect_defaults(const char *user, const char *g1, const char *g2, const char *local,
                            const char *remote)
{
    const char *groups[] = {g1, g2};
    struct cfg_defaults d = config_user(&cfg, user, groups, g2 ? 2 : g1 ? 1 : 0, false);
    ck_assert_str_eq(d.local ? d.local : "-", local);
    ck_assert_str_eq(d.remote ? d.remote : "-", remote);
}

START_TEST(default_lus)
{
    read_text(SERVER
              "appcllu A /add\nappcllu B /add\nappcllu C /add\nappcllu D /add\n"
              "user Everyone /add /defloclu:D /defremlu:D\n"
              "user X\\@staff /add /defremlu:B\nuser @wheel /add /defloclu:C /defremlu:C\n"
              "user DOM\\ann /add /defloclu:A\nuser OTHER\\ann /add /defloclu:B /defremlu:A\n"
              "user bob /add\nuser staff /add /defloclu:A\nuser eve /add /defloclu:GONE /defremlu:GONE\n");
    config_validate(&cfg, &diag);
    ck_assert_uint_eq(diag.errors, 0);
    expect_defaults("ann", NULL, NULL, "A", "A");
    expect_defaults("ANN", "staff", NULL, "A", "A");
    expect_defaults("bob", NULL, NULL, "D", "D");
    expect_defaults("bob", "staff", NULL, "D", "B");
    expect_defaults("bob", "wheel", "staff", "C", "B"); /* the order of the file */
    expect_defaults("eve", NULL, NULL, "D", "D");
    expect_defaults("nobody", "bob", NULL, "D", "D"); /* a user's name is no group's */
    expect_defaults("", NULL, NULL, "D", "D");
    struct cfg_defaults d = config_user(&cfg, "eve", NULL, 0, true); /* another machine may have it */
    ck_assert_str_eq(d.local, "GONE");
    ck_assert_str_eq(d.remote, "GONE");
    read_text("user Everyone /delete\n");
    expect_defaults("nobody", NULL, NULL, "-", "-");
    expect_defaults("staff", NULL, NULL, "A", "-");
}
END_TEST

START_TEST(audit_levels)
{
    ck_assert_int_eq(config_log_level(&cfg), -1);
    read_text("diagnostic /auditlevel:6\n");
    ck_assert_int_eq(config_log_level(&cfg), LOG_LV_INFO);
    read_text("diagnostic /auditlevel:8\n");
    ck_assert_int_eq(config_log_level(&cfg), LOG_LV_INFO);
    read_text("diagnostic /auditlevel:10\n");
    ck_assert_int_eq(config_log_level(&cfg), LOG_LV_WARN);
    read_text("diagnostic /auditlevel:OFF\n");
    ck_assert_int_eq(config_log_level(&cfg), LOG_LV_ERROR);
    ck_assert_uint_eq(diag.errors, 0);
}
END_TEST

START_TEST(secrets_are_not_printed)
{
    struct snacfg_text text = {.s = NULL};
    read_text(DLSW "appcrlu R /add /connection:C /security:hex,0123456789ABCDEF\n"
                   "cpic S /add /appltpname:X /netname:N /luname:L /secuserid:me /secpassword:topsecret\n");
    config_validate(&cfg, &diag);
    snacfg_print(&cfg, false, &text);
    ck_assert_ptr_null(strstr(text.s, "topsecret"));
    ck_assert_ptr_null(strstr(text.s, "0123456789ABCDEF"));
    snacfg_text_fini(&text);
    snacfg_print(&cfg, true, &text);
    ck_assert_ptr_nonnull(strstr(text.s, "/secpassword:topsecret\n"));
    snacfg_text_fini(&text);
    expect_print_reads_back(&cfg); /* and the key with it */
}
END_TEST

/* ---- any configuration ---- */

static unsigned seed;

static unsigned some(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 12) % n;
}

static const char *pick(const char *const *v)
{
    unsigned n = 0;
    while (v[n])
        n++;
    return v[some(n)];
}

#define PICK(...) pick((const char *const[]){__VA_ARGS__, NULL})
#define YESNO     PICK("yes", "no")

static char *random_modes(char *p)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned limit = 1 + some(300), win = some(limit + 1), lose = some(limit - win + 1);
        p += sprintf(p,
                     "mode M%u /add /sessionlim:%u /conwin:%u /conlose:%u /highpriority:%s /maxsendru:%u "
                     "/pacesendcnt:%u /maxsendcomp:%s /allowcomp:%s /autopartner:%s /comment:\"%s\"\n",
                     i, limit, win, lose, YESNO, 256 + some(65000), some(64), PICK("NONE", "rle", "LZ9"),
                     YESNO, YESNO, PICK("", "two words", "\xc3\xa4", "a:b/c;d", " x "));
    }
    p += sprintf(p, "%s",
                 PICK("", "mode #BATCH /delete\n", "mode #BATCH /sessionlim:9\n", "mode BLANK /add\n"));
    return p;
}

static char *random_links(char *p)
{
    for (unsigned i = 0; i < 3; i++)
        p += sprintf(
            p,
            "connection C%u /add /server:%s /conntype:DLSW /peer:\"h%u:%u\" /activation:%s /xidtype:%s "
            "%s /localmac:%s /ca:\"%s\" /remotenodeno:%s\n",
            i, PICK("ONE", "TWO"), i, 1 + some(65535), PICK("ondemand", "byadministrator"),
            PICK("format0", "format3"),
            PICK("/tls:no", "/tls:yes /certificate:c /key:k /peername:p", "/retrydelay:0 /maxbtu:300"),
            PICK("", "4123456789ab"), PICK("/", "/a b/c", "C:\\x y\\z", "k.pem"), PICK("", "0F0F0"));
    return p;
}

static char *random_lus(char *p)
{
    for (unsigned i = 0; i < 5; i++)
        p += sprintf(p, "appcllu %s:L%u /add /luname:%s%u /tptimeout:%u /defaultpool:%s /autopartner:%s\n",
                     PICK("ONE", "TWO"), i, PICK("A", "B$", "#C"), i, 1 + some(3600), YESNO, YESNO);
    p += sprintf(p, "appcllu ONE:SAME /add\nappcllu TWO:SAME /add\nappcllu TWO:SAME /addpartner:SAME,M0\n");
    for (unsigned i = 0; i < 3; i++)
        p += sprintf(p, "appcrlu C%u:R%u /add /parallelsess:%s /security:%s /impmode:%s /netname:\"N%u\"\n",
                     i, i, YESNO, PICK("none", "hex,00112233445566ff", "char,aA0$@#.z"),
                     PICK("", "M1", "blank"), some(3));
    return p;
}

static char *random_others(char *p)
{
    for (unsigned i = 0; i < 4; i++)
        p += sprintf(p, "cpic S%u /add %s %s /modename:%s /seckeytype:%s /secuserid:%s /secpassword:\"%s\"\n",
                     i, PICK("/appltpname:Ab.c;", "/svcetpname:6f1", "/svcetpname:06000001"),
                     PICK("/lualias:L1", "/netname:X /luname:Y"), PICK("M0", "\"\"", "#INTER"),
                     PICK("none", "same", "program"), PICK("Me", "a\\b", ";x"), PICK("p;\\", "secret"));
    for (unsigned i = 0; i < 3; i++)
        p += sprintf(p, "user \"%s%u\" /add /defloclu:%s /defremlu:%s /encrypt:%s\n",
                     PICK("DOM\\u", "@g", "A B\\c d", "Every"), i, PICK("", "L1"), PICK("", "R1"), YESNO);
    return p + sprintf(p, "%s", PICK("", "diagnostic /auditlevel:10\n", "diagnostic /auditlevel:off\n"));
}

START_TEST(random_configuration)
{
    static char text[16384];
    seed = (unsigned)_i * 7919u + 1;
    char *p =
        text + sprintf(text, "server ONE /add\nserver TWO /add /netname:N2 /cpname:C /comment:\"x y\"\n");
    p = random_others(random_lus(random_links(random_modes(p))));
    ck_assert_int_lt(p - text, (int)sizeof text);
    strcpy(cfg.wanted, PICK("", "ONE", "TWO"));
    read_text(text);
    config_validate(&cfg, &diag);
    ck_assert_msg(diag.errors == 0, "%s\n%s", first_error(), text);
    expect_print_reads_back(&cfg);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snacfg options");
    TCase *t = tcase_create("objects");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, option_is_kept, 0, KEPT_N);
    tcase_add_loop_test(t, kept_is_shown, 0, (int)(sizeof shows / sizeof *shows));
    tcase_add_loop_test(t, mistake, 0, BAD_N);
    tcase_add_test(t, first_node);
    tcase_add_test(t, chosen_node);
    tcase_add_test(t, no_such_node);
    tcase_add_test(t, default_lus);
    tcase_add_test(t, audit_levels);
    tcase_add_test(t, secrets_are_not_printed);
    tcase_add_loop_test(t, random_configuration, 0, 200);
    suite_add_tcase(s, t);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
