/* check_windows.c - contrib/windows: events, threads, waits, windows, the registry.
 * tests/e2e/windowssource.sh has the service, and programs whose calls complete by these events and messages.
 */
#include <check.h>
#include <windows.h>

#include <stdio.h>
#include <unistd.h>

#include <winappc.h>
#include <wincpic.h>
#include <wincsv.h>

/* ---- events and waits ---- */

START_TEST(event_with_manual_reset_stays)
{
    HANDLE h = CreateEvent(NULL, TRUE, FALSE, NULL);
    ck_assert_uint_eq(WaitForSingleObject(h, 0), WAIT_TIMEOUT);
    ck_assert(SetEvent(h) && SetEvent(h));
    ck_assert_uint_eq(WaitForSingleObject(h, 0), WAIT_OBJECT_0);
    ck_assert_uint_eq(WaitForSingleObject(h, INFINITE), WAIT_OBJECT_0);
    ck_assert(ResetEvent(h));
    ck_assert_uint_eq(WaitForSingleObject(h, 0), WAIT_TIMEOUT);
    ck_assert(CloseHandle(h));
}
END_TEST

START_TEST(event_without_manual_reset_serves_one)
{
    HANDLE h = CreateEvent(NULL, FALSE, TRUE, NULL);
    ck_assert(SetEvent(h)); /* twice signalled is signalled */
    ck_assert_uint_eq(WaitForSingleObject(h, 0), WAIT_OBJECT_0);
    ck_assert_uint_eq(WaitForSingleObject(h, 0), WAIT_TIMEOUT);
    ck_assert(CloseHandle(h));
}
END_TEST

START_TEST(wrong_handles_are_said)
{
    HANDLE h = CreateEvent(NULL, FALSE, FALSE, NULL), none = NULL;
    ck_assert(CloseHandle(h));
    SetLastError(NO_ERROR);
    ck_assert(!CloseHandle(h));
    ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
    ck_assert(!SetEvent(h) && !ResetEvent(none) && !SetEvent(INVALID_HANDLE_VALUE));
    ck_assert_uint_eq(WaitForSingleObject(h, INFINITE), WAIT_FAILED);
    ck_assert_uint_eq(WaitForMultipleObjects(0, &none, FALSE, INFINITE), WAIT_FAILED);
    ck_assert_ptr_null(CreateEvent(NULL, TRUE, FALSE, "shared"));
    ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
}
END_TEST

/* With all, nothing is taken before all are there. */
START_TEST(wait_for_several)
{
    HANDLE h[3];
    for (int i = 0; i < 3; i++)
        h[i] = CreateEvent(NULL, FALSE, FALSE, NULL);
    SetEvent(h[2]);
    ck_assert_uint_eq(WaitForMultipleObjects(3, h, TRUE, 10), WAIT_TIMEOUT);
    ck_assert_uint_eq(WaitForMultipleObjects(3, h, FALSE, INFINITE), WAIT_OBJECT_0 + 2);
    ck_assert_uint_eq(WaitForMultipleObjects(3, h, FALSE, 0), WAIT_TIMEOUT);
    for (int i = 0; i < 3; i++)
        SetEvent(h[i]);
    ck_assert_uint_eq(WaitForMultipleObjects(3, h, TRUE, INFINITE), WAIT_OBJECT_0);
    ck_assert_uint_eq(WaitForMultipleObjects(3, h, FALSE, 0), WAIT_TIMEOUT);
    for (int i = 0; i < 3; i++)
        CloseHandle(h[i]);
}
END_TEST

/* ---- threads ---- */

static CRITICAL_SECTION section;
static HANDLE go, here;
static LONG count;

static DWORD WINAPI add(LPVOID times)
{
    for (INT_PTR i = (INT_PTR)times; i > 0; i--) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section); /* as a thread may */
        count++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
    return 42;
}

