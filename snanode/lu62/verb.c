#include "snanode/lu62/verb.h"

#define R_ CELL_PARAMETER_CHECK /* column RESET: the ID is void */
#define SC CELL_STATE_CHECK

/* What the page of each call says [HIS: CPI-C Calls].  Columns: -, RESET, INITIALIZE, SEND, RECEIVE,
 * SEND_PENDING, CONFIRM, CONFIRM_SEND, CONFIRM_DEALLOCATE (the order of the states' numbers).
 * INITIALIZE_INCOMING, of CPI-C 1.2, gives a state check except in the rows that say otherwise. */
/* clang-format off */
#define ROW(t, i, s, r, sp, c, cs, cd)                                                                        \
    { [CS_RESET] = t, [CS_INITIALIZE] = i, [CS_SEND] = s, [CS_RECEIVE] = r, [CS_SEND_PENDING] = sp,           \
      [CS_CONFIRM] = c, [CS_CONFIRM_SEND] = cs, [CS_CONFIRM_DEALLOCATE] = cd }
#define ROW_II(ii, t, i, s, r, sp, c, cs, cd)                                                                 \
    { [CS_RESET] = t, [CS_INITIALIZE] = i, [CS_SEND] = s, [CS_RECEIVE] = r, [CS_SEND_PENDING] = sp,           \
      [CS_CONFIRM] = c, [CS_CONFIRM_SEND] = cs, [CS_CONFIRM_DEALLOCATE] = cd, [CS_INITIALIZE_INCOMING] = ii }
#define T  CELL_RESET
#define S  CELL_SEND
#define R  CELL_RECEIVE
#define EQ CELL_SAME
#define BY CELL_BY_RECEIVE

static const unsigned char table[VERB_N][CS_N] = {
    /*                                    T   I   S   R   SP  C   CS  CD */
    [VERB_ACCEPT_INCOMING]       = ROW_II(R, R_, SC, SC, SC, SC, SC, SC, SC),
    [VERB_ALLOCATE]              = ROW(R_, S,  SC, SC, SC, SC, SC, SC),
    [VERB_CANCEL]                = ROW_II(T, R_, T,  T,  T,  T,  T,  T,  T),
    [VERB_CONFIRM]               = ROW(R_, SC, S,  SC, S,  SC, SC, SC),
    [VERB_CONFIRMED]             = ROW(R_, SC, SC, SC, SC, R,  S,  T),
    [VERB_DEALLOCATE_FLUSH]      = ROW(R_, SC, T,  SC, T,  SC, SC, SC),
    [VERB_DEALLOCATE_CONFIRM]    = ROW(R_, SC, T,  SC, T,  SC, SC, SC),
    [VERB_DEALLOCATE_ABEND]      = ROW_II(T, R_, T,  T,  T,  T,  T,  T,  T),
    [VERB_FLUSH]                 = ROW(R_, SC, S,  SC, S,  SC, SC, SC),
    [VERB_PREPARE_FLUSH]         = ROW(R_, SC, R,  SC, R,  SC, SC, SC),
    [VERB_PREPARE_CONFIRM]       = ROW(R_, SC, R,  SC, R,  SC, SC, SC),
    [VERB_RECEIVE_WAIT]          = ROW(R_, SC, BY, BY, BY, SC, SC, SC),
    [VERB_RECEIVE_IMMEDIATE]     = ROW(R_, SC, SC, BY, SC, SC, SC, SC),
    [VERB_REQUEST_TO_SEND]       = ROW(R_, SC, EQ, EQ, EQ, EQ, EQ, EQ),
    [VERB_SEND]                  = ROW(R_, SC, S,  SC, S,  SC, SC, SC),
    [VERB_SEND_FLUSH]            = ROW(R_, SC, S,  SC, S,  SC, SC, SC),
    [VERB_SEND_CONFIRM]          = ROW(R_, SC, S,  SC, S,  SC, SC, SC),
    [VERB_SEND_PREPARE]          = ROW(R_, SC, R,  SC, R,  SC, SC, SC),
    [VERB_SEND_DEALLOCATE_ABEND] = ROW(R_, SC, T,  SC, T,  SC, SC, SC),
    [VERB_SEND_DEALLOCATE]       = ROW(R_, SC, T,  SC, T,  SC, SC, SC),
    [VERB_SEND_ERROR]            = ROW(R_, SC, S,  S,  S,  S,  S,  S),
    [VERB_TEST_RTS]              = ROW(R_, SC, EQ, EQ, EQ, SC, SC, SC),
    [VERB_SET_INIT]              = ROW(R_, EQ, SC, SC, SC, SC, SC, SC),
    [VERB_SET_ANY]               = ROW_II(EQ, R_, EQ, EQ, EQ, EQ, EQ, EQ, EQ),
    [VERB_EXTRACT]               = ROW_II(EQ, R_, EQ, EQ, EQ, EQ, EQ, EQ, EQ),
};

/* The states of Receive [C3]: 0 where data and status cannot come together. */
static const unsigned char received[RCV_DATA_N][RCV_STATUS_N] = {
    /*                   NO_STATUS   SEND             CONFIRM     CONFIRM_SEND     CONFIRM_DEALLOCATE */
    [RCV_NO_DATA]    = { 0,          CS_SEND,         CS_CONFIRM, CS_CONFIRM_SEND, CS_CONFIRM_DEALLOCATE },
    [RCV_DATA]       = { CS_RECEIVE, CS_SEND_PENDING, CS_CONFIRM, CS_CONFIRM_SEND, CS_CONFIRM_DEALLOCATE },
    [RCV_COMPLETE]   = { CS_RECEIVE, CS_SEND_PENDING, CS_CONFIRM, CS_CONFIRM_SEND, CS_CONFIRM_DEALLOCATE },
    [RCV_INCOMPLETE] = { CS_RECEIVE, 0,               0,          0,               0 },
};

/* "mid-record SC" in the table.  In SEND_PENDING no record of ours is open, so only the send types, whose data
 * may begin one, have the rule there. */
static const unsigned char boundary[VERB_N][CS_N] = {
    [VERB_CONFIRM]            = { [CS_SEND] = 1 },
    [VERB_DEALLOCATE_FLUSH]   = { [CS_SEND] = 1 },
    [VERB_DEALLOCATE_CONFIRM] = { [CS_SEND] = 1 },
    [VERB_PREPARE_FLUSH]      = { [CS_SEND] = 1 },
    [VERB_PREPARE_CONFIRM]    = { [CS_SEND] = 1 },
    [VERB_RECEIVE_WAIT]       = { [CS_SEND] = 1 },
    [VERB_SEND_CONFIRM]       = { [CS_SEND] = 1, [CS_SEND_PENDING] = 1 },
    [VERB_SEND_PREPARE]       = { [CS_SEND] = 1, [CS_SEND_PENDING] = 1 },
    [VERB_SEND_DEALLOCATE]    = { [CS_SEND] = 1, [CS_SEND_PENDING] = 1 },
};

static const char *const verb_names[VERB_N] = {
    [VERB_ACCEPT_INCOMING] = "Accept_Incoming",
    [VERB_ALLOCATE] = "Allocate",
    [VERB_CANCEL] = "Cancel_Conversation",
    [VERB_CONFIRM] = "Confirm",
    [VERB_CONFIRMED] = "Confirmed",
    [VERB_DEALLOCATE_FLUSH] = "Deallocate(FLUSH)",
    [VERB_DEALLOCATE_CONFIRM] = "Deallocate(CONFIRM)",
    [VERB_DEALLOCATE_ABEND] = "Deallocate(ABEND)",
    [VERB_FLUSH] = "Flush",
    [VERB_PREPARE_FLUSH] = "Prepare_To_Receive(FLUSH)",
    [VERB_PREPARE_CONFIRM] = "Prepare_To_Receive(CONFIRM)",
    [VERB_RECEIVE_WAIT] = "Receive(AND_WAIT)",
    [VERB_RECEIVE_IMMEDIATE] = "Receive(IMMEDIATE)",
    [VERB_REQUEST_TO_SEND] = "Request_To_Send",
    [VERB_SEND] = "Send_Data(BUFFER_DATA)",
    [VERB_SEND_FLUSH] = "Send_Data(FLUSH)",
    [VERB_SEND_CONFIRM] = "Send_Data(CONFIRM)",
    [VERB_SEND_PREPARE] = "Send_Data(PREP_TO_RECEIVE)",
    [VERB_SEND_DEALLOCATE_ABEND] = "Send_Data(DEALLOCATE, ABEND)",
    [VERB_SEND_DEALLOCATE] = "Send_Data(DEALLOCATE)",
    [VERB_SEND_ERROR] = "Send_Error",
    [VERB_TEST_RTS] = "Test_Request_To_Send_Received",
    [VERB_SET_INIT] = "Set (INITIALIZE only)",
    [VERB_SET_ANY] = "Set",
    [VERB_EXTRACT] = "Extract",
};

static const char *const state_names[CS_N] = {
    [0] = "?",
    [CS_RESET] = "RESET",
    [CS_INITIALIZE] = "INITIALIZE",
    [CS_SEND] = "SEND",
    [CS_RECEIVE] = "RECEIVE",
    [CS_SEND_PENDING] = "SEND_PENDING",
    [CS_CONFIRM] = "CONFIRM",
    [CS_CONFIRM_SEND] = "CONFIRM_SEND",
    [CS_CONFIRM_DEALLOCATE] = "CONFIRM_DEALLOCATE",
    [CS_INITIALIZE_INCOMING] = "INITIALIZE_INCOMING",
};
/* clang-format on */

enum verb_cell verb_cell(enum verb v, enum conv_state s)
{
    return (enum verb_cell)table[v][s];
}

bool verb_needs_boundary(enum verb v, enum conv_state s)
{
    return boundary[v][s];
}

enum conv_state receive_next(enum rcv_data data, enum rcv_status status)
{
    return (enum conv_state)received[data][status];
}

const char *verb_name(enum verb v)
{
    return v < VERB_N ? verb_names[v] : "?";
}

const char *conv_state_name(enum conv_state s)
{
    return s < CS_N && state_names[s] ? state_names[s] : "?";
}
