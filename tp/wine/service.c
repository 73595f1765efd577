/* snanode-wine-service.exe: runs a TP that is a service under Wine's service control; a program for Windows.
 *
 *   snanode-wine-service NAME PROGRAM [ARGUMENT ...]   the node starts this as the copy of the TP: it has the
 *       service control start the service NAME, shows what it prints, and ends when it ends, with its status.
 *       When its standard input ends the service is to stop.
 *   snanode-wine-service --inside PIPE                 the service control starts this in place of PROGRAM,
 *       because a service has neither the environment (name, LU, token) nor the output of the copy.  Through
 *       the pipe come both; then it starts PROGRAM, which connects to the service control itself.
 *
 * When the first dies, the second stops the service, and ends it if it does not stop. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define STOP_MS 3000 /* a service that is to stop has so long; the node gives a process no longer */

static int failed(const char *what, const wchar_t *about)
{
    fprintf(stderr, "snanode-wine-service: %ls: %s: error %lu\n", about, what, GetLastError());
    fflush(stderr);
    return 1;
}

static SC_HANDLE open_service(const wchar_t *name, DWORD access)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, access) : NULL;
    if (manager)
        CloseServiceHandle(manager);
    return service;
}

/* A service that starts just now takes no control yet. */
static void stop_service(const wchar_t *name, HANDLE process)
{
    SERVICE_STATUS status;
    SC_HANDLE service = open_service(name, SERVICE_STOP);
    for (int waited = 0; service && waited < STOP_MS; waited += 100) {
        if (ControlService(service, SERVICE_CONTROL_STOP, &status))
            break;
        if (WaitForSingleObject(process, 100) != WAIT_TIMEOUT)
            break;
    }
    if (service)
        CloseServiceHandle(service);
}

#ifndef CP_UNIXCP
#define CP_UNIXCP 65010 /* Wine's own: the encoding of names in Linux */
#endif

/* ---- inside the service ---- */

/* What comes through the pipe: this, and then texts, each with its end: name of the service, program, folder,
 * the environment. */
struct order {
    DWORD starter; /* process */
    DWORD octets;  /* of the texts */
};

static BOOL read_all(HANDLE h, void *to, DWORD octets)
{
    DWORD n;
    for (char *p = to; octets > 0; p += n, octets -= n)
        if (!ReadFile(h, p, octets, &n, NULL) || n == 0)
            return FALSE;
    return TRUE;
}

static BOOL start_program(HANDLE pipe, wchar_t *program, wchar_t *folder, wchar_t *environment,
                          PROCESS_INFORMATION *out)
{
    wchar_t line[MAX_PATH + 3];
    STARTUPINFOW how = {
        .cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = pipe, .hStdError = pipe};
    if (wcslen(program) > MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return FALSE;
    }
    swprintf(line, sizeof line / sizeof *line, L"\"%ls\"", program);
    return CreateProcessW(program, line, NULL, NULL, TRUE, CREATE_UNICODE_ENVIRONMENT, environment, folder,
                          &how, out);
}

static DWORD run_until_end(const wchar_t *name, HANDLE program, HANDLE starter)
{
    HANDLE both[] = {program, starter};
    DWORD code = 1;
    if (WaitForMultipleObjects(2, both, FALSE, INFINITE) != WAIT_OBJECT_0) {
        stop_service(name, program);
        if (WaitForSingleObject(program, STOP_MS) != WAIT_OBJECT_0)
            TerminateProcess(program, 1);
        WaitForSingleObject(program, INFINITE);
    }
    GetExitCodeProcess(program, &code);
    return code;
}

static int inside(const wchar_t *pipe_name)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE pipe = CreateFileW(pipe_name, GENERIC_READ | GENERIC_WRITE, 0, &inherited, OPEN_EXISTING, 0, NULL);
    struct order order;
    PROCESS_INFORMATION p;
    if (pipe == INVALID_HANDLE_VALUE || !read_all(pipe, &order, sizeof order))
        return 1;
    HANDLE starter = OpenProcess(SYNCHRONIZE, FALSE, order.starter);
    wchar_t *name = malloc(order.octets);
    if (!starter || !name || !read_all(pipe, name, order.octets))
        return 1;
    wchar_t *program = name + wcslen(name) + 1, *folder = program + wcslen(program) + 1;
    BOOL started = start_program(pipe, program, folder, folder + wcslen(folder) + 1, &p);
    if (!started) {
        char said[100];
        DWORD n =
            (DWORD)snprintf(said, sizeof said, "the program cannot be started: error %lu\n", GetLastError());
        WriteFile(pipe, said, n, &n, NULL);
    }
    CloseHandle(pipe); /* its end is that of the program's output */
    return started ? (int)run_until_end(name, p.hProcess, starter) : 1;
}

/* ---- the copy of the TP ---- */

struct task {
    const wchar_t *name;
    DWORD n;
    const wchar_t **arguments;
    SC_HANDLE service;
    HANDLE inside; /* the process; NULL as long as there is none */
};

