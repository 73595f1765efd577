# snanode: one non-recursive Makefile.  `make help` lists the targets.
# Sources are listed by hand, library by library, lowest layer first: the order shows the layering.

CC       ?= cc
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    ?= build
SANITIZE ?=

VERSION  := 0.1.0
CSTD     := -std=gnu11
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
            -Wvla -Werror
OPT      ?= -O2 -g
CFLAGS   += $(CSTD) $(OPT) $(WARN) -fno-common -fPIC -fvisibility=hidden -pthread -D_GNU_SOURCE -I. -Itp/include \
            -DSNANODE_VERSION='"$(VERSION)"'
LDFLAGS  += -pthread
ifneq ($(SANITIZE),)
CFLAGS   += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS  += -fsanitize=$(SANITIZE)
BUILD    := build/san
export ASAN_OPTIONS  ?= detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS ?= print_stacktrace=1
else
DEFS     := -Wl,-z,defs # with a sanitizer, its symbols are found when the program is loaded
endif

# V=1 shows the commands.
Q        := $(if $(V),,@)
say       = $(if $(V),,@printf '  %-3s %s\n' $(1) $@)

EVENT    := $(shell pkg-config --libs libevent_core 2>/dev/null || echo -levent_core)
NEWT     := $(shell pkg-config --libs libnewt 2>/dev/null || echo -lnewt)
JANSSON  := $(shell pkg-config --libs jansson 2>/dev/null || echo -ljansson)
CHECK    := $(shell pkg-config --libs check 2>/dev/null || echo -lcheck)

# ---- pure code: libsnacore.a, links with libc alone (scripts/check-layers) ----
BASE  := $(wildcard snanode/base/diag.c snanode/base/log.c snanode/base/names.c snanode/base/ebcdic.c snanode/base/idtab.c)
WIRE  := $(wildcard snanode/wire/sense.c snanode/wire/th.c snanode/wire/rh.c snanode/wire/bind.c snanode/wire/unbind.c \
         snanode/wire/dfc.c snanode/wire/fmh5.c snanode/wire/fmh7.c snanode/wire/gds.c)
LOCAL := $(wildcard snanode/local/lp.c snanode/local/frame.c)
LU62  := $(wildcard snanode/lu62/verb.c snanode/lu62/chain.c snanode/lu62/inbound.c snanode/lu62/record.c)
NODE  := $(wildcard snanode/node/config.c snanode/node/config_check.c snanode/node/snacfg_lex.c \
         snanode/node/snacfg_option.c snanode/node/snacfg.c snanode/node/lu.c snanode/node/mode.c \
         snanode/node/session.c snanode/node/conversation.c snanode/node/side.c snanode/node/node.c)
AMGR  := $(wildcard attachmgr/regtext.c attachmgr/regtree.c attachmgr/regfile.c attachmgr/pathmap.c \
         attachmgr/regline.c attachmgr/regwrite.c attachmgr/reglines.c attachmgr/regedit.c attachmgr/tpplace.c attachmgr/tpvalue.c \
         attachmgr/tplaunch.c attachmgr/tptable.c attachmgr/tpspec.c attachmgr/tpwhere.c attachmgr/tpentry.c attachmgr/tpchange.c \
         attachmgr/hash.c attachmgr/timers.c \
         attachmgr/match.c attachmgr/security.c attachmgr/tpnames.c attachmgr/rows.c attachmgr/registration.c \
         attachmgr/queue.c attachmgr/copy.c attachmgr/view.c attachmgr/attachmgr.c)
CORE  := $(BASE) $(WIRE) $(LOCAL) $(LU62) $(NODE) $(AMGR)

# ---- the node: libevent, sockets, spawn ----
IO    := $(wildcard snanode/io/server.c snanode/io/reload.c snanode/io/stop.c snanode/io/event.c snanode/io/listener.c snanode/io/client.c \
         snanode/io/channel.c snanode/io/attach.c snanode/io/admin.c snanode/io/show.c snanode/io/load.c \
         snanode/io/logfile.c attachmgr/program.c \
         attachmgr/launchfork.c attachmgr/launch.c snanode/io/tpout.c)

