/* DISPLAY: its block, of either format, and the buffer's beginning [HIS: DISPLAY; HIS: Host Integration
 * Server Extensions]. */
#include <string.h>
#include <strings.h>

#include "snanode/local/lp.h"
#include "tp/libappc/field.h"
#include "tp/libappc/shown.h"
#include "tp/libappc/verbs.h"
#include "tp/verbs/memory.h"

#define SIGNATURE     "CSEXTNID"
#define LIST_SERVERS  "CSLISTND"
#define SERVER_NAME   "SNASERVR" /* of every server */
#define COMPUTER_N    32
#define EXTENSION_MAX (NAME_MAX8 + COMPUTER_N + NAME_MAX8)

enum { NUMBERS = 3 };

/* A block: as many sections as it has room for, and where the flags and the addresses of these are. */
struct format {
    unsigned sections;
    unsigned init_len[NUMBERS]; /* documented ones, and where the addresses are in this program */
    size_t size, addresses;
};
static const struct format formats[] = {
    {AP_DISPLAY_SECTIONS,
     {50, AP_DISPLAY_INIT_LEN, offsetof(struct display, sna_global_info_ptr)},
     sizeof(struct display),
     offsetof(struct display, sna_global_info_ptr)},
    {AP_DISPLAY_EE_SECTIONS,
     {44, AP_DISPLAY_EE_INIT_LEN, offsetof(struct display_ee, sna_global_info_ptr)},
     sizeof(struct display_ee),
     offsetof(struct display_ee, sna_global_info_ptr)},
};
#define FLAGS offsetof(struct display, sna_global_info)

/* A section by the place of its flag.  REFUSED: it must not be asked for [HIS: DISPLAY]; of the others
 * without a function no document has the layout. */
static const struct section {
    shown_section *show;
    bool refused;
} sections[AP_DISPLAY_SECTIONS] = {
#define AT(flag) [offsetof(struct display, flag) - FLAGS]
    AT(sna_global_info) = {shown_global, false},
    AT(lu62_info) = {shown_lu62, false},
    AT(am_info) = {NULL, true},
    AT(tp_info) = {NULL, true},
    AT(sess_info) = {shown_sessions, false},
    AT(link_info) = {shown_links, false},
    AT(lu_0_3_info) = {shown_lu_0_3, false},
    AT(adapter_info) = {NULL, true},
    AT(link_def_info) = {shown_link_defs, false},
    AT(ms_info) = {NULL, true},
#undef AT
};

static const struct format *format_of(const struct display *b)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (int k = 0; k < NUMBERS; k++)
            if (b->num_sections == formats[i].sections && b->init_sect_len == formats[i].init_len[k])
                return &formats[i];
    return NULL;
}

static bool flags_good(const unsigned char *flags, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (flags[i] > AP_YES || (flags[i] == AP_YES && sections[i].refused))
            return false;
    return true;
}

/* What the buffer begins with, if it says which server is meant. */
struct extension {
    bool list; /* it asks for the servers */
    char computer[COMPUTER_N + 1], connection[NAME_ROOM8];
};

static void take_extension(const struct display *b, size_t cap, struct extension *e)
{
    uint8_t at[EXTENSION_MAX] = {0};
    memset(e, 0, sizeof *e);
    if (cap > 0)
        memcpy(at, b->buffer_ptr, cap < sizeof at ? cap : sizeof at);
    if (memcmp(at, SIGNATURE, NAME_MAX8) != 0)
        return;
    e->list = memcmp(at + NAME_MAX8, LIST_SERVERS, NAME_MAX8) == 0;
    if (e->list)
        return;
    field_take(e->computer, at + NAME_MAX8, COMPUTER_N);
    field_take(e->connection, at + NAME_MAX8 + COMPUTER_N, NAME_MAX8);
}

/* The servers: this one. */
static bool list_servers(struct shown *s)
{
    struct lp_node_shown n;
    struct {
        unsigned short count;
        unsigned char node[NAME_MAX8], box[COMPUTER_N];
    } list = {.count = 1};
    if (!shown_node("", &n))
        return false;
    field_give(list.node, sizeof list.node, SERVER_NAME);
    field_give(list.box, sizeof list.box, n.server);
    s->needed = sizeof list;
    if (s->cap >= sizeof list) {
        memcpy(s->at, &list, sizeof list);
        s->used = sizeof list;
    }
    return true;
}

/* Whether the computer that the program names is the node's. */
static bool is_here(const char *computer)
{
    struct lp_node_shown n;
    return !computer[0] || !shown_node("", &n) || strcasecmp(computer, n.server) == 0;
}

/* Put what the block asks for into the buffer.  False: the node has not answered. */
static bool show_sections(struct shown *s, const struct format *f, unsigned char *block)
{
    for (unsigned i = 0; i < f->sections; i++) {
        void *where = NULL;
        if (block[FLAGS + i] == AP_YES && sections[i].show && !sections[i].show(s, &where))
            return false;
        memcpy(block + f->addresses + i * sizeof where, &where, sizeof where);
    }
    return true;
}

static void show(struct call *v, const struct format *f)
{
    struct display *b = v->vcb;
    unsigned char *block = v->vcb;
    struct extension e;
    struct shown s = {.at = b->buffer_ptr, .connection = e.connection};
    s.cap = b->buffer_len < AP_DISPLAY_BUFFER_MAX ? b->buffer_len : AP_DISPLAY_BUFFER_MAX;
    if (s.cap > 0 && !memory_writable(s.at, s.cap)) {
        call_state(v, AP_INVALID_DATA_SEGMENT);
        return;
    }
    take_extension(b, s.cap, &e);
    b->display_len = b->area_needed = 0;
    if (!is_here(e.computer)) {
        call_rc(v, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
        return;
    }
    bool list = e.list && field_is_zero(block + FLAGS, f->sections);
    if (!show_sections(&s, f, block) || (list && !list_servers(&s))) {
        struct appc_rc rc = appc_rc_of(OUTCOME_LOCAL_FAILURE, 0, false);
        call_rc(v, rc.primary, rc.secondary);
        return;
    }
    b->display_len = (unsigned int)s.used;
    b->area_needed = s.needed < UINT32_MAX ? (unsigned int)s.needed : UINT32_MAX;
    if (s.used < s.needed)
        call_state(v, AP_DISPLAY_INFO_EXCEEDS_LEN);
    else
        call_rc(v, AP_OK, 0);
}

/* The block that ends after nine sections is there already. */
void verb_display(struct call *v)
{
    struct display *b = v->vcb;
    const struct format *f = field_is_zero(b->reserv2, sizeof b->reserv2) ? format_of(b) : NULL;
    if (!f)
        call_parameter(v, AP_DISPLAY_INVALID_CONSTANT);
    else if (!memory_writable(b, f->size))
        call_rc(v, AP_INVALID_VERB_SEGMENT, 0);
    else if (!flags_good((const unsigned char *)v->vcb + FLAGS, f->sections))
        call_parameter(v, AP_DISPLAY_INVALID_CONSTANT);
    else
        show(v, f);
}