static BOOL set_service(struct task *t, const wchar_t *pipe_name)
{
    wchar_t self[MAX_PATH], line[2 * MAX_PATH];
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!manager || !GetModuleFileNameW(NULL, self, MAX_PATH))
        return FALSE;
    swprintf(line, sizeof line / sizeof *line, L"\"%ls\" --inside %ls", self, pipe_name);
    t->service =
        CreateServiceW(manager, t->name, t->name, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                       SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, line, NULL, NULL, NULL, NULL, NULL);
    if (!t->service &&
        (GetLastError() == ERROR_SERVICE_EXISTS || GetLastError() == ERROR_DUPLICATE_SERVICE_NAME)) {
        t->service = OpenServiceW(manager, t->name, SERVICE_ALL_ACCESS);
        if (t->service &&
            !ChangeServiceConfigW(t->service, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START,
                                  SERVICE_ERROR_NORMAL, line, NULL, NULL, NULL, NULL, NULL, NULL))
            return FALSE;
    }
    CloseServiceHandle(manager);
    return t->service != NULL;
}

/* It returns when the program has connected to the service control. */
static DWORD WINAPI start_service(void *arg)
{
    struct task *t = arg;
    if (!StartServiceW(t->service, t->n, t->arguments)) {
        DWORD e = GetLastError();
        if (e == ERROR_SERVICE_REQUEST_TIMEOUT)
            fprintf(stderr,
                    "snanode-wine-service: %ls: the program has not called StartServiceCtrlDispatcher\n",
                    t->name);
        else
            failed("the service control does not start it", t->name);
        fflush(stderr);
        ExitProcess(1);
    }
    return 0;
}

static DWORD WINAPI stop_at_end_of_input(void *arg)
{
    struct task *t = arg;
    char octets[64];
    DWORD n;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), octets, sizeof octets, &n, NULL) && n > 0)
        continue;
    stop_service(t->name, t->inside);
    return 0;
}

static BOOL give_order(HANDLE pipe, const wchar_t *name, const wchar_t *program)
{
    wchar_t folder[MAX_PATH] = L"", *environment = GetEnvironmentStringsW(), *text;
    size_t n = 0, at = 0;
    DWORD done;
    GetCurrentDirectoryW(MAX_PATH, folder);
    while (environment[n])
        n += wcslen(environment + n) + 1;
    const wchar_t *words[] = {name, program, folder};
    size_t octets = (wcslen(name) + wcslen(program) + wcslen(folder) + 3 + n + 1) * sizeof *text;
    struct order *order = malloc(sizeof *order + octets);
    if (!order)
        return FALSE;
    *order = (struct order){GetCurrentProcessId(), (DWORD)octets};
    text = (wchar_t *)(order + 1);
    for (int i = 0; i < 3; at += wcslen(words[i++]) + 1)
        wcscpy(text + at, words[i]);
    memcpy(text + at, environment, (n + 1) * sizeof *text);
    return WriteFile(pipe, order, (DWORD)(sizeof *order + octets), &done, NULL);
}

/* Until nobody has the other end. */
static void show_output(HANDLE pipe)
{
    char octets[4096];
    DWORD n, done;
    while (ReadFile(pipe, octets, sizeof octets, &n, NULL) && n > 0)
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), octets, n, &done, NULL);
}

/* PROGRAM, a path of Linux, as Wine calls it; the caller frees it.  NULL: there is none. */
static wchar_t *windows_path(const wchar_t *program)
{
    char path[4 * MAX_PATH];
    FARPROC f = GetProcAddress(GetModuleHandleA("kernel32.dll"), "wine_get_dos_file_name");
    wchar_t *(CDECL * convert)(const char *) = (wchar_t * (CDECL *)(const char *)) f;
    BOOL fits = WideCharToMultiByte(CP_UNIXCP, 0, program, -1, path, sizeof path, NULL, NULL) > 0;
    return fits && convert ? convert(path) : NULL;
}

static int run_service(const wchar_t *program, struct task *t)
{
    wchar_t pipe_name[64];
    ULONG pid = 0;
    DWORD code = 1;
    swprintf(pipe_name, sizeof pipe_name / sizeof *pipe_name, L"\\\\.\\pipe\\snanode-service-%lu",
             GetCurrentProcessId());
    HANDLE pipe = CreateNamedPipeW(pipe_name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                   PIPE_TYPE_BYTE | PIPE_WAIT, 1, 65536, 65536, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        return failed("no pipe", t->name);
    if (!set_service(t, pipe_name))
        return failed("the service control does not take it", t->name);
    CreateThread(NULL, 0, start_service, t, 0, NULL);
    if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED)
        return failed("no pipe to the service", t->name);
    if (!GetNamedPipeClientProcessId(pipe, &pid) ||
        !(t->inside = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, pid)) ||
        !give_order(pipe, t->name, program))
        return failed("the service gets no order", t->name);
    CreateThread(NULL, 0, stop_at_end_of_input, t, 0, NULL);
    show_output(pipe);
    WaitForSingleObject(t->inside, INFINITE);
    GetExitCodeProcess(t->inside, &code);
    return (int)code;
}

int wmain(int argc, wchar_t **argv)
{
    struct task t = {NULL, 0, NULL, NULL, NULL};
    if (argc == 3 && wcscmp(argv[1], L"--inside") == 0)
        return inside(argv[2]);
    if (argc < 3) {
        fputs("usage: snanode-wine-service NAME PROGRAM [ARGUMENT ...]\n", stderr);
        return 2;
    }
    t.name = argv[1];
    t.n = (DWORD)argc - 3;
    t.arguments = (const wchar_t **)argv + 3;
    wchar_t *program = windows_path(argv[2]);
    return program ? run_service(program, &t) : failed("it has no name in Wine", argv[2]);
}
