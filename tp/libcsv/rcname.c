/* The names of the return codes, for people [HIS: GetCsvReturnCode]. */
#include <string.h>

#include "tp/verbs/codetext.h"
#include "wincsv.h"

#define NAME CODETEXT_NAME

static const struct codetext_name primaries[] = {
    NAME(SV_OK),
    NAME(SV_PARAMETER_CHECK),
    NAME(SV_STATE_CHECK),
    NAME(SV_CANCELLED),
    NAME(SV_FILE_ALREADY_EXISTS),
    NAME(SV_OUTPUT_DEVICE_FULL),
    NAME(SV_THREAD_BLOCKING),
    NAME(SV_INVALID_VERB_SEGMENT),
    NAME(SV_UNEXPECTED_DOS_ERROR),
    NAME(SV_COMM_SUBSYSTEM_NOT_LOADED),
    NAME(SV_SERVER_RESOURCE_NOT_FOUND),
    NAME(SV_SERVER_RESOURCES_LOST),
    NAME(SV_INVALID_VERB),
};

static const struct codetext_name secondaries[] = {
    NAME(SV_INVALID_DATA_SEGMENT),
    NAME(SV_SSCP_PU_SESSION_NOT_ACTIVE),
    NAME(SV_DATA_EXCEEDS_RU_SIZE),
    NAME(SV_INVALID_DATA_TYPE),
    NAME(SV_INVALID_DIRECTION),
    NAME(SV_INVALID_CHARACTER_SET),
    NAME(SV_INVALID_FIRST_CHARACTER),
    NAME(SV_TABLE_ERROR),
    NAME(SV_CONVERSION_ERROR),
    NAME(SV_INVALID_MESSAGE_ACTION),
    NAME(SV_INVALID_SET),
    NAME(SV_COPY_TRACE_IN_PROGRESS),
    NAME(SV_TRACE_NOT_STOPPED),
    NAME(SV_INVALID_FILE_OPTION),
    NAME(SV_TRACE_BUFFER_EMPTY),
    NAME(SV_INVALID_RESET_TRACE),
    NAME(SV_INVALID_CHAR_NOT_FOUND),
    NAME(SV_INVALID_SOURCE_CODE_PAGE),
    NAME(SV_INVALID_TARGET_CODE_PAGE),
    NAME(SV_SERVER_CONN_FAILURE),
};

/* Of SV_UNEXPECTED_DOS_ERROR. */
static const char *other(uint32_t number)
{
    const char *name = strerrordesc_np((int)number);
    return name ? name : "an unknown code";
}

static const struct codetext codes = {
    .primary = primaries,
    .n_primary = sizeof primaries / sizeof *primaries,
    .secondary = secondaries,
    .n_secondary = sizeof secondaries / sizeof *secondaries,
    .other = other,
};

int GetCsvReturnCode(struct csv_hdr *vpb, unsigned int buffer_length, unsigned char *buffer_addr)
{
    return codetext_write(&codes, vpb, buffer_length, buffer_addr);
}
