/* askboth.c - asks two destinations at once: one by an event, one by messages of a window.
 *
 *   askboth DESTINATION DESTINATION
 *
 * Compiled for Windows or, with contrib/windows, for Linux: the text is the same.
 * Exit status: 0 both have answered, 1 not, 2 usage. */
#include <windows.h>
#include <wincpic.h>

#include <stdio.h>
#include <string.h>

#define QUESTION "HOW ARE YOU"

/* A conversation, and what is done when its call is complete.  The identifier is first: messages carry its
 * address. */
struct inquiry {
    unsigned char id[CM_CID_SIZE];
    const char *way; /* by which its completions come */
    int next;        /* SEND, RECEIVE, EVALUATE */
    int over, answered;
    unsigned char text[100];
    CM_INT32 room, length, data, what, rts, rc;
};
enum { SEND, RECEIVE, EVALUATE };

static struct inquiry inquiries[2];
static UINT completed; /* the number of the message */

static void evaluate(struct inquiry *q, CM_INT32 rc)
{
    CM_INT32 ignored;
    if (q->data != CM_NO_DATA_RECEIVED) {
        cmcnvi(q->text, &q->length, &ignored);
        printf("by %s: %.*s\n", q->way, (int)q->length, (char *)q->text);
        q->answered = 1;
    }
    q->over = rc == CM_DEALLOCATED_NORMAL;
}

/* The call before has ended with rc: make the next ones, until one is incomplete or the conversation over. */
static void proceed(struct inquiry *q, CM_INT32 rc)
{
    while (rc != CM_OPERATION_INCOMPLETE && !q->over) {
        if (rc != CM_OK && rc != CM_DEALLOCATED_NORMAL) {
            printf("by %s: return code %d\n", q->way, (int)rc);
            q->over = 1;
        } else if (q->next == SEND) {
            q->next = RECEIVE;
            q->length = sizeof QUESTION - 1;
            memcpy(q->text, QUESTION, sizeof QUESTION);
            cmcnvo(q->text, &q->length, &q->rc);
            cmsend(q->id, q->text, &q->length, &q->rts, &q->rc);
            rc = q->rc;
        } else if (q->next == EVALUATE) {
            q->next = RECEIVE;
            evaluate(q, rc);
        } else {
            q->next = EVALUATE;
            q->room = sizeof q->text;
            cmrcv(q->id, q->text, &q->room, &q->data, &q->length, &q->what, &q->rts, &q->rc);
            rc = q->rc;
        }
    }
    if (inquiries[0].over && inquiries[1].over)
        PostQuitMessage(0);
}

/* event is NULL for a conversation whose completions are messages. */
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

static LRESULT CALLBACK window_procedure(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    if (message != completed)
        return DefWindowProc(window, message, wParam, lParam);
    proceed((struct inquiry *)lParam, (CM_INT32)wParam);
    return 0;
}

static void on_event(HANDLE event)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 conversation_rc, rc;
    ResetEvent(event);
    cmwait(id, &conversation_rc, &rc);
    if (rc == CM_OK)
        proceed(&inquiries[0], conversation_rc);
}

/* Until PostQuitMessage. */
static void loop(HANDLE event)
{
    MSG m;
    for (;;) {
        if (MsgWaitForMultipleObjects(1, &event, FALSE, INFINITE, QS_ALLINPUT) == WAIT_OBJECT_0)
            on_event(event);
        while (PeekMessage(&m, NULL, 0, 0, PM_REMOVE)) {
            if (m.message == WM_QUIT)
                return;
            TranslateMessage(&m);
            DispatchMessage(&m);
        }
    }
}

int main(int argc, char **argv)
{
    WNDCLASS c;
    HANDLE event;
    HWND window;
    WCPICDATA about;
    CM_INT32 rc;
    if (argc != 3) {
        fprintf(stderr, "usage: askboth DESTINATION DESTINATION\n");
        return 2;
    }
    if (WinCPICStartup(0x0001, &about) != 0) {
        fprintf(stderr, "askboth: no CPI-C\n");
        return 1;
    }
    memset(&c, 0, sizeof c);
    c.lpfnWndProc = window_procedure;
    c.lpszClassName = "askboth";
    RegisterClass(&c);
    completed = RegisterWindowMessage(WIN_CPIC_ASYNC_COMPLETE_MESSAGE);
    window = CreateWindow("askboth", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    event = CreateEvent(NULL, TRUE, FALSE, NULL);
    xchwnd(window, &rc);
    inquiries[0].way = "event";
    inquiries[1].way = "message";
    inquire(&inquiries[0], argv[1], &event);
    inquire(&inquiries[1], argv[2], NULL);
    loop(event);
    WinCPICCleanup();
    return inquiries[0].answered && inquiries[1].answered ? 0 : 1;
}
