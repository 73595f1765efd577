# snanode: one non-recursive Makefile.  `make help` lists the targets.
# Sources are listed by hand, library by library, lowest layer first: the order shows the layering.

comma    := ,

# For packagers and other builders: CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX, LIBDIR and DESTDIR are theirs to set; what the
# code itself needs is added to them.  WERROR=1 makes warnings errors (CI does), HARDEN= leaves the hardening out,
# SANITIZE=address,undefined and SANITIZE=thread build for the sanitizers into folders of their own.
CC       ?= cc
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
LIBDIR   ?= $(PREFIX)/lib
DESTDIR  ?=
BUILD    ?= build
SANITIZE ?=
WERROR   ?=

# The only place of the version.  The library is libcpic.so.ABI.VERSION: ABI changes when a program must be linked anew.
VERSION  := 0.1.0
ABI      := 1
CSTD     := -std=gnu11
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
            -Wvla $(if $(filter-out 0,$(WERROR)),-Werror)

# Whoever says something about _FORTIFY_SOURCE has the say; glibc wants optimisation for it.
FORTIFY  := $(if $(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),,$(if $(filter-out -O0,$(lastword $(filter \
            -O%,$(CFLAGS)))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
X86      := $(filter x86_64-% i386-% i486-% i586-% i686-%,$(shell $(CC) -dumpmachine))
HARDEN   ?= -fstack-protector-strong $(if $(X86),-fcf-protection) $(if $(SANITIZE),,$(FORTIFY))
RELRO    := $(if $(HARDEN),-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)

# Objects are PIC for the library, and so the programs can be PIE.
OURS     := $(CSTD) $(WARN) $(HARDEN) -fno-common -fPIC -fvisibility=hidden -ftls-model=initial-exec -pthread
DEFINES  := -D_GNU_SOURCE -I. -Itp/include
ifneq ($(SANITIZE),)
OURS     += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
BUILD    := $(if $(findstring thread,$(SANITIZE)),build/tsan,build/san)
export ASAN_OPTIONS  ?= abort_on_error=0
export UBSAN_OPTIONS ?= print_stacktrace=1
export TSAN_OPTIONS  ?= halt_on_error=1:second_deadlock_stack=1
export CK_TIMEOUT_MULTIPLIER ?= 4
else ifneq ($(FUZZER),)
OURS     += -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else
DEFS     := -Wl,-z,defs # with a sanitizer, its symbols are found when the program is loaded
endif
COMPILE  = $(CC) $(OURS) $(DEFINES) -DSNANODE_VERSION='"$(VERSION)"' $(LOCAL_INC) $(CPPFLAGS) $(CFLAGS)
LINK_SO  = $(CC) $(OURS) $(CFLAGS) $(RELRO) $(LDFLAGS) $(WRAP)
LINK     = $(LINK_SO) -pie

# V=1 shows the commands.
Q        := $(if $(V),,@)
say       = $(if $(V),,@printf '  %-3s %s\n' $(1) $@)

EVENT    := $(shell pkg-config --libs libevent_core 2>/dev/null || echo -levent_core)
TLS      := $(shell pkg-config --libs openssl 2>/dev/null || echo -lssl -lcrypto)
# Streams: the event loop, names (evdns) and TLS.  What pkg-config says of libevent_openssl is a second event loop,
# libevent, beside libevent_core.
STREAMS  := -levent_openssl -levent_extra $(EVENT) $(TLS)
NEWT     := $(shell pkg-config --libs libnewt 2>/dev/null || echo -lnewt)
JANSSON  := $(shell pkg-config --libs jansson 2>/dev/null || echo -ljansson)
# The engine of a domain needs libnats.  NATS=no builds without it, NATS=yes insists on it.
NATS     ?= $(shell pkg-config --exists libnats 2>/dev/null && echo yes || echo no)
NATS_LIB := $(if $(filter yes,$(NATS)),$(shell pkg-config --libs libnats 2>/dev/null || echo -lnats))
# Between machines of a domain: HTTP/2.
HTTP2    := $(shell pkg-config --libs libnghttp2 2>/dev/null || echo -lnghttp2)
LUA_INC  := $(shell pkg-config --cflags lua5.4 2>/dev/null || echo -I/usr/include/lua5.4)
LUA      := $(shell pkg-config --libs lua5.4 2>/dev/null || echo -llua5.4)
CHECK    := $(shell pkg-config --libs check 2>/dev/null || echo -lcheck)

# ---- pure code: libsnacore.a, links with libc alone (scripts/check-layers) ----
BASE  := $(addprefix snanode/base/, \
        diag.c log.c events.c repeat.c names.c ebcdic.c hash.c idtab.c timers.c)
WIRE  := $(addprefix snanode/wire/, \
        sense.c th.c rh.c bind.c unbind.c dfc.c fmh5.c fmh7.c gds.c cnos.c xid3.c ipm.c)
CAPTURE := $(addprefix snanode/wire/, \
        pcapng.c capframe.c)
LOCAL := $(addprefix snanode/local/, \
        retcode.c lp.c stay.c)
PARCEL := snanode/local/parcel.c
LU62  := $(addprefix snanode/lu62/, \
        verb.c chain.c inbound.c record.c activate.c halfstate.c pwsubst.c verify.c)
LINKS := $(addprefix snanode/link/, \
        lfsid.c segment.c pacing.c station.c biu.c pipe.c pipe_out.c pipe_in.c pipe_error.c pipe_attach.c \
        link_session.c link_in.c link_out.c link.c)
TRACE := $(addprefix snanode/trace/, \
        tracepiu.c text.c step.c stepname.c story.c capture.c chart.c ladder.c svg.c live.c)
CONFIG := $(addprefix snanode/config/, \
        config.c config_index.c config_link.c config_check.c config_pair.c config_survey.c config_user.c snacfg_lex.c snacfg_text.c snacfg_value.c \
        snacfg_key.c \
        snacfg_partner.c snacfg_cpic.c snacfg_conn.c snacfg_option.c snacfg.c snacfg_print.c snacfg_edit.c \
        snacfg_kept.c)
DLSW  := $(addprefix snanode/dlsw/, \
        ssp.c capex.c window.c circuit.c stream.c outbox.c peer_send.c peer_circuit.c peer_message.c \
        peer_user.c peer.c)
NODE  := $(addprefix snanode/node/, \
        effects.c event.c process.c lu.c inject.c pool.c roster.c session.c sessiontime.c activation.c automatic.c secure.c bindin.c \
        waiters.c cnos.c exchange.c \
        conversation.c far.c guest.c allocate.c order.c work.c receive.c secret.c side.c audit.c node.c)
REGISTRY := $(addprefix attachmgr/registry/, \
        regtext.c regtree.c regcursor.c regkey.c regvalue.c regfile.c inifile.c regline.c regwrite.c reglines.c regedit.c)
TPTABLE := $(addprefix attachmgr/tptable/, \
        pathmap.c progname.c tpplace.c tpvalue.c tplaunch.c tpaccess.c tpdomain.c tphttp.c tpkey.c tpcandidate.c tpmisplaced.c \
        tpduplicate.c tpclient.c tpswitch.c tptable.c)
SETUP := $(addprefix attachmgr/setup/, \
        tpspec.c tpwhere.c tpentry.c tpchange.c)
DIRECTORY := $(addprefix attachmgr/directory/, \
        entry.c direffects.c item.c machine.c own.c choice.c lender.c directory.c dirview.c)
AMGR  := $(addprefix attachmgr/, \
        effects.c match.c security.c tpnames.c servicetable.c queue.c near.c attach.c refusal.c copy.c elsewhere.c \
        guest.c route.c answer.c registration.c wholelu.c status.c alone.c offers.c attachmgr.c)
CORE  := $(BASE) $(WIRE) $(CAPTURE) $(LOCAL) $(PARCEL) $(LU62) $(DLSW) $(LINKS) $(TRACE) $(CONFIG) $(NODE) $(REGISTRY) $(TPTABLE) \
         $(SETUP) $(AMGR) $(DIRECTORY)

# ---- the node: libevent, sockets, spawn ----
IO    := $(addprefix snanode/io/, \
        context.c reserve.c watch.c des.c event.c notice.c socketfile.c load.c logfile.c recording.c account.c access.c hints.c statspage.c holders.c \
        tpout.c note.c child.c client.c tracestore.c channel.c stays.c metrics.c httpguard.c page.c http.c bridge.c trace.c relay.c farside.c away.c attach.c \
        lend.c failed.c carrier.c tap.c domain.c borrow.c borrowbegin.c inforce.c \
        reload.c remedy.c show.c \
        rows.c show_session.c \
        show_link.c show_domain.c admin_session.c admin_link.c admin_inject.c admin_trace.c admin.c sessionverb.c display.c \
        request.c listener.c connection.c supervisor.c stop.c turn.c server.c)
LAUNCH := $(addprefix snanode/io/launch/, \
        progformat.c program.c wine.c starter.c launch.c)
LINKIO := $(addprefix snanode/io/link/, \
        backoff.c cause.c tlsmemory.c tls.c certificate.c expiry.c stream.c dial.c port.c leg.c line.c lineconf.c linesay.c lines.c)

ENGINE := $(addprefix snanode/io/domain/, \
        h2stream.c h2begin.c h2came.c h2.c pair.c pairs.c handover.c $(if $(filter yes,$(NATS)),nats.c,none.c))

# ---- the client library: BASE WIRE LOCAL LU62, the engine and the calls above it, nothing but libc ----
CONV  := $(addprefix tp/conv/, \
        outcome.c cause.c life.c stats.c page.c control.c initcache.c trace.c heard.c kept.c channel.c half.c table.c state.c failure.c op.c async.c blocking.c window.c \
        waiting.c cancel.c engine.c run.c port.c begin.c sending.c receiving.c interrupt.c)
CPIC  := $(wildcard tp/libcpic/*.c)
VERBS := $(wildcard tp/verbs/*.c)
APPC  := $(wildcard tp/libappc/*.c) $(VERBS)
CSV   := $(wildcard tp/libcsv/*.c) $(VERBS)
APITRACE := tp/libcpic/apitrace.c tp/libcpic/apicalls.c

# ---- tpsh: a TP; its Lua sources go into the program in this order ----
TPSH     := tp/tpsh/sideinfo.c tp/tpsh/frame.c tp/tpsh/conversations.c tp/tpsh/calls.c tp/tpsh/wincalls.c \
            tp/tpsh/wait.c tp/tpsh/constants.c tp/tpsh/appc.c tp/tpsh/appcblock.c tp/tpsh/appccodes.c tp/tpsh/module.c tp/tpsh/prompt.c tp/tpsh/main.c
TPSH_LUA := $(addprefix tp/tpsh/, errors.lua together.lua conversation.lua layout.lua expect.lua)

BIN   := $(BUILD)/bin
INSTALL := $(BUILD)/install
LIB   := $(BUILD)/lib
obj    = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
# libcpic.so and libappc.so are optimised as a whole, by gcc: a Send_Data needs a quarter fewer instructions.  Their objects
# are apart, as archives and tests want such as any linker takes.  WHOLE= leaves it out.  On x86 each call clears its
# operation, of some 300 octets, and "rep stos", which gcc takes for that, needs three times as long as a loop.
CLEAR := -mmemset-strategy=vector_loop:512:noalign$(comma)libcall:-1:noalign
WHOLE ?= $(if $(SANITIZE)$(FUZZER),,$(if $(shell $(CC) -v 2>&1 | grep '^gcc version'),-flto -flto-partition=one \
          $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),$(CLEAR))))
whole  = $(if $(WHOLE),$(patsubst %.c,$(BUILD)/whole/%.o,$(1)),$(obj))

CORE_A  := $(LIB)/libsnacore.a
CPIC_A  := $(LIB)/libcpic.a
CPIC_SO := $(LIB)/libcpic.so.$(ABI)
CPIC_FULL := $(CPIC_SO).$(VERSION)
CPIC_MAP  := tp/libcpic/libcpic.map

# ---- APPC: the verbs, over an engine of its own, so that a program may use either library or both ----
APPC_A    := $(LIB)/libappc.a
APPC_SO   := $(LIB)/libappc.so.$(ABI)
APPC_FULL := $(APPC_SO).$(VERSION)
APPC_MAP  := tp/libappc/libappc.map
# ---- the Common Service Verbs, likewise ----
CSV_A    := $(LIB)/libcsv.a
CSV_SO   := $(LIB)/libcsv.so.$(ABI)
CSV_FULL := $(CSV_SO).$(VERSION)
CSV_MAP  := tp/libcsv/libcsv.map

# ---- COBOL: a second library, for programs with big-endian numbers, and copybooks ----
COB_SO   := $(LIB)/libcpiccob.so.$(ABI)
COB_FULL := $(COB_SO).$(VERSION)
COB_MAP  := tp/cobol/libcpiccob.map
COPYBOOKS := $(BUILD)/cobol/CMCOBOL.cpy $(BUILD)/cobol/CMSIDE.cpy
COPYBOOKS4 := $(COPYBOOKS:$(BUILD)/cobol/%=$(BUILD)/cobol/comp4/%)

# ---- Windows programs under Wine: DLLs that forward to the libraries, where Wine's compiler is (make wine) ----
WINEGCC  ?= $(firstword $(shell command -v winegcc-stable winegcc 2>/dev/null))
MINGW    ?= $(shell command -v x86_64-w64-mingw32-gcc 2>/dev/null)
WINESERVER ?= $(firstword $(shell command -v wineserver 2>/dev/null) /usr/lib/wine/wineserver)
DLLTOOL  ?= x86_64-w64-mingw32-dlltool
DLL_NAMES := wcpic32 wappc32 wincsv32
# For 32-bit programs: the same of a build of its own, below this one.  It needs a compiler for both (gcc-multilib), and
# what libwine-dev of i386 has, which scripts/bootstrap unpacks, because it may not stand beside that of amd64.
BITS     ?= 64
WINE32_LIBS ?= $(patsubst %/libkernel32.a,%,$(firstword $(wildcard $(addsuffix /lib/i386-linux-gnu/wine/i386-unix/libkernel32.a, \
               /usr build/libwine-dev-i386/usr))))
# A compiler without it names its file for 64 bits.
LIBGCC32  = $(filter-out $(shell $(CC) -print-libgcc-file-name),$(wildcard $(shell $(CC) -m32 -print-libgcc-file-name)))
WINE32   ?= $(if $(SANITIZE),,$(and $(WINEGCC),$(WINE32_LIBS),$(LIBGCC32)))
MINGW32  ?= $(shell command -v i686-w64-mingw32-gcc 2>/dev/null)
make_32   = $(MAKE) --no-print-directory BUILD=$(BUILD)/32 BITS=32 WINE32= CC='$(CC) -m32 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64' \
            MINGW='$(MINGW32)' DLLTOOL='i686-w64-mingw32-dlltool -k'
DLLS      = $(DLL_NAMES:%=$(1)/%.dll)

# ---- Python: the package, with what is made for it ----
PYTHON   ?= /usr/bin/python3
# Where Debian's Python looks: packages of the system have one folder for all versions.
PYTHONDIR ?= $(PREFIX)/lib/$(if $(filter /usr,$(PREFIX)),python3,$(shell $(PYTHON) -c \
             'import sys; print("python%d.%d" % sys.version_info[:2])' 2>/dev/null || echo python3))/dist-packages
PY_MADE  := $(BUILD)/python/cpic/constants.py $(BUILD)/python/cpic/_calls.py $(BUILD)/python/VERSION \
            $(BUILD)/python/cpic.dist-info/METADATA $(BUILD)/python/cpic.dist-info/entry_points.txt
PY_FILES := $(patsubst tp/python/%,$(BUILD)/python/%,$(wildcard tp/python/cpic/*.py tp/python/cpic/py.typed tp/python/*.*)) $(PY_MADE)

# ---- REXX: for Regina, when its header is there ----
REGINA   ?= $(if $(wildcard /usr/include/rexxsaa.h),yes)
REXX_SO  := $(LIB)/librexxcpic.so
REXX     := $(if $(filter yes,$(REGINA)),$(BIN)/cpicrexx $(REXX_SO)) $(BUILD)/rexx/cmrexx.copy

PROGS   := snanode snactl snatrace snacheck snacfg tpsetup aping apingd mpingd appcsend appcrecv csvlog tpsh
# How Windows programs are started: scripts, which name places.
WINE_SCRIPTS := snanode-wine-start snanode-wine-setup
E2E_TPS := $(patsubst tests/e2e/tp/%.c,$(BUILD)/tests/tp/%,$(wildcard tests/e2e/tp/*.c))
E2E_TPS += $(BUILD)/tests/shim/clock.so $(BUILD)/tests/shim/detour.so $(BUILD)/tests/shim/fault.so $(BUILD)/tests/shim/stall.so
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/check_*.c))
CSV_TESTS := $(patsubst tests/csv/%.c,$(BUILD)/tests/csv/%,$(wildcard tests/csv/check_*.c))
APPC_TESTS := $(patsubst tests/appc/%.c,$(BUILD)/tests/appc/%,$(wildcard tests/appc/check_*.c))
CPIC_TESTS := $(patsubst tests/cpic/%.c,$(BUILD)/tests/cpic/%,$(wildcard tests/cpic/check_*.c))

# Completion of command lines for shells, made of the usages.
COMPLETED := $(PROGS) $(if $(filter yes,$(REGINA)),cpicrexx)
COMPLETION := $(BUILD)/completion/snanode.bash $(BUILD)/completion/_snanode

.DEFAULT_GOAL := all
all: $(COMPLETION) $(CORE_A) $(CPIC_A) $(CPIC_SO) $(APPC_A) $(APPC_SO) $(CSV_A) $(CSV_SO) $(COB_SO) $(COPYBOOKS) $(COPYBOOKS4) $(PY_FILES) $(REXX) $(addprefix $(BIN)/,$(PROGS) $(WINE_SCRIPTS)) ## build everything into build/

# Other flags are another build: this file changes with them, and every object with this file.  Other lists of sources
# are other libraries.
FLAGS    := $(CC) $(OURS) $(DEFINES) $(CPPFLAGS) $(CFLAGS) $(RELRO) $(LDFLAGS) $(WHOLE) $(VERSION)
LISTS    := $(CORE) $(CPIC) $(APPC) $(CSV) $(CONV) $(IO) $(LAUNCH) $(LINKIO) $(ENGINE)
remember  = mkdir -p $(@D) && echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' >$@
$(BUILD)/flags: FORCE
	@$(call remember,$(FLAGS))
$(BUILD)/lists: FORCE
	@$(call remember,$(LISTS))

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/whole/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(WHOLE) -MMD -MP -c -o $@ $<

$(CORE_A): $(call obj,$(CORE)) $(BUILD)/lists
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)

CPIC_C := $(CPIC) $(CONV) $(BASE) $(WIRE) $(LOCAL) $(LU62)
CPIC_OBJ := $(call obj,$(CPIC_C))
$(CPIC_A): $(CPIC_OBJ) $(BUILD)/lists
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)
$(CPIC_FULL): $(call whole,$(CPIC_C)) $(CPIC_MAP) $(BUILD)/lists
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) $(WHOLE) -shared -Wl,-soname,libcpic.so.$(ABI) -Wl,--version-script=$(CPIC_MAP) $(DEFS) -o $@ $(filter %.o,$^)
$(CPIC_SO): $(CPIC_FULL)
	$(Q)ln -sf $(<F) $@ && ln -sf $(@F) $(LIB)/libcpic.so

APPC_C := $(APPC) $(CONV) $(BASE) $(WIRE) $(LOCAL) $(LU62)
APPC_OBJ := $(call obj,$(APPC_C))
$(APPC_A): $(APPC_OBJ) $(BUILD)/lists
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)
$(APPC_FULL): $(call whole,$(APPC_C)) $(APPC_MAP) $(BUILD)/lists
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) $(WHOLE) -shared -Wl,-soname,libappc.so.$(ABI) -Wl,--version-script=$(APPC_MAP) $(DEFS) -o $@ $(filter %.o,$^)
$(APPC_SO): $(APPC_FULL)
	$(Q)ln -sf $(<F) $@ && ln -sf $(@F) $(LIB)/libappc.so
CSV_OBJ := $(call obj,$(CSV) $(CONV) $(BASE) $(WIRE) $(LOCAL) $(LU62))
$(CSV_A): $(CSV_OBJ)
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^
$(CSV_FULL): $(CSV_OBJ) $(CSV_MAP)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) -shared -Wl,-soname,libcsv.so.$(ABI) -Wl,--version-script=$(CSV_MAP) $(DEFS) -o $@ $(filter %.o,$^)
$(CSV_SO): $(CSV_FULL)
	$(Q)ln -sf $(<F) $@ && ln -sf $(@F) $(LIB)/libcsv.so

COB_OBJ := $(call obj,tp/cobol/libcpiccob.c tp/libcpic/byteorder.c)
# The one in build/lib finds libcpic beside it; the one that is installed, where the system looks.
$(COB_FULL) $(INSTALL)/$(notdir $(COB_FULL)): $(COB_OBJ) $(COB_MAP) $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) -shared -Wl,-soname,libcpiccob.so.$(ABI) -Wl,--version-script=$(COB_MAP) $(DEFS) -o $@ $(filter %.o,$^) \
	    -L$(LIB) -lcpic $(if $(filter $(LIB)/%,$@),-Wl$(comma)-rpath$(comma)'$$ORIGIN')
$(COB_SO): $(COB_FULL)
	$(Q)ln -sf $(<F) $@ && ln -sf $(@F) $(LIB)/libcpiccob.so

$(BIN)/snanode: $(call obj,snanode/main.c $(IO) $(LAUNCH) $(LINKIO) $(ENGINE)) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(STREAMS) $(HTTP2) $(JANSSON) $(NATS_LIB)
$(BIN)/snactl: $(call obj,snanode/cli/snactl.c snanode/cli/answer.c snanode/cli/table.c snanode/cli/dial.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(JANSSON)
$(BIN)/snatrace: $(call obj,snanode/cli/snatrace.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(JANSSON)
$(BIN)/snacheck: $(call obj,snanode/cli/snacheck.c snanode/io/load.c snanode/io/launch/program.c snanode/io/launch/progformat.c snanode/io/launch/wine.c \
    snanode/io/link/certificate.c snanode/io/link/tls.c snanode/io/link/tlsmemory.c snanode/io/reserve.c snanode/io/link/cause.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(TLS)
$(BIN)/snacfg: $(call obj,snanode/cli/snacfg.c snanode/cli/editfile.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^
$(BIN)/tpsetup: $(call obj,$(wildcard snanode/cli/tpsetup/*.c) snanode/cli/dial.c snanode/cli/editfile.c) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(NEWT) $(JANSSON)

$(addprefix $(BIN)/,$(WINE_SCRIPTS)): $(BIN)/%: scripts/%
	@mkdir -p $(@D)
	$(Q)sed 's|@LIBDIR@/snanode/wine|$(abspath $(BUILD)/wine)|' $< >$@.new && chmod +x $@.new && mv $@.new $@

# The samples link as a user's program would: against the shared library.  Those in build/bin find it in build/lib;
# those in build/install, which are installed, find it where the system looks.
SHARED   := aping apingd mpingd appcsend appcrecv csvlog tpsh
rpath     = $(if $(filter $(BIN)/%,$@),-Wl$(comma)-rpath$(comma)'$$ORIGIN/../lib')
$(BIN)/aping $(INSTALL)/aping: $(call obj,tp/samples/pingoptions.c)
$(addprefix $(BIN)/,apingd mpingd) $(addprefix $(INSTALL)/,apingd mpingd): $(call obj,tp/samples/pingserve.c)
$(addprefix $(BIN)/,appcsend appcrecv) $(addprefix $(INSTALL)/,appcsend appcrecv): $(APPC_SO)
$(addprefix $(BIN)/,appcsend appcrecv) $(addprefix $(INSTALL)/,appcsend appcrecv): SAMPLE_LIB := -lappc
$(BIN)/csvlog $(INSTALL)/csvlog: $(CSV_SO)
$(BIN)/csvlog $(INSTALL)/csvlog: SAMPLE_LIB := -lcsv
SAMPLE_LIB := -lcpic
$(BIN)/%: $(BUILD)/obj/tp/samples/%.o $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) $(SAMPLE_LIB) $(rpath)
$(INSTALL)/%: $(BUILD)/obj/tp/samples/%.o $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) $(SAMPLE_LIB) $(rpath)

# The calls and constants of the public headers for other languages: cpic.json, and what is made of it.
GEN := $(BUILD)/gen
# The functions of the library have other names inside it; what calls them as a program does is left out.
$(GEN)/apitrace_%.h: scripts/make-apitrace tp/include/cpic.h
	@mkdir -p $(@D)
	$(Q)scripts/make-apitrace $* tp/include/cpic.h >$@
both = $(sort $(call obj,$(1)) $(call whole,$(1)))
$(call both,$(filter-out $(APITRACE) tp/libcpic/uppercase.c,$(CPIC))): LOCAL_INC = -include $(GEN)/apitrace_names.h
$(call both,$(filter-out $(APITRACE) tp/libcpic/uppercase.c,$(CPIC))): $(GEN)/apitrace_names.h
$(call both,$(APITRACE)): LOCAL_INC = -I$(GEN)
$(call both,$(APITRACE)): $(GEN)/apitrace_calls.h
$(GEN)/cpic.json: scripts/make-cpic-json scripts/CpicHeader.pm tp/include/cpic.h tp/include/wincpic.h \
    tests/cpic/codes.def tests/cpic/states.def $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)scripts/make-cpic-json $(VERSION) >$@.new && mv $@.new $@
constants = @mkdir -p $(@D) && scripts/make-constants $(1) $(GEN)/cpic.json >$@.new && mv $@.new $@
$(GEN)/tpsh_constants.h: $(GEN)/cpic.json scripts/make-constants
	$(call constants,lua)

# The verbs of APPC and their fields, likewise.
$(GEN)/tpsh_appc.def: tp/include/winappc.h scripts/make-appc-fields
	@mkdir -p $(@D)
	$(Q)scripts/make-appc-fields $< >$@.new && mv $@.new $@

$(GEN)/cobol_calls.def: $(GEN)/cpic.json scripts/make-constants
	$(call constants,cobol-calls)
$(call both,tp/libcpic/uppercase.c tp/cobol/libcpiccob.c tests/cpic/check_cobol.c): LOCAL_INC = -I$(GEN)
$(call both,tp/libcpic/uppercase.c tp/cobol/libcpiccob.c tests/cpic/check_cobol.c): $(GEN)/cobol_calls.def
$(BUILD)/cobol/CMCOBOL.cpy: $(GEN)/cpic.json scripts/make-constants
	$(call constants,cobol)
	@ln -sf $(@F) $(@D)/cmcobol.cpy
$(BUILD)/cobol/CMSIDE.cpy: $(GEN)/cpic.json scripts/make-constants
	$(call constants,cobol-side)
	@ln -sf $(@F) $(@D)/cmside.cpy

$(BUILD)/cobol/comp4/%.cpy: $(BUILD)/cobol/%.cpy
	@mkdir -p $(@D)
	@sed 's/COMP-5\.$$/COMP-4./; s/COMP-5 VALUE/COMP-4 VALUE/; s/for -lcpic\./for -lcpiccob./; /For -lcpiccob:/d' $< >$@
	@ln -sf $(@F) $(@D)/$$(echo $(@F) | tr A-Z a-z)
$(BUILD)/python/cpic/constants.py: $(GEN)/cpic.json scripts/make-constants
	$(call constants,python)
$(BUILD)/python/cpic/_calls.py: $(GEN)/cpic.json scripts/make-constants
	$(call constants,python-calls)
$(BUILD)/python/VERSION: $(BUILD)/flags
	@mkdir -p $(@D)
	@echo $(VERSION) >$@
# By these pytest finds the plugin.
$(BUILD)/python/cpic.dist-info/METADATA: $(BUILD)/flags
	@mkdir -p $(@D)
	@printf 'Metadata-Version: 2.1\nName: cpic\nVersion: %s\n' $(VERSION) >$@
$(BUILD)/python/cpic.dist-info/entry_points.txt: $(BUILD)/flags
	@mkdir -p $(@D)
	@printf '[pytest11]\nsnanode = cpic.pytest_plugin\n' >$@
$(BUILD)/python/%: tp/python/%
	@mkdir -p $(@D)
	@cp $< $@

$(BUILD)/rexx/cmrexx.copy: $(GEN)/cpic.json scripts/make-constants
	$(call constants,rexx)
$(GEN)/rexx_calls.def: $(GEN)/cpic.json scripts/make-constants
	$(call constants,rexx-calls)
$(GEN)/rexx_constants.def: $(GEN)/cpic.json scripts/make-constants
	$(call constants,rexx-constants)
$(call obj,tp/rexx/cpicomm.c): LOCAL_INC = -I$(GEN)
$(call obj,tp/rexx/cpicomm.c): $(GEN)/rexx_calls.def $(GEN)/rexx_constants.def
$(BIN)/cpicrexx $(INSTALL)/cpicrexx: $(call obj,tp/rexx/cpicrexx.c tp/rexx/cpicomm.c) $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -lregina $(rpath)
$(REXX_SO) $(INSTALL)/librexxcpic.so: $(call obj,tp/rexx/package.c tp/rexx/cpicomm.c) $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) -shared -Wl,-soname,librexxcpic.so -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -lregina \
	    $(if $(filter $(LIB)/%,$@),-Wl$(comma)-rpath$(comma)'$$ORIGIN')

# Wine loads an ELF library that is called a DLL as one.  Those in build/wine find the libraries of this build; those in
# build/install, where the system looks, or, those of 32 bits, beside the installed ones.
WINE_OURS := -DWIN32_LEAN_AND_MEAN -Wno-cast-function-type -O2 -g -std=gnu11 -Wall -Wextra $(if $(filter-out 0,$(WERROR)),-Werror) -fPIC -fvisibility=hidden -D_GNU_SOURCE -I. -Itp/include
$(BUILD)/wine/wcpic32.dll $(INSTALL)/wcpic32.dll: $(CPIC_SO) tp/libcpic/calls.def tp/include/wincpic.h
$(BUILD)/wine/wappc32.dll $(INSTALL)/wappc32.dll: $(APPC_SO) tp/include/winappc.h
$(BUILD)/wine/wincsv32.dll $(INSTALL)/wincsv32.dll: $(CSV_SO) tp/include/wincsv.h
dll_rpath = $(if $(filter $(BUILD)/wine/%,$(1)),-Wl$(comma)-rpath$(comma)$(abspath $(LIB)),$(if \
            $(filter 32,$(BITS)),-Wl$(comma)-rpath$(comma)$(LIBDIR)/snanode/wine/32))
wine_library = $(patsubst %32,%,$(patsubst w%,%,$(patsubst win%,%,$(1))))
define make_dll
	@mkdir -p $(@D)
	$(call say,DLL)
	$(Q)$(WINEGCC) -m$(BITS) -shared $(WINE_OURS) -o $@.so $(BUILD)/wine/$*.spec $< tp/wine/bridge.c -L$(LIB) -l$(call wine_library,$*) \
	    $(if $(filter 32,$(BITS)),-L$(WINE32_LIBS)) -lkernel32 $(call dll_rpath,$@) && mv $@.so $@
endef
# Two rules: a pattern with two targets would say that one run makes both.
$(BUILD)/wine/%.dll: tp/wine/%.c tp/wine/bridge.c tp/wine/bridge.h $(BUILD)/wine/%.spec $(BUILD)/flags
	$(make_dll)
# Those of 32 bits name the folder in which their libraries will be.
$(BUILD)/libdir: FORCE
	@$(call remember,$(LIBDIR))
$(INSTALL)/%.dll: tp/wine/%.c tp/wine/bridge.c tp/wine/bridge.h $(BUILD)/wine/%.spec $(BUILD)/flags $(BUILD)/libdir
	$(make_dll)
$(BUILD)/wine/%.spec: scripts/make-wine-exports
	@mkdir -p $(@D)
	$(Q)$< spec $(call wine_library,$*) >$@.new && mv $@.new $@
$(BUILD)/wine/%.def: scripts/make-wine-exports
	@mkdir -p $(@D)
	$(Q)$< $(if $(filter 32,$(BITS)),def32,def) $(call wine_library,$*) >$@.new && mv $@.new $@
$(BUILD)/wine/wcpic32.spec $(BUILD)/wine/wcpic32.def: $(CPIC_MAP) tp/include/cpic.h tp/include/wincpic.h
$(BUILD)/wine/wappc32.spec $(BUILD)/wine/wappc32.def: $(APPC_MAP) tp/include/winappc.h
$(BUILD)/wine/wincsv32.spec $(BUILD)/wine/wincsv32.def: $(CSV_MAP) tp/include/wincsv.h
$(BUILD)/wine/lib%.a: $(BUILD)/wine/%.def
	$(call say,AR)
	$(Q)$(DLLTOOL) -d $< -l $@

# One for both widths; Wine's service control starts services.
WINE_SERVICE := $(if $(MINGW),$(if $(filter 64,$(BITS)),$(BUILD)/wine/snanode-wine-service.exe))
$(BUILD)/wine/snanode-wine-service.exe: tp/wine/service.c
	@mkdir -p $(@D)
	$(call say,EXE)
	$(Q)$(MINGW_CC) -municode -s -o $@ $<
wine: $(call DLLS,$(BUILD)/wine) $(DLL_NAMES:%=$(BUILD)/wine/%.def) $(if $(MINGW),$(DLL_NAMES:%=$(BUILD)/wine/lib%.a)) $(WINE_SERVICE) ## build the DLLs for Windows programs under Wine, and their import libraries, into build/wine
	$(if $(WINE32),+$(Q)$(make_32) wine && ln -sfn ../32/wine $(BUILD)/wine/32)
# Tests: programs for Windows, beside the DLLs.
WINE_EXE := $(patsubst tests/wine/src/%.c,$(BUILD)/wine/tests/%.exe,$(wildcard tests/wine/src/*.c)) \
            $(addprefix $(BUILD)/wine/tests/,askboth.exe askservice.exe aping.exe apingd.exe)
MINGW_CC  = $(MINGW) -Wall -Wextra $(if $(filter-out 0,$(WERROR)),-Werror) -Wno-cast-function-type -O1 -Itp/include -Itests/wine/src
MINGW_LIBS := $(DLL_NAMES:%=-l%)
$(BUILD)/wine/tests/%.exe: tests/wine/src/%.c tests/wine/src/ck.h $(DLL_NAMES:%=$(BUILD)/wine/lib%.a)
	@mkdir -p $(@D)
	$(call say,EXE)
	$(Q)$(MINGW_CC) -o $@ $< -L$(BUILD)/wine $(MINGW_LIBS)
$(BUILD)/wine/tests/%.exe: contrib/windows/samples/%.c $(DLL_NAMES:%=$(BUILD)/wine/lib%.a)
	@mkdir -p $(@D)
	$(call say,EXE)
	$(Q)$(MINGW_CC) -o $@ $< -L$(BUILD)/wine $(MINGW_LIBS)
$(BUILD)/wine/tests/exports.h: $(DLL_NAMES:%=$(BUILD)/wine/%.def)
	@mkdir -p $(@D)
	$(Q)awk 'BEGIN { printf "#define ALL_LISTED" } /^LIBRARY/ { dll = $$2 } /^ / { sub("@.*", ""); \
	    printf " LISTED(\"%s\", \"%s\")", dll, $$1 } END { print "" }' $^ >$@.new && mv $@.new $@
$(BUILD)/wine/tests/exports.exe: $(BUILD)/wine/tests/exports.h
$(BUILD)/wine/tests/exports.exe: MINGW_CC += -I$(BUILD)/wine/tests
$(BUILD)/wine/tests/%.dll: $(BUILD)/wine/%.dll
	@mkdir -p $(@D)
	@cp $< $@
# The samples of APING, as programs for Windows.
$(BUILD)/wine/tests/aping.exe $(BUILD)/wine/tests/apingd.exe: MINGW_CC += -Wno-format -I. -D__USE_MINGW_ANSI_STDIO=1 -DSNANODE_VERSION='"$(VERSION)"'
$(BUILD)/wine/tests/aping.exe: tp/samples/aping.c tp/samples/pingoptions.c $(BUILD)/wine/libwcpic32.a
	@mkdir -p $(@D)
	$(call say,EXE)
	$(Q)$(MINGW_CC) -o $@ $(filter %.c,$^) -L$(BUILD)/wine -lwcpic32 -static -lwinpthread
$(BUILD)/wine/tests/apingd.exe: tp/samples/apingd.c tp/samples/pingserve.c $(BUILD)/wine/libwcpic32.a
	@mkdir -p $(@D)
	$(call say,EXE)
	$(Q)$(MINGW_CC) -o $@ $(filter %.c,$^) -L$(BUILD)/wine -lwcpic32
# Another Wine updates the prefix; the DLLs are those beside the programs.
WINE_PREFIX := $(BUILD)/wine/prefix/.made$(if $(WINE32),.32)
$(WINE_PREFIX): $(BIN)/snanode-wine-setup | wine
	$(call say,PFX)
	$(Q)timeout 240 $< $(abspath $(@D)) >/dev/null && rm $(DLL_NAMES:%=$(@D)/drive_c/windows/sys*/%.dll) && touch $@

wine-programs: wine $(WINE_EXE) $(call DLLS,$(BUILD)/wine/tests) ## compile the programs for Windows that tests use, our APING among them
	$(if $(and $(WINE32),$(MINGW32)),+$(Q)$(make_32) wine-programs)
wine-test-programs: wine-programs $(WINE_PREFIX)

WINE_TESTS := $(filter-out tests/wine/winelib.sh,$(wildcard tests/wine/*.sh))
WINE_TESTS_32 := $(filter-out tests/wine/setup.sh tests/wine/width.sh,$(WINE_TESTS)) # those look at both
check-wine: all $(E2E_TPS) ## build and run the tests of Windows programs under Wine, where Wine and MinGW are; installs them if it may
	@scripts/bootstrap --wine
	@+[ -z "$$(command -v wine)" ] || [ -z "$$(command -v winegcc-stable winegcc)" ] || [ -z "$$(command -v x86_64-w64-mingw32-gcc)" ] || $(again) wine-test-programs
	@[ ! -d $(BUILD)/wine/prefix ] || WINEPREFIX=$(abspath $(BUILD)/wine/prefix) $(WINESERVER) -p60 || :
	@{ printf 'wine\twine.md\t-\tBUILD=$(BUILD) scripts/run-doc-blocks docs/wine.md\n'; \
	  for t in $(WINE_TESTS); do n=$${t##*/}; printf 'wine\t%s\t%s\t%s\n' "$${n%.sh}" "$$t" \
	    "BUILD=$(BUILD) timeout -k 10 240 bash $$t"; done; \
	  for t in $(WINE_TESTS_32); do n=$${t##*/}; printf 'wine\t%s\t%s\t%s\n' "$${n%.sh}32" "$$t" \
	    "BUILD=$(BUILD) BITS=32 timeout -k 10 240 bash $$t"; done; } | JOBS=2 scripts/run-tests; s=$$?; \
	[ ! -d $(BUILD)/wine/prefix ] || WINEPREFIX=$(abspath $(BUILD)/wine/prefix) $(WINESERVER) -k; exit $$s

ifeq ($(WINEGCC),)
$(call DLLS,$(BUILD)/wine) $(call DLLS,$(INSTALL)): no-winegcc
no-winegcc:
	@echo 'wine: there is no winegcc: install the packages wine64-tools and libwine-dev' >&2; exit 1
endif

$(COMPLETION): scripts/make-completion $(COMPLETED:%=$(BIN)/%)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)ASAN_OPTIONS=detect_leaks=0 $< $(if $(filter %.bash,$@),bash,zsh) $(filter $(BIN)/%,$^) >$@.new && mv $@.new $@

# The page that the node serves, as octets, with the policy that allows its script and its style alone.
$(GEN)/page_source.h: snanode/io/page.html scripts/make-page
	@mkdir -p $(@D)
	$(Q)scripts/make-page $< >$@.new && mv $@.new $@
$(call obj,snanode/io/page.c): LOCAL_INC = -I$(GEN)
$(call obj,snanode/io/page.c): $(GEN)/page_source.h

# Lua sources as arrays of octets.
$(GEN)/tpsh_sources.h: $(TPSH_LUA)
	@mkdir -p $(@D)
	$(Q)for f in $^; do n=$$(basename $$f .lua); echo "static const unsigned char text_$$n[] = {"; \
	    od -An -v -tx1 $$f | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'; echo "};"; done >$@
	$(Q)echo "static const struct source sources[] = {" >>$@; for f in $^; do n=$$(basename $$f .lua); \
	    echo "    {\"$$n\", text_$$n, sizeof text_$$n},"; done >>$@; echo "};" >>$@
$(call obj,$(TPSH)): LOCAL_INC = $(LUA_INC) -I$(GEN)
$(call obj,tp/tpsh/constants.c): $(GEN)/tpsh_constants.h
$(call obj,tp/tpsh/appcblock.c tp/tpsh/appccodes.c): $(GEN)/tpsh_appc.def
$(call obj,tp/tpsh/module.c): $(GEN)/tpsh_sources.h
$(BIN)/tpsh $(INSTALL)/tpsh: $(call obj,$(TPSH)) $(CPIC_SO) $(APPC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -lappc $(LUA) -ledit -lm $(rpath)

$(BUILD)/obj/tests/unit/%.o $(BUILD)/obj/tests/cpic/%.o $(BUILD)/obj/tests/appc/%.o $(BUILD)/obj/tests/csv/%.o: OURS += -include tests/unit/nomark.h
$(BUILD)/tests/check_%: $(BUILD)/obj/tests/unit/check_%.o $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE_A) $(CHECK) $(LOCAL_LIBS)
$(BUILD)/tests/check_progformat: $(call obj,snanode/io/launch/progformat.c)
$(BUILD)/tests/check_conv_life: $(call obj,tp/conv/life.c)
$(BUILD)/tests/check_conv_table: $(call obj,$(addprefix tp/conv/,table.c life.c cause.c outcome.c stats.c))
$(BUILD)/tests/check_outcome: $(call obj,tp/conv/outcome.c tp/libcpic/rc.c)
# The engine of conversations, above a channel of the test's.
$(BUILD)/tests/check_cross: $(call obj,$(addprefix tp/conv/,cause.c failure.c half.c heard.c interrupt.c life.c op.c outcome.c page.c receiving.c \
    sending.c state.c))
$(BUILD)/tests/check_cross: WRAP := -Wl,--wrap=clock_gettime
# The calls of Windows for programs that come from there, as their users compile them.
WINDOWS_C := $(wildcard contrib/windows/*.c)
$(call obj,$(WINDOWS_C) tests/unit/check_windows.c): LOCAL_INC = -Icontrib/windows
$(BUILD)/tests/check_windows: $(call obj,$(WINDOWS_C))
$(BUILD)/tests/check_gtable: $(call obj,tp/libcsv/gtable.c)
$(BUILD)/tests/check_child: $(call obj,snanode/io/child.c snanode/io/watch.c)
$(BUILD)/tests/check_child: LOCAL_LIBS = $(EVENT)
$(BUILD)/tests/check_reserve: $(call obj,snanode/io/reserve.c)
$(BUILD)/tests/check_reserve: LOCAL_LIBS = -levent_extra $(EVENT)
$(BUILD)/tests/check_stream: $(call obj,$(LINKIO) snanode/io/context.c snanode/io/reserve.c snanode/io/watch.c snanode/io/event.c)
$(BUILD)/tests/check_stream: LOCAL_LIBS = $(STREAMS)
$(BUILD)/tests/check_tlsmemory: $(call obj,$(addprefix snanode/io/link/,cause.c tlsmemory.c tls.c) snanode/io/des.c snanode/io/reserve.c)
$(BUILD)/tests/check_tlsmemory: LOCAL_LIBS = $(TLS)
$(BUILD)/tests/check_pairs: $(call obj,$(LINKIO) $(addprefix snanode/io/domain/, pair.c pairs.c h2.c h2begin.c h2came.c h2stream.c) \
    $(addprefix snanode/io/, context.c reserve.c watch.c event.c))
$(BUILD)/tests/check_pairs: LOCAL_LIBS = $(STREAMS) $(HTTP2)
$(addprefix $(BUILD)/tests/check_, pwsubst verify secure): $(call obj,snanode/io/des.c snanode/io/reserve.c snanode/io/link/tlsmemory.c)
$(addprefix $(BUILD)/tests/check_, pwsubst verify secure): LOCAL_LIBS = $(TLS)
$(BUILD)/tests/check_recording: $(call obj,snanode/io/recording.c)
$(BUILD)/tests/check_httpguard: $(call obj,snanode/io/httpguard.c)
$(BUILD)/tests/check_editfile: $(call obj,snanode/cli/editfile.c)
$(BUILD)/tests/check_handover: $(call obj,snanode/io/domain/handover.c snanode/io/domain/none.c)
$(BUILD)/tests/check_farside: $(call obj,snanode/io/farside.c snanode/io/context.c)
$(BUILD)/tests/check_editfile: WRAP := -Wl,--wrap=renameat2,--wrap=link

# These have the n-th allocation fail (tests/unit/failalloc.h).
$(addprefix $(BUILD)/tests/check_, effects shortage child dlsw_hostile reserve tlsmemory): WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# Programs of the end-to-end tests: a user's programs, like the samples.
$(BUILD)/tests/tp/%: $(BUILD)/obj/tests/e2e/tp/%.o $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE_A) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../../lib'

# A program of APPC.
$(BUILD)/tests/tp/appcmanager: $(BUILD)/obj/tests/e2e/tp/appcmanager.o $(APPC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lappc -Wl,-rpath,'$$ORIGIN/../../lib' $(CORE_A)

# This one loads the library itself.
$(BUILD)/tests/tp/unload: $(BUILD)/obj/tests/e2e/tp/unload.o $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $< -ldl

# What the programs of one machine of a test are loaded with.
$(BUILD)/tests/shim/%.so: $(BUILD)/obj/tests/e2e/shim/%.o
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK_SO) -shared -o $@ $<

# Tests of the library against a node of their own.  They link as a user's program would; what they need of the
# frames comes from the pure code.
$(BUILD)/tests/cpic/check_cobol: $(COB_SO)
$(BUILD)/tests/cpic/check_%: $(BUILD)/obj/tests/cpic/check_%.o $(call obj,tests/cpic/harness.c tests/cpic/barrier.c tests/cpic/mortal.c) $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../../lib' $(CORE_A) $(CHECK)

# Tests of APPC: the harness of libcpic's, whose calls are the partner of some of them.
$(BUILD)/tests/appc/check_%: $(BUILD)/obj/tests/appc/check_%.o $(call obj,tests/appc/block.c tests/appc/reserved.c tests/cpic/harness.c tests/cpic/barrier.c tests/cpic/mortal.c) \
    $(APPC_SO) $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lappc -lcpic -Wl,-rpath,'$$ORIGIN/../../lib' $(CORE_A) $(CHECK)

APPC_SEEN := $(BUILD)/tests/appc/seen.txt
check-appc: $(APPC_TESTS) $(BIN)/snanode $(BIN)/snactl ## build and run the tests of libappc, and those of its verbs over a link
	@rm -f $(APPC_SEEN)
	@$(list-appc) | scripts/run-tests
	@scripts/appc-coverage $(APPC_SEEN)

# Tests of the Common Service Verbs, likewise.
$(BUILD)/tests/csv/check_%: $(BUILD)/obj/tests/csv/check_%.o $(call obj,tests/csv/issue.c tests/csv/fakenode.c tests/cpic/harness.c tests/cpic/barrier.c tests/cpic/mortal.c) \
    $(CSV_SO) $(CPIC_SO) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lcsv -lcpic -Wl,-rpath,'$$ORIGIN/../../lib' $(CORE_A) $(CHECK)

CSV_SEEN := $(BUILD)/tests/csv/seen.txt
check-csv: $(CSV_TESTS) $(BIN)/snanode $(BIN)/snactl ## build and run the tests of libcsv
	@rm -f $(CSV_SEEN)
	@$(list-csv) | scripts/run-tests
	@scripts/csv-coverage $(abspath $(CSV_SEEN))

CPIC_SEEN  := $(BUILD)/tests/cpic/seen.txt
cpic-programs: $(CPIC_TESTS) $(BIN)/snanode $(BIN)/snactl
check-cpic: cpic-programs ## build and run the tests of libcpic
	@rm -f $(CPIC_SEEN)
	@$(list-cpic) | scripts/run-tests
	@scripts/cpic-coverage $(CPIC_SEEN)

# Again with the partner on a link.  Over TLS the link has all of a plain link's code but the socket's own reads and
# writes: a plain one is for errors that cross, random calls, and cancels.  Under the sanitizers these three are all, over TLS.
LINK_SET := check_data check_random check_crossing
check-cpic-link: cpic-programs ## the same tests with the partner on a link: some of them plain, all over TLS
	@$(list-link) | scripts/run-tests

appc-table: check-appc ## the table of APPC verbs and return codes, from a run of the tests
	@scripts/appc-coverage --table $(APPC_SEEN)

cpic-table: check-cpic ## the table of CPI-C calls for README.md, from a run of the tests
	@scripts/cpic-coverage --table $(CPIC_SEEN)

# Fuzz targets: replayed over their seeds with any compiler, or, with FUZZER=1 and clang, fuzzers.
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz_%,$(wildcard tests/fuzz/fuzz_*.c))
$(BUILD)/tests/fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(if $(FUZZER),,$(call obj,tests/fuzz/replay.c)) $(CORE_A)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) $(if $(FUZZER),-fsanitize=fuzzer) -o $@ $^ $(FUZZ_LIBS)
$(BUILD)/tests/fuzz_library: $(CPIC_A)
$(BUILD)/tests/fuzz_h2: $(call obj,$(addprefix snanode/io/domain/, h2.c h2begin.c h2came.c h2stream.c) snanode/io/link/cause.c)
$(BUILD)/tests/fuzz_h2: FUZZ_LIBS := $(CORE_A) $(HTTP2) $(EVENT)
$(BUILD)/tests/fuzz_gtable: $(call obj,tp/libcsv/gtable.c)
$(BUILD)/tests/fuzz_display: $(call obj,snanode/io/display.c)
$(BUILD)/tests/fuzz_display: FUZZ_LIBS := $(CORE_A)
$(BUILD)/tests/fuzz_answer: $(call obj,snanode/cli/answer.c)
$(BUILD)/tests/fuzz_http: $(call obj,snanode/io/httpguard.c)
$(BUILD)/tests/fuzz_transcript: FUZZ_LIBS := $(LUA) -lm
$(call obj,tests/fuzz/fuzz_transcript.c): OURS += $(LUA_INC) -I$(GEN)
$(call obj,tests/fuzz/fuzz_transcript.c): $(GEN)/tpsh_sources.h

screenshot: all $(E2E_TPS) ## make docs/page.png, the picture of the node's page, with headless Chromium
	@SCREENSHOT=$(CURDIR)/docs/page.png BUILD=$(BUILD) scripts/run-e2e page

pictures: $(BIN)/snatrace ## make the pictures of README.md, docs/overview.svg and docs/ladder.svg
	@BUILD=$(BUILD) scripts/make-pictures

fuzz: $(if $(TIME),fuzz-run,$(FUZZ)) ## run the fuzz targets over their seeds; fuzz TIME=N with libFuzzer, N seconds each
	@$(if $(TIME),true,$(list-fuzz) | scripts/run-tests)

SECONDS ?= $(or $(TIME),60)
fuzz-run: ## run the fuzz targets with clang's libFuzzer; fuzz-run SECONDS=N ONLY="NAME ..." for so long each, some of them
	@+$(MAKE) --no-print-directory CC=clang WARN=-w BUILD=build/fuzz FUZZER=1 fuzz-programs
	@for t in $(or $(ONLY),$(FUZZ:$(BUILD)/tests/fuzz_%=%)); do \
	    printf 'fuzz\t%s\t-\t%s\n' $$t "BUILD=build/fuzz ONLY=$$t scripts/run-fuzz $(SECONDS)"; done | \
	    JOBS=$(or $(JOBS),$(shell nproc)) scripts/run-tests; s=$$?; scripts/tried fuzz; exit $$s
fuzz-programs: $(FUZZ)

unit: $(UNITS) ## build and run the unit tests
	@$(list-unit) | scripts/run-tests

e2e: all $(E2E_TPS) ## build and run the end-to-end tests; e2e ONLY="NAME ..." some of them
	@BUILD=$(BUILD) scripts/run-e2e $(ONLY)

hostile: all $(E2E_TPS) ## a TP that says anything to the node, for TIME seconds (60); SEED=N repeats one
	@BUILD=$(BUILD) TIME=$(or $(TIME),60) scripts/tried run hostile bash tests/e2e/hostiletp.sh

soak: all $(E2E_TPS) ## mixed load with kills, cuts and reloads, for TIME seconds (60); SEED=N repeats the order of one
	@BUILD=$(BUILD) TIME=$(or $(TIME),60) scripts/tried run soak bash tests/e2e/soak.sh

tried: ## bring the table of README.md up to date with what make hostile, soak and fuzz TIME=N have printed last
	@scripts/tried write

faults: all $(E2E_TPS) ## calls of the node fail, each in turn, at N places each (SAMPLE=N; 0: all); PARTS="signals link" some of it
	@BUILD=$(BUILD) SAMPLE=$(or $(SAMPLE),0) scripts/tried run faults scripts/run-faults $(PARTS)

check-tpsh: all $(E2E_TPS) ## build and run the Lua scenarios and samples; check-tpsh ONLY="NAME ..." some of them
	@BUILD=$(BUILD) scripts/run-scenarios $(ONLY)

PY_TESTS := $(wildcard tests/python/test_*.py)
check-python: all ## run the tests of the Python module
	@$(list-python) | scripts/run-tests

wheel: $(PY_FILES) ## build the wheel of the Python module into build/
	$(Q)cd $(BUILD)/python && $(PYTHON) -c 'from setuptools import build_meta; build_meta.build_wheel("..")' >../wheel.log 2>&1 || \
	    { cat ../wheel.log; exit 1; }
	@rm -rf $(BUILD)/python/build $(BUILD)/python/cpic.egg-info; ls $(BUILD)/*.whl

python-deb: $(PY_FILES) ## build the Debian package python3-cpic into build/
	@BUILD=$(BUILD) scripts/make-python-deb $(VERSION) $(BUILD)

# As a package installs: below /usr, the libraries where Debian has those of this machine.
DEB_ROOT := $(BUILD)/deb/root
DEB_VERSION ?= $(VERSION)
deb: all man3 $(if $(WINEGCC),wine) ## build the Debian packages snanode, libcpic1, libcpic-dev, tpsh, cpicrexx, snanode-wine and python3-cpic into build/deb
	@rm -rf $(BUILD)/deb
	$(Q)$(MAKE) --no-print-directory -s install DESTDIR=$(DEB_ROOT) PREFIX=/usr \
	    LIBDIR=/usr/lib/$$(dpkg-architecture -qDEB_HOST_MULTIARCH) >/dev/null
	@scripts/make-deb $(DEB_VERSION) $(DEB_ROOT) $(BUILD)/deb
	@BUILD=$(BUILD) scripts/make-python-deb $(DEB_VERSION) $(BUILD)/deb

check-deb: deb $(if $(and $(WINEGCC),$(MINGW)),wine-programs) ## install, start, upgrade and purge the packages in a fresh Debian, and lint them; needs root and debootstrap
	@BUILD=$(BUILD) scripts/check-deb

check-service: all ## run the units of contrib under systemd, in namespaces of their own; needs root
	@BUILD=$(BUILD) scripts/check-service

check-container: all ## carry out the steps of contrib/Containerfile in fresh Debians; needs root and debootstrap
	@BUILD=$(BUILD) scripts/check-container --run

# With CC='clang -fsyntax-only' these are its warnings, in half the time of a build.  BESIDES=FOLDER: of those alone that
# a build in that folder, by clang too, has not compiled.
objects: $(filter-out $(patsubst $(BESIDES)/%,$(BUILD)/%,$(if $(BESIDES),$(shell find $(BESIDES)/obj -name '*.o'))), \
    $(call obj,$(filter-out tests/headers/% tp/wine/% tests/wine/%,$(shell find snanode attachmgr tp tests -name '*.c'))))

test-programs: $(UNITS) $(if $(SANITIZE),,$(FUZZ)) $(CPIC_TESTS) $(APPC_TESTS) $(CSV_TESTS) $(E2E_TPS)

# What changes when packages are installed is looked up when make begins: so make begins again after bootstrap.
again = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

deps: ## install the packages that building and testing need, those that are missing
	@scripts/bootstrap

# What `check` runs besides the tests: NAME, - and the command, with tabs (scripts/run-tests).  Under a sanitizer only
# what can find something there: what looks at sources or at the plain build alone is left out.
define STATIC_CHECKS
check-layers	-	BUILD=$(BUILD) scripts/check-layers --self-test && BUILD=$(BUILD) scripts/check-layers
check-circles	-	scripts/check-circles --self-test && BUILD=$(BUILD) scripts/check-circles
check-headers	-	scripts/check-headers
check-citations	-	scripts/check-citations --self-test && scripts/check-citations
format	-	scripts/format --check
check-header-orders	-	BUILD=$(BUILD) scripts/check-header-orders
check-pages	-	scripts/check-pages $(MAN3)
check-exports	-	scripts/check-exports $(CPIC_SO) $(APPC_SO) $(CSV_SO)
check-install	-	scripts/check-install
check-unit	-	scripts/check-unit
check-fuzz	-	BUILD=$(BUILD) scripts/check-fuzz --self-test && BUILD=$(BUILD) scripts/check-fuzz
check-container	-	BUILD=$(BUILD) scripts/check-container --self-test && BUILD=$(BUILD) scripts/check-container
check-pictures	-	BUILD=$(BUILD) scripts/make-pictures --check
wireshark-sense	-	scripts/check-wireshark sense
wireshark-golden	-	scripts/check-wireshark golden
wireshark-dissected	-	scripts/check-wireshark dissected
wireshark-carriers	-	scripts/check-wireshark carriers
wireshark-filters	-	scripts/check-wireshark filters
wireshark-truncated	-	scripts/check-wireshark truncated
wireshark-recorded	-	BUILD=$(BUILD) scripts/check-wireshark recorded
endef
export STATIC_CHECKS

# Lists for scripts/run-tests: KIND, NAME, FILE and the command, with tabs.  An argument is what a program needs in its
# environment.
programs      = for t in $(1); do printf '%s\t%s\t%s\t%s\n' $(2) "$${t\#\#*/}" "tests/$(2)/$${t\#\#*/}.c" "$(3) exec timeout 900 $$t"; done
# Under a sanitizer the tests of a program share a process: a process of its own for each of them, as in the plain run,
# takes four times as long there.  Cases of which there are very many are left to it too.
list-unit     = $(call programs,$(UNITS),unit,$(if $(SANITIZE),CK_FORK=no CK_EXCLUDE_TAGS=exhaustive))
list-cpic     = $(call programs,$(CPIC_TESTS),cpic,CPIC_COVERAGE=$(abspath $(CPIC_SEEN)))
list-link     = $(if $(SANITIZE),,BUILD=$(BUILD) scripts/check-cpic-link --list plain $(LINK_SET);) \
    BUILD=$(BUILD) scripts/check-cpic-link --list tls $(if $(SANITIZE),$(LINK_SET))
list-appc     = { $(call programs,$(APPC_TESTS),appc,APPC_COVERAGE=$(abspath $(APPC_SEEN))); \
    for t in verbs answers manager sessions display post; do printf 'appc\t%s\t-\t%s\n' check_$$t-link \
        "CPIC_LINK=plain APPC_COVERAGE=$(abspath $(APPC_SEEN)) exec timeout 300 $(BUILD)/tests/appc/check_$$t"; done; \
    for t in appc_states verbs answers manager sessions post; do printf 'appc\t%s\t-\t%s\n' check_$$t-reserved \
        "APPC_RESERVED=yes exec timeout 300 $(BUILD)/tests/appc/check_$$t"; done; }
list-csv      = $(call programs,$(CSV_TESTS),csv,CSV_COVERAGE=$(abspath $(CSV_SEEN)))
list-fuzz     = for t in $(FUZZ:$(BUILD)/tests/fuzz_%=%); do printf 'fuzz\t%s\t-\t%s\n' $$t "BUILD=$(BUILD) ONLY=$$t scripts/run-fuzz"; done
list-e2e      = BUILD=$(BUILD) scripts/run-e2e --list
list-tpsh     = BUILD=$(BUILD) scripts/run-scenarios --list
list-python   = for t in $(PY_TESTS); do n=$${t\#\#*/test_}; printf 'python\t%s\t%s\t%s\n' "$${n%.py}" "$$t" \
    "BUILD=$(BUILD) PYTHON=$(PYTHON) scripts/run-pytest $$t"; done
list-checks   = printf '%s\n' "$$STATIC_CHECKS" | sed 's/^/checks\t/'
list-docs     = for p in README.md $(filter-out docs/wine.md,$(wildcard docs/*.md)); do printf 'documents\t%s\t-\t%s\n' $$p "scripts/run-doc-blocks $$p"; done

# All in one list, so that no kind waits for the last test of another; the longest first.  Under a sanitizer only what
# can find something there: not what looks at sources or at the plain build, nor the seeds, which the fuzzers replay, nor
# tests with a line `plain: WHY` unless PLAIN=yes.
LISTS = e2e link $(if $(SANITIZE),,checks) cpic appc unit csv tpsh python $(if $(SANITIZE),,fuzz docs)
check: deps ## build and run every test; installs missing packages first (make deps)
	@+$(again) all test-programs man3
	@rm -f $(CPIC_SEEN) $(APPC_SEEN) $(CSV_SEEN)
	@{ $(foreach l,$(LISTS),$(list-$(l));) } >$(BUILD)/tests/list
	@bad=0; $(if $(SANITIZE),PLAIN=$(or $(PLAIN),no)) scripts/run-tests <$(BUILD)/tests/list || bad=1; \
	scripts/cpic-coverage $(CPIC_SEEN) || bad=1; \
	scripts/appc-coverage $(APPC_SEEN) || bad=1; \
	scripts/csv-coverage $(abspath $(CSV_SEEN)) || bad=1; \
	exit $$bad

# Without the random placement of memory, which some kernels have in a way that the thread sanitizer does not know.
# Not the programs that call from one thread.
ONE_THREAD := args cobol codes data random states syscalls
check-tsan: deps ## the tests of libcpic with threads under the thread sanitizer, node included
	@+$(again) SANITIZE=thread tsan-programs
	@setarch -R $(MAKE) --no-print-directory -s SANITIZE=thread tsan-run
TSAN_TESTS = $(filter-out $(ONE_THREAD:%=$(BUILD)/tests/cpic/check_%),$(CPIC_TESTS))
tsan-programs: $(TSAN_TESTS) $(BIN)/snanode $(BIN)/snactl
tsan-run: ; @$(call programs,$(TSAN_TESTS),cpic) | scripts/run-tests

analyze: all ## gcc -fanalyzer, clang-tidy and cppcheck; fails for findings that docs/analysis.md does not explain
	@BUILD=$(BUILD) scripts/analyze

demo: deps ## build, start a node, show TPs talking, stop it; and two nodes with a link; and a domain of three
	@+$(again) all >/dev/null
	@BUILD=$(BUILD) scripts/demo
	@BUILD=$(BUILD) scripts/demo-link
	@BUILD=$(BUILD) scripts/demo-domain

layers: all ## the pure code does no I/O, nothing includes upwards, and no ring of files grows
	@scripts/check-layers --self-test
	@scripts/check-layers $(CORE_A)
	@scripts/check-circles --self-test
	@BUILD=$(BUILD) scripts/check-circles

citations: ## what comments and documents cite is there, and so are the files that documents name
	@scripts/check-citations --self-test
	@scripts/check-citations

headers: ## each header compiles alone, and twice; the public ones also as C++ and with headers of others
	@scripts/check-headers
	@BUILD=$(BUILD) scripts/check-header-orders

check-wireshark: $(BUILD)/tests/check_recording ## the files of scripts/wireshark with tshark, over captures
	@$(list-checks) | grep -P '^checks\twireshark-' | scripts/run-tests

format: ## lay out all C files as .clang-format says
	@scripts/format

format-check: ## are they?
	@scripts/format --check

# ---- manual pages of the calls ----

man3: $(BUILD)/man/cpic.3.done ## write the manual pages of the calls into build/man/man3
$(BUILD)/man/cpic.3.done: scripts/make-pages scripts/CpicHeader.pm man/cpic.3.in tp/include/cpic.h tp/include/wincpic.h \
    tests/cpic/codes.def tests/cpic/states.def scripts/VerbPages.pm scripts/make-csv-pages man/libcsv.3.in tp/include/wincsv.h tests/csv/codes.def \
    scripts/make-appc-pages scripts/AppcCodes.pm man/libappc.3.in tp/include/winappc.h tests/appc/codes.def
	@rm -rf $(@D)/man3 && mkdir -p $(@D)/man3
	$(call say,MAN)
	$(Q)scripts/make-pages $(@D)/man3
	$(Q)scripts/make-csv-pages $(@D)/man3
	$(Q)scripts/make-appc-pages $(@D)/man3
	@touch $@

check-pages: man3 ## every call has a page, and the comments say what the tables of the tests say
	@scripts/check-pages $(BUILD)/man/man3

# ---- installation ----

D        := $(DESTDIR)$(PREFIX)
L        := $(DESTDIR)$(LIBDIR)
subst_in  = sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|g' \
            -e 's|@VERSION@|$(VERSION)|g'
MAN1     := $(wildcard man/*.1)
MAN3     := $(BUILD)/man/man3
MAN5     := $(wildcard man/*.5)
HEADERS  := cpic cmc wincpic winsna winappc appc_c wincsv acssvcc
UPPER     = $(shell echo $(1) | tr a-z A-Z)

# What 32-bit programs load: the DLLs, and the libraries of that width beside them.
install-wine-32: wine $(call DLLS,$(INSTALL))
	install -d $(L)/snanode/wine/32
	install -m 755 $(call DLLS,$(INSTALL)) $(L)/snanode/wine/32
	install -m 755 $(CPIC_FULL) $(APPC_FULL) $(CSV_FULL) $(L)/snanode/wine/32
	for l in $(notdir $(CPIC_SO) $(APPC_SO) $(CSV_SO)); do ln -sf $$l.$(VERSION) $(L)/snanode/wine/32/$$l; done
	install -m 644 $(DLL_NAMES:%=$(BUILD)/wine/%.def) $(if $(MINGW),$(DLL_NAMES:%=$(BUILD)/wine/lib%.a)) $(L)/snanode/wine/32

# The sample registry says that the programs of C:\tps are where this installation puts them.
# DLLs for Wine are installed when they have been asked for.
WINE_INSTALL := $(if $(filter wine,$(MAKECMDGOALS))$(wildcard $(BUILD)/wine/wcpic32.dll),yes)
install: all man3 $(addprefix $(INSTALL)/,$(SHARED) $(notdir $(COB_FULL) $(filter-out %.copy,$(REXX)))) $(if $(WINE_INSTALL),wine $(call DLLS,$(INSTALL))) ## install into DESTDIR/PREFIX (default /usr/local), libraries into DESTDIR/LIBDIR
	install -d $(D)/bin $(L)/pkgconfig $(D)/lib/systemd/system $(D)/include/sna $(D)/share/man/man1 \
	    $(D)/share/man/man3 $(D)/share/man/man5 $(D)/share/snanode/conf $(D)/share/snanode/wireshark
	install -m 755 $(addprefix $(BIN)/,$(filter-out $(SHARED),$(PROGS))) $(addprefix $(INSTALL)/,$(SHARED)) $(D)/bin
	for s in $(WINE_SCRIPTS); do sed 's|@LIBDIR@|$(LIBDIR)|' scripts/$$s >$(D)/bin/$$s && chmod 755 $(D)/bin/$$s; done
	$(if $(WINE_INSTALL),install -d $(L)/snanode/wine && install -m 755 $(call DLLS,$(INSTALL)) $(L)/snanode/wine && \
	    install -m 644 $(DLL_NAMES:%=$(BUILD)/wine/%.def) $(if $(MINGW),$(DLL_NAMES:%=$(BUILD)/wine/lib%.a)) $(WINE_SERVICE) $(L)/snanode/wine)
	$(if $(and $(WINE_INSTALL),$(WINE32)),+$(make_32) install-wine-32)
	install -m 755 $(CPIC_FULL) $(L)
	ln -sf $(notdir $(CPIC_FULL)) $(L)/$(notdir $(CPIC_SO))
	ln -sf $(notdir $(CPIC_SO)) $(L)/libcpic.so
	install -m 755 $(APPC_FULL) $(L)
	ln -sf $(notdir $(APPC_FULL)) $(L)/$(notdir $(APPC_SO))
	ln -sf $(notdir $(APPC_SO)) $(L)/libappc.so
	install -m 755 $(CSV_FULL) $(L)
	ln -sf $(notdir $(CSV_FULL)) $(L)/$(notdir $(CSV_SO))
	ln -sf $(notdir $(CSV_SO)) $(L)/libcsv.so
	install -m 644 $(CPIC_A) $(APPC_A) $(CSV_A) $(L)
	install -m 755 $(INSTALL)/$(notdir $(COB_FULL)) $(L)
	ln -sf $(notdir $(COB_FULL)) $(L)/$(notdir $(COB_SO))
	ln -sf $(notdir $(COB_SO)) $(L)/libcpiccob.so
	install -m 644 $(HEADERS:%=tp/include/%.h) $(D)/include
	install -m 644 tp/include/sna/cmc.h $(D)/include/sna
	for h in $(HEADERS); do ln -sf $$h.h $(D)/include/$$(echo $$h | tr a-z A-Z).H; done
	for p in cpic appc csv; do $(subst_in) $$p.pc.in >$(L)/pkgconfig/$$p.pc; done
	$(subst_in) contrib/snanode.service >$(D)/lib/systemd/system/snanode.service
	install -m 644 contrib/snanode.socket $(D)/lib/systemd/system
	$(if $(WINE_INSTALL),install -d $(D)/lib/systemd/system/snanode.service.d && install -m 644 contrib/wine.conf $(D)/lib/systemd/system/snanode.service.d)
	install -m 644 $(MAN1) $(D)/share/man/man1
	ln -sf snanode-wine-setup.1 $(D)/share/man/man1/snanode-wine-start.1
	install -m 644 $(MAN3)/*.3 $(D)/share/man/man3
	install -m 644 $(MAN5) $(D)/share/man/man5
	install -m 644 $(wildcard conf/*) $(D)/share/snanode/conf
	install -m 644 $(GEN)/cpic.json $(D)/share/snanode
	install -m 644 $(wildcard scripts/wireshark/*.lua) $(D)/share/snanode/wireshark
	install -d $(D)/share/snanode/samples/lua $(D)/share/doc/snanode
	install -m 644 $(addprefix docs/,stand-in.md ci.md exports.md windows-source.md wine.md trace.md page.md wireshark.md cobol.md \
	    python.md rexx.md) $(D)/share/doc/snanode
	install -m 755 $(wildcard tp/samples/lua/*.lua) $(D)/share/snanode/samples/lua
	install -d $(D)/share/snanode/samples/c
	install -m 644 tp/samples/winask.c $(D)/share/snanode/samples/c
	install -d $(D)/share/snanode/windows/samples
	install -m 644 $(wildcard contrib/windows/*.*) $(D)/share/snanode/windows
	install -m 644 $(wildcard contrib/windows/samples/*) $(D)/share/snanode/windows/samples
	install -d $(D)/share/snanode/cobol/comp4 $(D)/share/snanode/samples/cobol
	install -m 644 $(COPYBOOKS) $(D)/share/snanode/cobol
	install -m 644 $(COPYBOOKS4) $(D)/share/snanode/cobol/comp4
	for f in $(notdir $(COPYBOOKS)); do for d in cobol cobol/comp4; do \
	    ln -sf $$f $(D)/share/snanode/$$d/$$(echo $$f | tr A-Z a-z); done; done
	install -m 644 $(wildcard tp/cobol/samples/*) $(D)/share/snanode/samples/cobol
	install -d $(D)/share/snanode/rexx $(D)/share/snanode/samples/rexx
	install -m 644 $(BUILD)/rexx/cmrexx.copy $(D)/share/snanode/rexx
	install -m 755 $(wildcard tp/rexx/samples/*) $(D)/share/snanode/samples/rexx
	$(if $(filter yes,$(REGINA)),install -m 755 $(INSTALL)/cpicrexx $(D)/bin && install -m 755 $(INSTALL)/librexxcpic.so $(L))
	install -d $(DESTDIR)$(PYTHONDIR)/cpic $(DESTDIR)$(PYTHONDIR)/cpic-$(VERSION).dist-info
	install -m 644 $(filter $(BUILD)/python/cpic/%,$(PY_FILES)) $(DESTDIR)$(PYTHONDIR)/cpic
	install -m 644 $(filter %.txt %/METADATA,$(PY_FILES)) $(DESTDIR)$(PYTHONDIR)/cpic-$(VERSION).dist-info
	install -d $(D)/share/bash-completion/completions $(D)/share/zsh/site-functions
	for p in $(COMPLETED); do install -m 644 $(BUILD)/completion/snanode.bash $(D)/share/bash-completion/completions/$$p; done
	install -m 644 $(BUILD)/completion/_snanode $(D)/share/zsh/site-functions
	sed -i -e 's|"/usr/local/bin"|"$(PREFIX)/bin"|' $(D)/share/snanode/conf/*.reg

uninstall: man3 ## remove what install has put there, with the same DESTDIR, PREFIX and LIBDIR
	rm -rf $(L)/snanode/wine; rmdir $(L)/snanode 2>/dev/null || :
	rm -f $(D)/lib/systemd/system/snanode.service.d/wine.conf; rmdir $(D)/lib/systemd/system/snanode.service.d 2>/dev/null || :
	rm -f $(addprefix $(D)/bin/,$(PROGS) $(WINE_SCRIPTS) cpicrexx) $(L)/librexxcpic.so $(addprefix $(L)/,$(notdir $(CPIC_FULL) $(CPIC_SO) $(CPIC_A) $(APPC_FULL) $(APPC_SO) $(APPC_A) $(CSV_FULL) $(CSV_SO) $(CSV_A) $(COB_FULL) $(COB_SO)) libcpic.so libappc.so libcsv.so libcpiccob.so)
	rm -f $(D)/include/sna/cmc.h $(HEADERS:%=$(D)/include/%.h) $(foreach h,$(HEADERS),$(D)/include/$(call UPPER,$h).H)
	rm -f $(L)/pkgconfig/cpic.pc $(L)/pkgconfig/appc.pc $(L)/pkgconfig/csv.pc $(addprefix $(D)/lib/systemd/system/snanode.,service socket)
	rm -f $(MAN1:man/%=$(D)/share/man/man1/%) $(D)/share/man/man1/snanode-wine-start.1 $(MAN5:man/%=$(D)/share/man/man5/%)
	cd $(MAN3) && for page in *.3; do rm -f $(abspath $(D))/share/man/man3/$$page; done
	rm -f $(addprefix $(D)/share/bash-completion/completions/,$(PROGS) cpicrexx) $(D)/share/zsh/site-functions/_snanode
	rm -rf $(D)/share/snanode $(D)/share/doc/snanode $(DESTDIR)$(PYTHONDIR)/cpic $(DESTDIR)$(PYTHONDIR)/cpic-$(VERSION).dist-info

check-install: all man3 ## install into a temporary place and run a program that is compiled from there
	@scripts/check-install

# The benchmark: programs like any user's, against the shared library.
BENCH := $(addprefix tests/bench/, bench.c row.c linked.c domain.c known.c peers.c others.c server.c worker.c floor.c wire.c ours.c crowd.c beside.c testnode.c matcher.c \
        sequence.c turns.c copies.c)
# What ours is held against, where it is installed.  nng has no file for pkg-config.
BENCH_ZMQ := $(shell pkg-config --exists libzmq 2>/dev/null && echo -lzmq)
BENCH_NNG := $(if $(wildcard /usr/include/nng/nng.h),-lnng)
$(call obj,tests/bench/peers.c tests/bench/others.c): DEFINES += $(if $(BENCH_ZMQ),-DHAVE_ZMQ) $(if $(BENCH_NNG),-DHAVE_NNG) \
    $(if $(NATS_LIB),-DHAVE_NATS)
$(BUILD)/bench/bench: $(call obj,$(BENCH)) $(CORE_A) $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE_A) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../lib' $(JANSSON) $(TLS) $(BENCH_ZMQ) $(BENCH_NNG) $(NATS_LIB)
$(BUILD)/bench/benchtp: $(call obj,tests/bench/benchtp.c) $(CPIC_SO)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(LIB) -lcpic -Wl,-rpath,'$$ORIGIN/../lib'

bench-programs: $(BIN)/snanode $(BUILD)/bench/bench $(BUILD)/bench/benchtp $(BUILD)/tests/tp/holder

bench: deps ## the figures, against floors of the same run
	@+$(again) bench-programs >/dev/null
	@d=$$(mktemp -d) && { $(BUILD)/bench/bench $(if $(AGAINST),-a $(AGAINST)) $(BIN) $(abspath $(BUILD)/bench/benchtp) $$d $(BUILD)/bench.json $(ONLY); \
	    s=$$?; rm -rf $$d; exit $$s; }

clean: ## remove build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

-include $(shell find $(BUILD)/obj $(BUILD)/whole -name '*.d' 2>/dev/null)
.PHONY: FORCE check-container objects check-appc check-csv screenshot pictures check-python wheel python-deb deb check-deb check-tsan tsan-programs tsan-run check-cpic-link cpic-programs analyze deps uninstall all unit fuzz fuzz-run fuzz-programs bench-programs check-cpic e2e check-tpsh test-programs check demo bench layers citations headers format format-check install check-install clean help cpic-table man3 check-pages check-wireshark check-service wine check-wine wine-programs wine-test-programs install-wine-32 no-winegcc appc-table hostile soak tried faults
.SECONDARY:
