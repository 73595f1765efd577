/* tpsetup - sets up invokable TPs in registry files: TPSETUP's entries from a command line, or in a form. */
#include "snanode/cli/tpsetup/tpsetup.h"

#include <stdio.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"

static int usage(void)
{
    fputs("usage: tpsetup -f FILE.reg COMMAND ...\n"
          "  add NAME [OPTION ...]      set up a TP\n"
          "  change NAME [OPTION ...]   change the given settings, leave the rest\n"
          "  remove NAME                remove a TP\n"
          "  list [--json]              all TPs\n"
          "  show NAME [--json]         one TP, without passwords\n"
          "  convert SOURCE             put all TPs of SOURCE into the file of -f; .ini names the INI form\n"
          "  nothing, on a terminal     a form to fill in\n"
          "options of add and change:\n"
          "  --queued --nonqueued --operator   one copy for all, one for each conversation, started by hand\n"
          "  --service --no-service            an operating-system service, always queued\n"
          "  --path P --parameters S           program and its arguments\n"
          "  --local-lu A                      LU alias that it is for; \"\" for any\n"
          "  --timeout MS|infinite             how long an Accept waits\n"
          "  --accept-names L                  further TP names, with blanks between them\n"
          "  --security --no-security          ask for user ID and password\n"
          "  --already-verified --no-already-verified\n"
          "  --user U:P, --user U              a user (without P the password is asked for)\n"
          "  --remove-user U                   change only\n"
          "  --replace --clean                 add: replace an old entry; keep nothing of it\n"
          "  --exact                           add: NAME as it is, not in upper case\n"
          "  --utf8                            add: a new file in UTF-8, not UTF-16\n"
          "  --no-reload                       do not tell a running node; also for remove\n"
          "-h or --help shows this, --version the version.\n"
          "Exit status: 0 done, 1 refused, 2 usage error.\n",
          stdout);
    return TPSETUP_DONE;
}

static int change(struct tpsetup *t)
{
    struct tpsetup_said said = {.out = {.p = NULL}};
    int status = t->command == TPSETUP_CONVERT ? tpsetup_convert(t, &said) : tpsetup_apply(t, &said);
    fputs(said.err.n ? said.err.p : "", stderr);
    fputs(said.out.n ? said.out.p : "", stdout);
    regtext_fini(&said.err);
    regtext_fini(&said.out);
    return status;
}

static int run(struct tpsetup *t)
{
    switch (t->command) {
    case TPSETUP_LIST:
        return tpsetup_list(t);
    case TPSETUP_SHOW:
        return tpsetup_show(t);
    case TPSETUP_FORM:
        if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
            return tpsetup_form(t);
        return progopt_wrong("tpsetup", "a command is missing, and there is no terminal for the form");
    default:
        return change(t);
    }
}

int main(int argc, char **argv)
{
    struct tpsetup t = {.command = TPSETUP_FORM};
    bool help = false, version = false;
    tpspec_init(&t.spec);
    int status = tpsetup_args(&t, argc, argv, &help, &version);
    if (version)
        status = progopt_version("tpsetup");
    else if (help)
        status = usage();
    else if (status == TPSETUP_DONE)
        status = run(&t);
    tpspec_fini(&t.spec);
    return status;
}