# ---- the client library: BASE WIRE LOCAL LU62 and its own files, nothing but libc ----
CPIC  := $(wildcard tp/libcpic/*.c)

BIN   := $(BUILD)/bin
LIB   := $(BUILD)/lib
obj    = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

CORE_A  := $(LIB)/libsnacore.a
CPIC_A  := $(LIB)/libcpic.a
CPIC_SO := $(LIB)/libcpic.so.1

PROGS   := snanode snactl snacheck tpsetup aping apingd mpingd
HAVE    := $(if $(wildcard snanode/main.c),snanode) $(if $(wildcard snanode/cli/snactl.c),snactl) \
           $(if $(wildcard snanode/cli/snacheck.c),snacheck) $(if $(wildcard attachmgr/tpsetup.c),tpsetup) \
           $(foreach p,aping apingd mpingd,$(if $(wildcard tp/samples/$(p).c),$(p)))
E2E_TPS := $(patsubst tests/e2e/tp/%.c,$(BUILD)/tests/tp/%,$(wildcard tests/e2e/tp/*.c))
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/check_*.c))

.DEFAULT_GOAL := all
all: $(CORE_A) $(addprefix $(BIN)/,$(HAVE)) ## build everything into build/

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(CORE_A): $(call obj,$(CORE))
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^

CPIC_OBJ := $(call obj,$(CPIC) $(BASE) $(WIRE) $(LOCAL) $(LU62))
$(CPIC_A): $(CPIC_OBJ)
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^
$(CPIC_SO): $(CPIC_OBJ)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-soname,libcpic.so.1 $(DEFS) -o $@ $^
	ln -sf libcpic.so.1 $(LIB)/libcpic.so

$(BIN)/snanode: $(call obj,snanode/main.c $(IO)) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(EVENT) $(JANSSON)
$(BIN)/snactl: $(call obj,snanode/cli/snactl.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(JANSSON)
$(BIN)/snacheck: $(call obj,snanode/cli/snacheck.c snanode/io/load.c attachmgr/program.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^
$(BIN)/tpsetup: $(call obj,attachmgr/tpsetup.c attachmgr/tpsetup_args.c attachmgr/tpsetup_file.c \
        attachmgr/tpsetup_apply.c attachmgr/tpsetup_show.c attachmgr/tpsetup_node.c attachmgr/tpsetup_form.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(NEWT) $(JANSSON)

# The samples link as a user's program would: against the shared library.
$(BIN)/apingd $(BIN)/mpingd: $(call obj,tp/samples/pingserve.c)
$(BIN)/%: $(BUILD)/obj/tp/samples/%.o $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../lib'

$(BUILD)/tests/check_%: $(BUILD)/obj/tests/unit/check_%.o $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(CORE_A) $(CHECK)

# Programs of the end-to-end tests: a user's programs, like the samples.
$(BUILD)/tests/tp/%: $(BUILD)/obj/tests/e2e/tp/%.o $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../../lib'

unit: $(UNITS) ## build and run the unit tests
	@bad=0; for t in $(UNITS); do $$t || bad=1; done; exit $$bad

e2e: all $(E2E_TPS) ## build and run the end-to-end tests; e2e ONLY="NAME ..." some of them
	@BUILD=$(BUILD) scripts/run-e2e $(ONLY)

test-programs: $(UNITS) $(E2E_TPS)

# What changes when packages are installed is looked up when make begins: so make begins again after bootstrap.
again = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

check: ## install missing packages, build, run every test
	@scripts/bootstrap
	@+$(again) all test-programs
	@bad=0; \
	[ ! -x scripts/check-layers ] || BUILD=$(BUILD) scripts/check-layers || bad=1; \
	scripts/check-headers || bad=1; \
	for t in $(UNITS); do $$t || bad=1; done; \
	BUILD=$(BUILD) scripts/run-e2e || bad=1; \
	exit $$bad

demo: ## install missing packages, build, start a node, run the main job, show the result, stop the node
	@scripts/bootstrap
	@+$(again) all >/dev/null
	@BUILD=$(BUILD) scripts/demo

clean: ## remove build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.PHONY: all unit e2e test-programs check demo clean help
.SECONDARY:
