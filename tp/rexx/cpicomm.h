/* cpicomm.h - CPI-C for programs in REXX: the environment of ADDRESS CPICOMM, for an interpreter with the SAA
 * API (Regina).
 *
 *   address cpicomm 'CMINIT conversation_id sym_dest_name return_code'
 *
 * RC after such a command:
 *     0  the call was made: return_code tells how it ended
 *    -3  there is no such call
 *   -10  too many parameters           -11  too few
 *   -24  a variable that the call reads has no value, or cannot be read
 *   -25  a variable that the call writes cannot be set
 *   -26  a value has more octets than fit, or fewer than its length says
 *   -27  a value that should be a whole number is not
 * Each but 0 also gives a line on stderr. */
#ifndef CPICOMM_H
#define CPICOMM_H

/* Make the environment known to the interpreter.  Returns 0, or the interpreter's return code. */
int cpicomm_register(void);

/* Set the constants of CPI-C (CM_OK and so on) as variables of the program that runs. */
void cpicomm_set_constants(void);

#endif
