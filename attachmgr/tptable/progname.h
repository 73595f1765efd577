/* progname.h - the file names of programs as the configuration writes them.  Layer: TP table (pure).
 * The name of a program is that of its file without extension, in any case [A42]. */
#ifndef ATTACHMGR_PROGNAME_H
#define ATTACHMGR_PROGNAME_H

/* How well WRITTEN, a name in the configuration, fits the file name PROGRAM (no directory): 2 when they
 * are the same but for case; 1 when they are the same but for case and for PROGRAM's extension (what
 * follows its last dot) or an .exe, .com, .bat or .cmd at the end of WRITTEN; else 0.  Other dots in
 * WRITTEN are part of the name, as they often are in file names here: python3.11 is not python3.12. */
int progname_fits(const char *written, const char *program);

#endif
