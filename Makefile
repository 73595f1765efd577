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
endif

# V=1 shows the commands.
Q        := $(if $(V),,@)
say       = $(if $(V),,@printf '  %-3s %s\n' $(1) $@)

EVENT    := $(shell pkg-config --libs libevent_core 2>/dev/null || echo -levent_core)
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
         attachmgr/tpplace.c attachmgr/tpvalue.c attachmgr/tptable.c attachmgr/hash.c attachmgr/timers.c \
         attachmgr/match.c attachmgr/security.c attachmgr/tpnames.c attachmgr/rows.c attachmgr/registration.c \
         attachmgr/queue.c attachmgr/copy.c attachmgr/view.c attachmgr/attachmgr.c)
CORE  := $(BASE) $(WIRE) $(LOCAL) $(LU62) $(NODE) $(AMGR)

# ---- the node: libevent, sockets, spawn ----
IO    := $(wildcard snanode/io/server.c snanode/io/listener.c snanode/io/client.c \
         snanode/io/channel.c snanode/io/attach.c snanode/io/admin.c snanode/io/show.c snanode/io/load.c \
         snanode/io/logfile.c attachmgr/program.c attachmgr/launch.c)

# ---- the client library: BASE WIRE LOCAL LU62 and its own files, nothing but libc ----
CPIC  := $(wildcard tp/libcpic/*.c)

BIN   := $(BUILD)/bin
LIB   := $(BUILD)/lib
obj    = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

CORE_A  := $(LIB)/libsnacore.a
CPIC_A  := $(LIB)/libcpic.a
CPIC_SO := $(LIB)/libcpic.so.1

PROGS   := snanode snactl snacheck aping apingd mpingd
HAVE    := $(if $(wildcard snanode/main.c),snanode) $(if $(wildcard snanode/cli/snactl.c),snactl) \
           $(if $(wildcard snanode/cli/snacheck.c),snacheck) \
           $(foreach p,aping apingd mpingd,$(if $(wildcard tp/samples/$(p).c),$(p)))
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
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-soname,libcpic.so.1 -Wl,-z,defs -o $@ $^
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

# Tests of the library against a node of their own.  They link as a user's program would; what they need of the
# frames comes from the pure code.
CPIC_TESTS := $(patsubst tests/cpic/%.c,$(BUILD)/tests/cpic/%,$(wildcard tests/cpic/check_*.c))
$(BUILD)/tests/cpic/check_%: $(BUILD)/obj/tests/cpic/check_%.o $(call obj,tests/cpic/harness.c) $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../../lib' $(CORE_A) $(CHECK)

CPIC_SEEN  := $(BUILD)/tests/cpic/seen.txt
check-cpic: $(CPIC_TESTS) $(BIN)/snanode $(BIN)/snactl ## build and run the tests of libcpic
	@rm -f $(CPIC_SEEN)
	@for t in $(CPIC_TESTS); do CPIC_COVERAGE=$(abspath $(CPIC_SEEN)) $$t || exit 1; done
	@scripts/cpic-coverage $(CPIC_SEEN)

cpic-table: check-cpic ## the table of CPI-C calls for README.md, from a run of the tests
	@scripts/cpic-coverage --table $(CPIC_SEEN)

unit: $(UNITS) ## build and run the unit tests
	@for t in $(UNITS); do $$t || exit 1; done

clean: ## remove build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.PHONY: all unit check-cpic cpic-table clean help
.SECONDARY:
