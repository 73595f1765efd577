/* tpsh.h - what the parts of tpsh share.  Layer: a TP; uses the public CPI-C headers and Lua only. */
#ifndef TPSH_H
#define TPSH_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>

/* ---- calls.c: the C entry points ---- */

/* Add every call to the table on top of the stack. */
void calls_register(lua_State *L);

/* The outputs of a completed operation of the conversation ID (8 octets), pushed in the order of its prototype;
 * how many.  They are also kept for cpic.received. */
int calls_push_completed(lua_State *L, const unsigned char *id);

/* The conversation whose operation gave its ID at this address: its 8 octets, or NULL. */
const unsigned char *calls_find_address(lua_State *L, const void *address);

/* The program ends: abend every conversation that is still there, and end the use of CPI-C.  False when a thread of
 * the library may still write to buffers of L, so that L must not be closed. */
bool calls_end(lua_State *L);

/* An argument that is a conversation_ID. */
const unsigned char *calls_check_id(lua_State *L, int arg);

/* The state of the call that is under way, for the blocking hook. */
extern lua_State *calls_running;

/* ---- wincalls.c, wait.c, constants.c: more of the cpic table ---- */

void wincalls_register(lua_State *L);
void wincalls_raise(lua_State *L); /* the error of a blocking hook, if there was one */
void wait_register(lua_State *L);
void constants_register(lua_State *L);

/* Ctrl-C at the prompt; waits end with an error. */
extern volatile int wait_interrupted;

/* ---- module.c: the cpic table, with the object form that is written in Lua ---- */

void module_open(lua_State *L);

/* ---- prompt.c ---- */

/* Read, run and show until the end of input; the exit status. */
int prompt_run(lua_State *L);

/* main.c: call the function below NARGS arguments; the message of an error is left on the stack. */
int tpsh_call(lua_State *L, int nargs, int nresults);
void tpsh_report(lua_State *L); /* show and pop that message */

#endif