START_TEST(threads_end_with_a_code)
{
    HANDLE t[4];
    DWORD id[4], code;
    InitializeCriticalSection(&section);
    count = 0;
    for (int i = 0; i < 4; i++)
        t[i] = CreateThread(NULL, 0, add, (LPVOID)(INT_PTR)1000, 0, &id[i]);
    ck_assert_uint_ne(id[0], id[1]);
    ck_assert_uint_eq(WaitForMultipleObjects(4, t, TRUE, INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++) {
        ck_assert(GetExitCodeThread(t[i], &code));
        ck_assert_uint_eq(code, 42);
        ck_assert(CloseHandle(t[i]));
    }
    ck_assert_int_eq(count, 4000);
    DeleteCriticalSection(&section);
}
END_TEST

static DWORD WINAPI wait_then_exit(LPVOID unused)
{
    (void)unused;
    SetEvent(here);
    WaitForSingleObject(go, INFINITE);
    ExitThread(7);
}

static void old_thread(void *unused)
{
    (void)unused;
    SetEvent(here);
}

/* A handle that is closed while its thread runs is nobody else's until the thread is over. */
START_TEST(threads_outlive_their_handles)
{
    DWORD code;
    go = CreateEvent(NULL, TRUE, FALSE, NULL);
    here = CreateEvent(NULL, FALSE, FALSE, NULL);
    HANDLE closed = CreateThread(NULL, 0, wait_then_exit, NULL, 0, NULL);
    HANDLE kept = CreateThread(NULL, 0, wait_then_exit, NULL, 0, NULL);
    WaitForSingleObject(here, INFINITE);
    ck_assert(GetExitCodeThread(kept, &code));
    ck_assert_uint_eq(code, STILL_ACTIVE);
    ck_assert(CloseHandle(closed));
    ck_assert(!CloseHandle(closed));
    HANDLE other = CreateEvent(NULL, TRUE, FALSE, NULL);
    ck_assert_ptr_ne(other, closed);
    SetEvent(go);
    ck_assert_uint_eq(WaitForSingleObject(kept, INFINITE), WAIT_OBJECT_0);
    ck_assert(GetExitCodeThread(kept, &code));
    ck_assert_uint_eq(code, 7);
    ck_assert_uint_eq(WaitForSingleObject(other, 0), WAIT_TIMEOUT);
    ck_assert(CloseHandle(kept) && CloseHandle(other));
    ck_assert_int_ne((intptr_t)_beginthread(old_thread, 0, NULL), -1);
    ck_assert_uint_eq(WaitForSingleObject(here, INFINITE), WAIT_OBJECT_0);
    ck_assert(CloseHandle(here) && CloseHandle(go));
}
END_TEST

/* ---- windows ---- */

static UINT seen_message;
static WPARAM seen_wparam;
static LPARAM seen_lparam;
static int destroyed;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    if (message == WM_DESTROY)
        destroyed++;
    if (message < WM_USER)
        return DefWindowProc(window, message, wParam, lParam);
    seen_message = message;
    seen_wparam = wParam;
    seen_lparam = lParam;
    return 5;
}

