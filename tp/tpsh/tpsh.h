/* tpsh.h - what the parts of tpsh share.  Layer: a TP; uses the public CPI-C headers and Lua only. */
#ifndef TPSH_H
#define TPSH_H

#include <stdbool.h>

#include <lauxlib.h>
#include <lua.h>

/* ---- calls.c: the C entry points ---- */

/* Add every call to the table on top of the stack. */
void calls_register(lua_State *L);

/* The Lua state of the call in progress, for the blocking hook. */
extern lua_State *calls_running;

/* The call in progress cannot go on: cancel its conversation, so that it returns. */
void calls_give_up(void);

/* ---- wait.c, constants.c: more of the cpic table ---- */

void wait_register(lua_State *L);
void constants_register(lua_State *L);

/* Wait until FD can be read, at most the seconds in the argument ARG; false at the end of the time. */
bool wait_readable(lua_State *L, int fd, int arg);

/* Ctrl-C at the prompt; waits end with an error. */
extern volatile int wait_interrupted;

/* ---- module.c: the cpic table, with the object form that is written in Lua ---- */

void module_open(lua_State *L);

/* ---- prompt.c ---- */

/* Read, run and show until the end of input.  Returns the exit status. */
int prompt_run(lua_State *L);

/* main.c: call the function below NARGS arguments; the message of an error is left on the stack. */
int tpsh_call(lua_State *L, int nargs, int nresults);
void tpsh_report(lua_State *L); /* show and pop that message */

#endif
