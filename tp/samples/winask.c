/* winask.c - a program as it comes from Windows: it asks two destinations at once and waits for nobody in a
 * call.
 *
 *   winask DESTINATION DESTINATION
 *
 * The first conversation has an event, the completions of the second one are messages of a window.  One loop
 * waits for both, as MsgWaitForMultipleObjects does there.  docs/windows-source.md says what was another line
 * on Windows.
 *
 * Exit status: 0 both have answered, 1 not, 2 usage. */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <wincpic.h>

#define QUESTION "HOW ARE YOU"

/* A conversation, and what is done next when its call is complete.  The identifier is first: messages carry
 * its address. */
struct inquiry {
    unsigned char id[CM_CID_SIZE];
    const char *way; /* by which its completions come */
    enum { SEND, RECEIVE, EVALUATE } next;
    bool over, answered;
    unsigned char text[100];
    CM_INT32 length, data, status, rts;
    CM_INT32 rc; /* of a call that was complete at once */
};

/* ---- the conversations ---- */

static void evaluate(struct inquiry *q, CM_INT32 rc)
{
    CM_INT32 ignored;
    if (q->data != CM_NO_DATA_RECEIVED) {
        cmcnvi(q->text, &q->length, &ignored);
        printf("by %s: %.*s\n", q->way, (int)q->length, q->text);
        q->answered = true;
    }
    q->over = rc == CM_DEALLOCATED_NORMAL;
}

/* The call before has ended with rc: make the next ones, until one is incomplete or the conversation over. */
static void proceed(struct inquiry *q, CM_INT32 rc)
{
    CM_INT32 room = sizeof q->text;
    while (rc != CM_OPERATION_INCOMPLETE && !q->over) {
        if (rc != CM_OK && rc != CM_DEALLOCATED_NORMAL) {
            printf("by %s: %s\n", q->way, xcrcname(rc));
            q->over = true;
        } else if (q->next == SEND) {
            q->length = sizeof QUESTION - 1;
            memcpy(q->text, QUESTION, sizeof QUESTION);
            cmcnvo(q->text, &q->length, &q->rc);
            q->next = RECEIVE;
            cmsend(q->id, q->text, &q->length, &q->rts, &q->rc);
            rc = q->rc;
        } else if (q->next == EVALUATE) {
            evaluate(q, rc);
            q->next = RECEIVE;
        } else {
            q->next = EVALUATE;
            cmrcv(q->id, q->text, &room, &q->data, &q->length, &q->status, &q->rts, &q->rc);
            rc = q->rc;
        }
    }
}

/* Begin a conversation.  event is NULL for one whose completions are messages. */
static void inquire(struct inquiry *q, char *destination, HANDLE *event)
{
    CM_INT32 mode = CM_NON_BLOCKING, rc;
    cminit(q->id, (unsigned char *)destination, &rc);
    if (rc == CM_OK && event)
        WinCPICSetEvent(q->id, event, &rc);
    if (rc == CM_OK)
        cmspm(q->id, &mode, &rc);
    if (rc == CM_OK)
        cmallc(q->id, &rc);
    q->next = SEND;
    proceed(q, rc);
}

/* ---- the loop ---- */

/* The event is signalled: the call is Wait_For_Conversation, and the program resets the event. */
static void on_event(struct inquiry *q, int event)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 conversation_rc, rc;
    eventfd_t count;
    if (eventfd_read(event, &count) < 0) /* ResetEvent */
        return;
    cmwait(id, &conversation_rc, &rc);
    if (rc == CM_OK)
        proceed(q, conversation_rc);
}

/* What the window procedure does with WinAsyncCPI-C. */
static void on_message(uintptr_t wParam, intptr_t lParam)
{
    proceed((struct inquiry *)lParam, (CM_INT32)wParam);
}

/* MsgWaitForMultipleObjects, and GetMessage: wait for the event or a message until both conversations are
 * over. */
static void loop(struct inquiry *q, int event, int messages)
{
    struct pollfd p[] = {{.fd = event, .events = POLLIN}, {.fd = messages, .events = POLLIN}};
    WCPICMESSAGE m;
    while (!q[0].over || !q[1].over) {
        if (poll(p, 2, -1) < 0)
            continue;
        if (p[0].revents)
            on_event(&q[0], event);
        if (p[1].revents && read(messages, &m, sizeof m) == sizeof m)
            on_message(m.wParam, m.lParam);
    }
}

int main(int argc, char **argv)
{
    static struct inquiry q[2] = {{.way = "event"}, {.way = "message"}};
    int event, window[2];
    WCPICDATA about;
    CM_INT32 rc;
    if (argc != 3) {
        fprintf(stderr, "usage: winask DESTINATION DESTINATION\n");
        return 2;
    }
    if (WinCPICStartup(0x0001, &about) != 0) {
        fprintf(stderr, "winask: no CPI-C\n");
        return 1;
    }
    event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); /* CreateEvent */
    if (event < 0 || pipe(window) < 0) {            /* CreateWindow */
        perror("winask");
        return 1;
    }
    HANDLE handle = WCPIC_HANDLE(event);
    xchwnd(WCPIC_HWND(window[1]), &rc);
    inquire(&q[0], argv[1], &handle);
    inquire(&q[1], argv[2], NULL);
    loop(q, event, window[0]);
    WinCPICCleanup();
    return q[0].answered && q[1].answered ? 0 : 1;
}
