# VobeMusic. `make help` lists what can be made; every knob below may be given on the command line.

# --- knobs ------------------------------------------------------------------------------------------------------------
CC       ?= cc
OPT      ?= -O2
SANITIZE ?=#        address,undefined | thread
TASKS    ?= setjmp# setjmp: stacks switched in user space. threads: a thread a task, for gdb and TSan
COVERAGE ?=#        1: gcov
V        ?=#        1: show whole commands
PORT     ?= 8080

comma   := ,
variant := $(TASKS)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
BUILD   ?= build/$(variant)

# --- flags ------------------------------------------------------------------------------------------------------------
packages := libevent_core libpq libcjson libsodium libpcre2-8 icu-i18n icu-uc zlib libconfuse
cflags   := -std=gnu11 -D_GNU_SOURCE -g $(OPT) -Iinclude -Isrc -Itests -I$(BUILD)/gen -fno-common -fstack-protector-strong -fPIE \
	    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
	    -Wno-missing-field-initializers -Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
	    $(shell pkg-config --cflags $(packages)) -DVOBE_TASKS_$(TASKS)
ldflags  := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
libs     := $(shell pkg-config --libs $(packages)) -lpthread -lm
ifneq ($(findstring fortify,$(SANITIZE)),)
else ifeq ($(SANITIZE),)
cflags   += -D_FORTIFY_SOURCE=2
else
cflags   += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer
ldflags  += -fsanitize=$(SANITIZE)
endif
ifneq ($(COVERAGE),)
cflags   += --coverage
ldflags  += --coverage
endif
CFLAGS_ALL := $(cflags) $(CFLAGS)

ifeq ($(V),)
quiet = @printf '  %-6s %s\n' $(1) '$(subst $(BUILD)/,,$@)';
endif

# --- what there is ----------------------------------------------------------------------------------------------------
layers   := core db bus http
modules  := $(notdir $(wildcard src/modules/*))
other_tasks := src/core/task_$(if $(filter threads,$(TASKS)),setjmp,threads).c

sources   = $(filter-out $(other_tasks),$(wildcard src/$(1)/*.c))
objects   = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
libraries := $(foreach l,http bus db core,$(BUILD)/lib$(l).a)
app_objects := $(filter-out $(BUILD)/src/app/main.o $(BUILD)/src/app/modules.o,$(call objects,app))
migrations := $(BUILD)/gen/migrations.o
support   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))

.PHONY: all
all: $(BUILD)/vobemusic

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# _FORTIFY_SOURCE refuses a longjmp to another stack: off in the one file that switches.
$(BUILD)/src/core/task_setjmp.o: CFLAGS_ALL += -U_FORTIFY_SOURCE

define layer_rule
$(BUILD)/lib$(1).a: $$(call objects,$(1))
	$$(call quiet,AR)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach l,$(layers),$(eval $(call layer_rule,$(l))))

# A module is one relocatable object with one global symbol: a foreign function is an undefined reference.
define module_rule
-include src/modules/$(1)/module.mk
$(BUILD)/modules/$(1).o: $$(call objects,modules/$(1))
	@mkdir -p $$(@D)
	$$(call quiet,MODULE)$$(LD) -r -o $$@ $$^ && objcopy --keep-global-symbol=$(1)_module $$@
endef
$(foreach m,$(modules),$(eval $(call module_rule,$(m))))

$(BUILD)/gen/migrations.c: tools/embed-sql $(wildcard sql/*/*.sql) $(wildcard sql sql/*)
	@mkdir -p $(@D)
	$(call quiet,EMBED)tools/embed-sql sql > $@.new && mv $@.new $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(call quiet,CC)$(CC) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/vobemusic: $(BUILD)/src/app/main.o $(BUILD)/src/app/modules.o $(app_objects) $(migrations) \
		    $(modules:%=$(BUILD)/modules/%.o) $(libraries)
	$(call quiet,LINK)$(CC) $(CFLAGS_ALL) $(ldflags) -o $@ $^ $(libs)

# --- tests ------------------------------------------------------------------------------------------------------------
# tests/<layer>/x_test.c sees that layer and those below; tests/modules/<name>/x_test.c sees one module and the app's boot.
c_tests := $(patsubst %.c,%,$(wildcard tests/*/*_test.c tests/modules/*/*_test.c))
check_libs := $(shell pkg-config --libs check 2>/dev/null)

below_core := $(BUILD)/libcore.a
below_db   := $(migrations) $(BUILD)/libdb.a $(BUILD)/libcore.a
below_bus  := $(migrations) $(BUILD)/libbus.a $(BUILD)/libdb.a $(BUILD)/libcore.a
below_http := $(BUILD)/libhttp.a $(BUILD)/libcore.a
below_app  := $(app_objects) $(migrations) $(libraries)
test_needs  = $(if $(filter tests/modules/%,$(1)),\
	$(call objects,modules/$(word 3,$(subst /, ,$(1)))) $(support) $(below_app),\
	$(if $(filter-out core http,$(word 2,$(subst /, ,$(1)))),$(BUILD)/tests/support/pg.o) $(below_$(word 2,$(subst /, ,$(1)))))

define test_rule
$(BUILD)/$(1): $(BUILD)/$(1).o $(call test_needs,$(1))
	$$(call quiet,LINK)$$(CC) $$(CFLAGS_ALL) $$(ldflags) -o $$@ $$(filter-out %.a,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(check_libs) $$(libs)
endef
$(foreach t,$(c_tests),$(eval $(call test_rule,$(t))))

.PHONY: test-binaries test one
test-binaries: $(addprefix $(BUILD)/,$(c_tests))
test: all test-binaries
	@BUILD=$(BUILD) tests/run
one: $(BUILD)/$(T) # make one T=tests/core/arena_test
	@BUILD=$(BUILD) tests/run $(T)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
