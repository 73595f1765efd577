/* tpsh - transaction programs in Lua. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lualib.h>

#include "snanode/cli/progopt.h"
#include "tp/tpsh/appc.h"
#include "tp/tpsh/conversations.h"
#include "tp/tpsh/tpsh.h"

struct options {
    const char *code; /* -e */
    bool prompt;      /* -i: a prompt even after a script */
    bool traceback;   /* -v */
    char **args;      /* [0]: the script, unless -e */
    int n_args;
};

static bool want_traceback;

static int usage(void)
{
    fputs("usage: tpsh [-iv] SCRIPT.lua [ARGS]\n"
          "       tpsh [-iv] -e CODE [ARGS]\n"
          "       tpsh\n"
          "Runs a transaction program written in Lua 5.4; CPI-C is in the table cpic, APPC in appc.\n"
          "  SCRIPT.lua  the program, - for standard input; ARGS are ... and arg[1], arg[2] ...\n"
          "  -e CODE     run CODE\n"
          "  -i          a prompt afterwards\n"
          "  -v          errors with a traceback\n"
          "  -h, --help  this text; --version: the version\n"
          "Without arguments: a prompt on a terminal, else a program from standard input.\n"
          "Exit status: 0 the program ended, 1 it failed, 2 usage error.  See tpsh(1).\n",
          stdout);
    return 0;
}

/* ---- errors ---- */

static int on_error(lua_State *L)
{
    if (!lua_isstring(L, 1) && !luaL_getmetafield(L, 1, "__tostring"))
        lua_pushfstring(L, "error: a %s that is not a message", luaL_typename(L, 1));
    else
        luaL_tolstring(L, 1, NULL);
    if (want_traceback)
        luaL_traceback(L, L, lua_tostring(L, -1), 1);
    return 1;
}

int tpsh_call(lua_State *L, int nargs, int nresults)
{
    int base = lua_gettop(L) - nargs;
    lua_pushcfunction(L, on_error);
    lua_insert(L, base);
    int status = lua_pcall(L, nargs, nresults, base);
    lua_remove(L, base);
    return status;
}

void tpsh_report(lua_State *L)
{
    const char *m = lua_tostring(L, -1);
    fflush(stdout);
    fprintf(stderr, "tpsh: %s\n", m ? m : "error without a message");
    lua_pop(L, 1);
}

/* ---- running ---- */

/* Set the table arg, with tpsh itself at a negative index, as lua(1) does. */
static void set_arg(lua_State *L, const struct options *o, const char *self)
{
    lua_createtable(L, o->n_args, 2);
    lua_pushstring(L, self);
    lua_rawseti(L, -2, -1);
    for (int i = 0; i < o->n_args; i++) {
        lua_pushstring(L, o->args[i]);
        lua_rawseti(L, -2, o->code ? i + 1 : i);
    }
    lua_setglobal(L, "arg");
}

/* Modules beside the script come first: a TP that the node starts cannot choose its working directory. */
static void set_path(lua_State *L, const char *script)
{
    const char *slash = strrchr(script, '/');
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    if (slash) {
        lua_pushlstring(L, script, (size_t)(slash - script));
        lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", lua_tostring(L, -1), lua_tostring(L, -1),
                        lua_tostring(L, -2));
        lua_remove(L, -2);
    } else {
        lua_pushfstring(L, "./?.lua;./?/init.lua;%s", lua_tostring(L, -1));
    }
    lua_setfield(L, -3, "path");
    lua_pop(L, 2);
}

/* A TP that the node starts with tpsh as its PathName and the script in its Parameters has no directory of
 * its own.  A script name without a directory that is not found here is therefore looked for beside tpsh. */
static const char *find_script(const char *name, char *out, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", out, cap - 1);
    if (strchr(name, '/') || access(name, F_OK) == 0 || n <= 0)
        return name;
    out[n] = '\0';
    char *end = strrchr(out, '/') + 1;
    size_t left = cap - (size_t)(end - out);
    return (size_t)snprintf(end, left, "%s", name) < left && access(out, F_OK) == 0 ? out : name;
}

/* Load and run what the options name; 0, or 1 with the message shown. */
static int run(lua_State *L, const struct options *o)
{
    int status, first = o->code ? 0 : 1;
    if (o->code) {
        status = luaL_loadbuffer(L, o->code, strlen(o->code), "=-e");
    } else {
        char beside[PATH_MAX];
        const char *script = o->n_args > 0 && strcmp(o->args[0], "-") != 0 ? o->args[0] : NULL;
        if (script)
            set_path(L, script = find_script(script, beside, sizeof beside));
        status = luaL_loadfile(L, script);
    }
    if (status == LUA_OK) {
        int n = 0;
        luaL_checkstack(L, o->n_args + 8, "too many arguments");
        for (int i = first; i < o->n_args; i++, n++)
            lua_pushstring(L, o->args[i]);
        status = tpsh_call(L, n, 0);
    }
    if (status == LUA_OK)
        return 0;
    tpsh_report(L);
    return 1;
}

/* os.exit: like that of Lua, but remaining conversations are abended, as in every other exit. */
static int exit_program(lua_State *L)
{
    int status = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, 0);
    bool close = lua_toboolean(L, 2);
    appc_end();
    if (conv_end_all(L) && close)
        lua_close(L);
    exit(status);
}

static int prepare(lua_State *L)
{
    const struct options *o = lua_touserdata(L, 1);
    const char *self = lua_touserdata(L, 2);
    luaL_openlibs(L);
    lua_getglobal(L, "os");
    lua_pushcfunction(L, exit_program);
    lua_setfield(L, -2, "exit");
    module_open(L);
    appc_open(L);
    set_arg(L, o, self);
    return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    int c; /* words after the script belong to the script */
    while ((c = getopt_long(argc, argv, "+:e:hiv", longs, NULL)) != -1) {
        switch (c) {
        case 'e':
            o->code = optarg;
            break;
        case PROGOPT_HELP:
            exit(usage());
        case PROGOPT_VERSION:
            exit(progopt_version("tpsh"));
        case 'i':
            o->prompt = true;
            break;
        case 'v':
            o->traceback = true;
            break;
        default:
            return progopt_refused("tpsh", c, argv);
        }
    }
    o->args = argv + optind;
    o->n_args = argc - optind;
    return 0;
}

static int run_all(lua_State *L, const struct options *o)
{
    bool program = o->code || o->n_args > 0;
    int status = 0;
    if (program || !isatty(STDIN_FILENO))
        status = run(L, o);
    if (o->prompt || (!program && isatty(STDIN_FILENO)))
        status = prompt_run(L);
    return status;
}

int main(int argc, char **argv)
{
    struct options o = {.code = NULL};
    int status = parse(&o, argc, argv);
    if (status)
        return status;
    want_traceback = o.traceback;
    lua_State *L = luaL_newstate();
    if (!L) {
        fprintf(stderr, "tpsh: out of memory\n");
        return 1;
    }
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, &o);
    lua_pushlightuserdata(L, argv[0]);
    status = tpsh_call(L, 2, 0) == LUA_OK ? 0 : 1;
    if (status)
        tpsh_report(L);
    else
        status = run_all(L, &o);
    fflush(stdout);
    appc_end();
    if (conv_end_all(L))
        lua_close(L);
    return status;
}
