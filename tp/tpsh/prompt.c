/* The prompt: lines with history, statements over several lines, results shown. */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

#include "tp/tpsh/tpsh.h"

#define HISTORY_MAX 1000

static lua_State *the_state; /* for the signal handler and for completion */

/* ---- Ctrl-C ---- */

static void stop(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    lua_sethook(L, NULL, 0, 0);
    wait_interrupted = 0;
    lua_pushliteral(L, "interrupted"); /* wherever it was, perhaps inside our own sources */
    lua_error(L);
}

/* Stop the program that runs, at its next instruction or wait.  A second Ctrl-C ends tpsh: the program may be
 * inside a call that waits without a limit. */
static void on_interrupt(int sig)
{
    signal(sig, SIG_DFL);
    wait_interrupted = 1;
    lua_sethook(the_state, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static int call_interruptible(lua_State *L, int nargs)
{
    struct sigaction sa = {.sa_handler = on_interrupt}, old;
    wait_interrupted = 0;
    sigaction(SIGINT, &sa, &old);
    int status = tpsh_call(L, nargs, LUA_MULTRET);
    sigaction(SIGINT, &old, NULL);
    lua_sethook(L, NULL, 0, 0);
    wait_interrupted = 0;
    return status;
}

/* ---- lines ---- */

static bool incomplete(lua_State *L, int status)
{
    if (status != LUA_ERRSYNTAX)
        return false;
    size_t n;
    const char *m = lua_tolstring(L, -1, &n);
    return n >= 5 && strcmp(m + n - 5, "<eof>") == 0;
}

enum typed { TYPED_LINE, TYPED_END, TYPED_DROPPED };

static sigjmp_buf dropped;

/* readline passes the signal on once it has restored the terminal. */
static void on_drop(int sig)
{
    (void)sig;
    siglongjmp(dropped, 1);
}

/* Push one more line, unless the input is at its end or Ctrl-C dropped what was typed. */
static enum typed read_line(lua_State *L, bool first)
{
    struct sigaction sa = {.sa_handler = on_drop}, old;
    sigaction(SIGINT, &sa, &old);
    if (sigsetjmp(dropped, 1)) {
        sigaction(SIGINT, &old, NULL);
        rl_free_line_state();
        rl_cleanup_after_signal();
        putchar('\n');
        return TYPED_DROPPED;
    }
    char *line = readline(first ? "tpsh> " : "   >> ");
    sigaction(SIGINT, &old, NULL);
    if (!line)
        return TYPED_END;
    if (line[0])
        add_history(line);
    lua_pushstring(L, line);
    free(line);
    return TYPED_LINE;
}

/* Try the line as an expression, whose value is shown without "return".  The chunk is pushed; the line stays
 * below it. */
static int load_expression(lua_State *L)
{
    const char *line = lua_tostring(L, -1);
    lua_pushfstring(L, "return %s", line);
    size_t n;
    const char *text = lua_tolstring(L, -1, &n);
    int status = luaL_loadbuffer(L, text, n, "=stdin");
    lua_remove(L, -2);
    if (status != LUA_OK)
        lua_pop(L, 1);
    return status;
}

/* Read until a statement is complete; its function, or an error message, is left on the stack.  -1:
 * dropped. */
static int read_statement(lua_State *L)
{
    for (;;) {
        size_t n;
        const char *text = lua_tolstring(L, -1, &n);
        int status = luaL_loadbuffer(L, text, n, "=stdin");
        if (!incomplete(L, status))
            return status;
        lua_pop(L, 1);
        enum typed t = read_line(L, false);
        if (t == TYPED_DROPPED)
            return -1;
        if (t == TYPED_END) {
            lua_pushliteral(L, "the statement has no end");
            return LUA_ERRSYNTAX;
        }
        lua_pushfstring(L, "%s\n%s", lua_tostring(L, -2), lua_tostring(L, -1));
        lua_replace(L, 1);
        lua_settop(L, 1);
    }
}

static void show_results(lua_State *L)
{
    for (int i = 1; i <= lua_gettop(L); i++) {
        luaL_checkstack(L, 2, NULL);
        size_t n;
        const char *s = luaL_tolstring(L, i, &n);
        if (i > 1)
            fputc('\t', stdout);
        for (size_t k = 0; k < n; k++) {
            unsigned char c = (unsigned char)s[k];
            if (lua_type(L, i) == LUA_TSTRING && (c < 0x20 ? c != '\n' && c != '\t' : c >= 0x7F))
                printf("\\x%02X",
                       c); /* a record from a host must not send control characters to the terminal */
            else
                fputc(c, stdout);
        }
        lua_pop(L, 1);
    }
    if (lua_gettop(L) > 0)
        fputc('\n', stdout);
    fflush(stdout);
}

/* ---- completion: names of tables, as far as a word with dots and colons leads ---- */

static char **candidates;
static size_t n_candidates;

static void add_candidate(const char *prefix, const char *key)
{
    char **more = realloc(candidates, (n_candidates + 2) * sizeof *more);
    if (!more)
        return;
    candidates = more;
    if (asprintf(&candidates[n_candidates], "%s%s", prefix, key) >= 0)
        n_candidates++;
}

static void collect(lua_State *L, const char *prefix, const char *start)
{
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && strncmp(lua_tostring(L, -1), start, strlen(start)) == 0)
            add_candidate(prefix, lua_tostring(L, -1));
    }
}

static char *next_candidate(const char *text, int state)
{
    static size_t i;
    (void)text;
    if (state == 0)
        i = 0;
    return i < n_candidates ? candidates[i++] : NULL; /* readline frees it */
}

static char **complete(const char *text, int start, int end)
{
    (void)start;
    (void)end;
    lua_State *L = the_state;
    int top = lua_gettop(L);
    const char *word = text, *dot;
    n_candidates = 0;
    rl_attempted_completion_over = 1;
    rl_completion_append_character = '\0';
    lua_pushglobaltable(L);
    while ((dot = strpbrk(word, ".:"))) {
        lua_pushlstring(L, word, (size_t)(dot - word));
        if (lua_rawget(L, -2) != LUA_TTABLE) {
            lua_settop(L, top);
            return NULL;
        }
        word = dot + 1;
    }
    char *prefix = strndup(text, (size_t)(word - text));
    if (prefix)
        collect(L, prefix, word);
    free(prefix);
    lua_settop(L, top);
    return n_candidates ? rl_completion_matches(text, next_candidate) : NULL;
}

/* ---- history ---- */

static char *history_file;

/* Called when the process exits: os.exit ends a session, as Ctrl-D does. */
static void save_history(void)
{
    if (write_history(history_file) != 0)
        fprintf(stderr, "tpsh: %s: history not written\n", history_file);
}

static char *history_path(void)
{
    const char *own = getenv("TPSH_HISTORY"), *home = getenv("HOME");
    char *path = NULL;
    if (own)
        return *own ? strdup(own) : NULL; /* empty: no history */
    if (!home || asprintf(&path, "%s/.tpsh_history", home) < 0)
        return NULL;
    return path;
}

int prompt_run(lua_State *L)
{
    the_state = L;
    history_file = history_path();
    rl_readline_name = "tpsh";
    rl_attempted_completion_function = complete;
    rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{}()[]+-*/%^~#,";
    using_history();
    stifle_history(HISTORY_MAX);
    if (history_file) {
        read_history(history_file);
        atexit(save_history);
    }
    printf("tpsh %s, Lua %s.%s; CPI-C is in the table cpic, APPC in appc, Ctrl-D ends\n", SNANODE_VERSION,
           LUA_VERSION_MAJOR, LUA_VERSION_MINOR);
    fflush(stdout);
    lua_settop(L, 0);
    for (enum typed t; (t = read_line(L, true)) != TYPED_END; lua_settop(L, 0)) {
        if (t == TYPED_DROPPED)
            continue;
        int status = load_expression(L);
        if (status != LUA_OK)
            status = read_statement(L);
        if (status < 0)
            continue;
        if (status == LUA_OK) {
            lua_replace(L, 1);
            lua_settop(L, 1);
            status = call_interruptible(L, 0);
        }
        if (status == LUA_OK)
            show_results(L);
        else
            tpsh_report(L);
    }
    putchar('\n');
    free(candidates);
    return 0;
}
