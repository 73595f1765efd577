/* A program for windows begins in WinMain: this main is weak, so a main of the program takes its place. */
#include <windows.h>

#include <stdio.h>

int WINAPI WinMain(HINSTANCE self, HINSTANCE before, LPSTR line, int show) __attribute__((weak));

/* The arguments as one text, those with a blank in quotation marks; NULL: no memory. */
static char *command_line(int argc, char **argv)
{
    size_t n = 1;
    for (int i = 1; i < argc; i++)
        n += strlen(argv[i]) + 3;
    char *line = calloc(1, n), *end = line;
    for (int i = 1; line && i < argc; i++) {
        const char *quote = *argv[i] == '\0' || strchr(argv[i], ' ') ? "\"" : "";
        end += sprintf(end, "%s%s%s%s", i > 1 ? " " : "", quote, argv[i], quote);
    }
    return line;
}

__attribute__((weak)) int main(int argc, char **argv)
{
    char *line = command_line(argc, argv);
    if (!WinMain || !line) {
        fprintf(stderr, "%s: %s\n", argv[0], line ? "neither main nor WinMain" : "no memory");
        return 127;
    }
    int status = WinMain((HINSTANCE)argv[0], NULL, line, SW_SHOW);
    free(line);
    return status;
}