static HWND new_window(const char *class_name)
{
    WNDCLASS c = {.lpfnWndProc = procedure, .lpszClassName = class_name};
    ck_assert_uint_ne(RegisterClass(&c), 0);
    ck_assert_uint_eq(RegisterClass(&c), 0);
    HWND w = CreateWindow(class_name, "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    ck_assert(IsWindow(w));
    return w;
}

START_TEST(messages_come_in_order)
{
    MSG m;
    HWND w = new_window("order");
    ck_assert(!PeekMessage(&m, NULL, 0, 0, PM_REMOVE));
    for (unsigned i = 0; i < 20; i++)
        ck_assert(PostMessage(w, WM_USER + i, i, -(LPARAM)i));
    ck_assert(PeekMessage(&m, w, 0, 0, PM_NOREMOVE));
    ck_assert_uint_eq(m.message, WM_USER);
    for (unsigned i = 0; i < 20; i++) {
        ck_assert_int_eq(GetMessage(&m, NULL, 0, 0), TRUE);
        ck_assert_ptr_eq(m.hwnd, w);
        TranslateMessage(&m);
        ck_assert_int_eq(DispatchMessage(&m), 5);
        ck_assert_uint_eq(seen_message, WM_USER + i);
        ck_assert_uint_eq(seen_wparam, i);
        ck_assert_int_eq(seen_lparam, -(LPARAM)i);
    }
    SetWindowLongPtr(w, GWLP_USERDATA, 77);
    ck_assert_int_eq(GetWindowLongPtr(w, GWLP_USERDATA), 77);
    PostMessage(w, WM_CLOSE, 0, 0);
    ck_assert(GetMessage(&m, NULL, 0, 0));
    destroyed = 0;
    DispatchMessage(&m);
    ck_assert_int_eq(destroyed, 1);
    ck_assert(!IsWindow(w) && !PostMessage(w, WM_USER, 0, 0));
    ck_assert_uint_eq(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}
END_TEST

/* What libcpic and libappc write into the descriptor. */
START_TEST(messages_of_the_libraries)
{
    MSG m;
    HWND w = new_window("libraries");
    WCPICMESSAGE c = {.message = WCPIC_ASYNC_COMPLETE, .return_code = 9, .wParam = 9, .lParam = 1234};
    WAPPCMESSAGE a = {.message = WAPPC_ASYNC_COMPLETE, .wParam = 10, .lParam = 5678};
    ck_assert_int_eq(write(WCPIC_FD(w), &c, sizeof c), sizeof c);
    ck_assert_int_eq(write(WAPPC_FD(w), &a, sizeof a), sizeof a);
    ck_assert(GetMessage(&m, NULL, 0, 0));
    ck_assert_uint_eq(m.message, RegisterWindowMessage("WinAsyncCPIC"));
    ck_assert_uint_eq(m.message, RegisterWindowMessage(WIN_CPIC_ASYNC_COMPLETE_MESSAGE));
    ck_assert(m.wParam == 9 && m.lParam == 1234);
    ck_assert(GetMessage(&m, NULL, 0, 0));
    ck_assert_uint_eq(m.message, RegisterWindowMessage(WIN_APPC_ASYNC_COMPLETE_MESSAGE));
    ck_assert(m.wParam == 10 && m.lParam == 5678);
    ck_assert_uint_ne(RegisterWindowMessage("ours"), RegisterWindowMessage("another"));
    ck_assert_uint_eq(RegisterWindowMessage("ours"), RegisterWindowMessage("OURS"));
    ck_assert(DestroyWindow(w));
}
END_TEST

/* A window that gets messages of two libraries tells them apart. */
START_TEST(messages_have_numbers_of_their_own)
{
    static const char *const names[] = {WIN_CPIC_ASYNC_COMPLETE_MESSAGE, WIN_APPC_ASYNC_COMPLETE_MESSAGE,
                                        WIN_APPC_CFG_COMPLETION_MSG, WIN_CSV_ASYNC_COMPLETE_MESSAGE, "ours"};
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < i; j++)
            ck_assert_msg(RegisterWindowMessage(names[i]) != RegisterWindowMessage(names[j]), "%s and %s",
                          names[i], names[j]);
}
END_TEST

START_TEST(wait_for_events_and_messages)
{
    MSG m;
    HWND w = new_window("waits");
    HANDLE h = CreateEvent(NULL, FALSE, FALSE, NULL);
    ck_assert_uint_eq(MsgWaitForMultipleObjects(1, &h, FALSE, 0, QS_ALLINPUT), WAIT_TIMEOUT);
    PostMessage(w, WM_USER, 0, 0);
    ck_assert_uint_eq(MsgWaitForMultipleObjects(1, &h, FALSE, INFINITE, QS_ALLINPUT), WAIT_OBJECT_0 + 1);
    SetEvent(h);
    ck_assert_uint_eq(MsgWaitForMultipleObjects(1, &h, FALSE, INFINITE, QS_ALLINPUT), WAIT_OBJECT_0);
    ck_assert(GetMessage(&m, NULL, 0, 0));
    PostQuitMessage(3);
    ck_assert_uint_eq(MsgWaitForMultipleObjects(1, &h, FALSE, INFINITE, QS_ALLINPUT), WAIT_OBJECT_0 + 1);
    ck_assert_int_eq(GetMessage(&m, NULL, 0, 0), FALSE);
    ck_assert_uint_eq(m.wParam, 3);
    ck_assert(DestroyWindow(w) && CloseHandle(h));
    ck_assert_int_eq(GetMessage(&m, NULL, 0, 0), -1); /* a message could not come */
}
END_TEST

/* ---- the registry ---- */

static char file[64];

static void write_registry(const void *text, size_t n)
{
    snprintf(file, sizeof file, "/tmp/check_windows.%d.reg", (int)getpid());
    FILE *f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, n, f), n);
    fclose(f);
    setenv("SNANODE_REGISTRY", file, 1);
}

static const char exported[] =
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MYTP\\Parameters]\r\n"
    "@=\"default\"\r\n"
    "\"Text\"=\"a \\\"quoted\\\" C:\\\\path\"\r\n"
    "\"Number\"=dword:0000002a\r\n"
    "\"Octets\"=hex:01,02,\\\r\n  03\r\n"
    "\"Wide\"=hex(2):25,00,50,00,\\\r\n  25,00,00,00\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\Other]\r\n\"Text\"=\"other\"\r\n";
#define MYTP "SYSTEM\\CurrentControlSet\\Services\\MYTP"

static void has_text(HKEY key, const char *name, DWORD type, const char *text)
{
    char v[64] = "";
    DWORD size = sizeof v, t = 0;
    ck_assert_int_eq(RegQueryValueEx(key, name, NULL, &t, (LPBYTE)v, &size), ERROR_SUCCESS);
    ck_assert_uint_eq(t, type);
    ck_assert_str_eq(v, text);
    ck_assert_uint_eq(size, strlen(text) + 1);
}

static void check_values(void)
{
    HKEY service, key;
    BYTE o[8];
    DWORD number, size = sizeof number, type;
    ck_assert_int_eq(RegOpenKeyEx(HKEY_LOCAL_MACHINE, MYTP, 0, KEY_READ, &service), ERROR_SUCCESS);
    ck_assert_int_eq(RegOpenKeyEx(service, "parameters", 0, KEY_READ, &key), ERROR_SUCCESS);
    has_text(key, NULL, REG_SZ, "default");
    has_text(key, "text", REG_SZ, "a \"quoted\" C:\\path");
    has_text(key, "Wide", REG_EXPAND_SZ, "%P%");
    ck_assert_int_eq(RegQueryValueEx(key, "Number", NULL, &type, (LPBYTE)&number, &size), ERROR_SUCCESS);
    ck_assert(type == REG_DWORD && number == 42 && size == 4);
    size = 2;
    ck_assert_int_eq(RegQueryValueEx(key, "Octets", NULL, NULL, o, &size), ERROR_MORE_DATA);
    ck_assert_uint_eq(size, 3);
    ck_assert_int_eq(RegQueryValueEx(key, "Octets", NULL, NULL, o, &size), ERROR_SUCCESS);
    ck_assert(o[0] == 1 && o[1] == 2 && o[2] == 3);
    ck_assert_int_eq(RegQueryValueEx(key, "None", NULL, NULL, o, &size), ERROR_FILE_NOT_FOUND);
    RegCloseKey(key);
    RegCloseKey(service);
}

START_TEST(registry_is_read)
{
    char name[32];
    DWORD n = sizeof name;
    HKEY key;
    write_registry(exported, sizeof exported - 1);
    check_values();
    ck_assert_int_eq(RegOpenKeyEx(HKEY_LOCAL_MACHINE, MYTP "\\Parameters", 0, KEY_READ, &key), ERROR_SUCCESS);
    ck_assert_int_eq(RegEnumValue(key, 2, name, &n, NULL, NULL, NULL, NULL), ERROR_SUCCESS);
    ck_assert_str_eq(name, "Number");
    n = sizeof name;
    ck_assert_int_eq(RegEnumValue(key, 5, name, &n, NULL, NULL, NULL, NULL), ERROR_NO_MORE_ITEMS);
    RegCloseKey(key);
    ck_assert_int_eq(RegOpenKeyEx(HKEY_LOCAL_MACHINE, MYTP "X", 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);
    unlink(file);
    ck_assert_int_eq(RegOpenKeyEx(HKEY_LOCAL_MACHINE, MYTP, 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);
}
END_TEST

/* As regedit writes it. */
START_TEST(registry_in_utf16)
{
    unsigned char wide[2 * sizeof exported] = {0xFF, 0xFE};
    for (size_t i = 0; i < sizeof exported - 1; i++)
        wide[2 + 2 * i] = (unsigned char)exported[i];
    write_registry(wide, 2 * sizeof exported);
    check_values();
    unlink(file);
}
END_TEST

/* Cut at every octet: whatever is read, it ends. */
START_TEST(registry_cut_short)
{
    HKEY key;
    for (size_t n = 0; n < sizeof exported; n++) {
        write_registry(exported, n);
        if (RegOpenKeyEx(HKEY_LOCAL_MACHINE, MYTP "\\Parameters", 0, KEY_READ, &key) == ERROR_SUCCESS)
            RegCloseKey(key);
    }
    unlink(file);
}
END_TEST

START_TEST(environment)
{
    char v[8];
    ck_assert(SetEnvironmentVariable("CHECK_WINDOWS", "seven77"));
    ck_assert_uint_eq(GetEnvironmentVariable("CHECK_WINDOWS", v, 7), 8);
    ck_assert_uint_eq(GetEnvironmentVariable("CHECK_WINDOWS", v, 8), 7);
    ck_assert_str_eq(v, "seven77");
    ck_assert(SetEnvironmentVariable("CHECK_WINDOWS", NULL));
    ck_assert_uint_eq(GetEnvironmentVariable("CHECK_WINDOWS", v, 8), 0);
    ck_assert_uint_eq(GetLastError(), ERROR_ENVVAR_NOT_FOUND);
    DWORD begin = GetTickCount();
    Sleep(2);
    ck_assert_uint_ge(GetTickCount() - begin, 2);
    ck_assert_ptr_null(LoadLibrary("NOTHERE.DLL"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("windows");
    TCase *t = tcase_create("windows");
    suite_add_tcase(s, t);
    tcase_add_test(t, event_with_manual_reset_stays);
    tcase_add_test(t, event_without_manual_reset_serves_one);
    tcase_add_test(t, wrong_handles_are_said);
    tcase_add_test(t, wait_for_several);
    tcase_add_test(t, threads_end_with_a_code);
    tcase_add_test(t, threads_outlive_their_handles);
    tcase_add_test(t, messages_come_in_order);
    tcase_add_test(t, messages_of_the_libraries);
    tcase_add_test(t, messages_have_numbers_of_their_own);
    tcase_add_test(t, wait_for_events_and_messages);
    tcase_add_test(t, registry_is_read);
    tcase_add_test(t, registry_in_utf16);
    tcase_add_test(t, registry_cut_short);
    tcase_add_test(t, environment);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
