# msgsec: one non-recursive makefile (GNU make).
#   make            the executables, in build/bin and build/libexec
#   make check      the house's rules, unit tests, command-line tests
#   make bench      the benchmarks; see also interop, conformance, check-lab,
#                   lab-compare
#   make completions  for bash, zsh and fish, in build/completions
#   make install    DESTDIR= PREFIX=; uninstall with the same
#   make dist       the committed tree as build/msgsec-VERSION.tar.gz
#   make deb        a Debian package, in build/deb
#   make html       the manual as pages, in build/html
# A packager edits nothing here: CC, CFLAGS, CPPFLAGS, LDFLAGS and the
# directories are taken from the command line.

CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/msgsec
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/msgsec
B ?= build
PROVE ?= -j2

VERSION := 0.1
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 \
	-Wimplicit-fallthrough -Wdate-time $(WERROR)

# What this compiler and C library have, asked once a run: level 3 of
# _FORTIFY_SOURCE needs gcc 12, and features.h warns where it is too much;
# the others are not there for every processor.
cc_takes = $(shell $(CC) -Werror -O2 $1 -include features.h -x c -c \
	-o /dev/null /dev/null 2>/dev/null && echo '$1')
ifeq ($(origin HARDEN),undefined)
HARDEN := $(or $(call cc_takes,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3), \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fPIE \
	-fstack-protector-strong $(call cc_takes,-fstack-clash-protection) \
	$(call cc_takes,-fcf-protection)
endif
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
# -iquote: our sys/ must not stand before the system's <sys/...>.
ALL_CPPFLAGS = -D_GNU_SOURCE -DMSGSEC_VERSION='"$(VERSION)"' \
	-iquote common -iquote $(B)/gen $(CPPFLAGS)
# The same octets wherever the tree lies.
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP \
	-ffile-prefix-map=$(CURDIR)=.
ALL_LDFLAGS = $(HARDEN_LD) -Wl,--as-needed $(LDFLAGS)

# The house, from the bottom up: an archive a layer. Each may use what stands
# before it; the single-pass link below makes an upward call fail.
LAYERS := base sys crypto dns net mail tls tag probe run mtasts auth pgp cms seal ratchet relay report survey

# What a layer needs from outside. A filter runs once a message, and loading
# these small libraries would be a quarter of its time: they are linked in
# where the machine has their archives. STATIC= takes the shared ones, as a
# distribution wants it. libcrypto always is shared.
STATIC ?= yes
SMALL := ldns idn2 unistring psl jansson argon2 z
archive_of = $(wildcard $(shell $(CC) -print-file-name=lib$1.a))
ifeq ($(STATIC)-$(words $(foreach l,$(SMALL),$(call archive_of,$l))),yes-7)
small = $(foreach l,$1,$(call archive_of,$l))
UNISTRING := unistring
else
small = $(1:%=-l%)
endif

LIBS_sys := $(call small,jansson)
LIBS_crypto := $(call small,argon2) -lcrypto
LIBS_dns := $(call small,ldns idn2 $(UNISTRING)) -lcrypto
LIBS_net := -lcurl -lssl -lcrypto
LIBS_tls := -lssl -lcrypto
LIBS_mtasts := -lsqlite3
LIBS_auth := $(call small,psl idn2 $(UNISTRING))
LIBS_pgp := $(call small,z)
LIBS_ratchet := -lsodium -lsqlite3 -lcrypto
LIBS_relay := -lsqlite3 -lcrypto
LIBS_report := $(call small,z expat)

rev = $(if $1,$(call rev,$(wordlist 2,$(words $1),$1)) $(firstword $1))
archives = $(foreach l,$(call rev,$1),$(B)/lib$l.a)
below = $(wordlist 1,$(shell n=1; for l in $(LAYERS); do \
	[ $$l = $1 ] && echo $$n; n=$$((n+1)); done),$(LAYERS))
libs = $(foreach l,$(call rev,$1),$(LIBS_$l))

all:

define layer
SRC_$1 := $$(filter-out common/$1/gen_%.c,$$(wildcard common/$1/*.c))
$(B)/lib$1.a: $$(SRC_$1:%.c=$(B)/%.o)
	@rm -f $$@
	$$(AR) rcsD $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$l)))

# --- sys: the seccomp filters, made at build time by a program that runs here
HOSTCC ?= $(CC)

$(B)/gen/gen_seccomp: common/sys/gen_seccomp.c
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -D_GNU_SOURCE $(WARN) -O1 -o $@ $< -lseccomp

$(B)/gen/seccomp_filters.h: $(B)/gen/gen_seccomp
	$< > $@.new
	@mv $@.new $@

$(B)/common/sys/sandbox.o: $(B)/gen/seccomp_filters.h
# --- end of sys

# What objects are made with. A change of it makes them anew; warnings apart.
# The place of the helpers concerns one object alone.
$(B)/gen/flags: NOW = $(CC) $(VERSION) $(CPPFLAGS) $(HARDEN) $(CFLAGS)
$(B)/gen/libexecdir: NOW = $(LIBEXECDIR)
$(B)/gen/flags $(B)/gen/libexecdir: FORCE
	@mkdir -p $(@D)
	@echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' > $@
$(B)/common/sys/libexec.o: ALL_CPPFLAGS += \
	-DMSGSEC_LIBEXEC='"$(LIBEXECDIR)"'
$(B)/common/sys/libexec.o: $(B)/gen/libexecdir

$(B)/%.o: %.c $(B)/gen/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# Executables: a directory under cmd/ each, and the layers it links.
TOOLS :=
LIBEXEC :=
include $(wildcard cmd/*/link.mk)

define program
$(B)/$2/$1: $$(patsubst %.c,$(B)/%.o,$$(wildcard cmd/$1/*.c)) \
		$$(call archives,$$(LAYERS_$1))
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ \
		$$(call libs,$$(LAYERS_$1)) $$(LIBS_$1)
endef
$(foreach t,$(TOOLS),$(eval $(call program,$t,bin)))
$(foreach t,$(LIBEXEC),$(eval $(call program,$t,libexec)))

all: $(TOOLS:%=$(B)/bin/%) $(LIBEXEC:%=$(B)/libexec/%)

# Unit tests: tests/unit/<layer>_<module>_test.c links its layer and those
# below it, nothing above.
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*_test.c))
layer_of = $(firstword $(subst _, ,$(notdir $1)))

# Stand-ins for the outside; a test gets those of them that it names.
$(B)/libsupport.a: $(patsubst %.c,$(B)/%.o,$(wildcard tests/support/*.c))
	@rm -f $@
	$(AR) rcsD $@ $^

.SECONDEXPANSION:
$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libsupport.a \
		$$(call archives,$$(call below,$$(call layer_of,$$*)))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ \
		$(call libs,$(call below,$(call layer_of,$*))) -lcmocka

# This one counts what its layer asks of these, instead of taking its time.
$(B)/unit/ratchet_party_test: private ALL_LDFLAGS += \
	$(foreach f,hmac_sha256 kdf_hkdf curve_dh,-Wl,--wrap=$f)

# This one starts the DNS process.
$(B)/unit/run_open_test: | $(B)/libexec/msgsec-dns

units: $(UNITS)

# Programs that the lab's shell tests use: the layers up to probe.
LABS := $(patsubst tests/lab/%.c,$(B)/lab/%,$(wildcard tests/lab/*.c))
$(B)/lab/%: $(B)/tests/lab/%.o $(call archives,$(call below,probe))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ \
		$(call libs,$(call below,probe))

check-units: $(UNITS)
	CMOCKA_MESSAGE_OUTPUT=TAP prove $(PROVE) --exec '' $(UNITS)

check-cli: all
	prove $(PROVE) tests/cli/*.t

labs: $(LABS)

check-lab: all labs
	prove $(PROVE) tests/lab/*.t

# Other scanners beside ours, the better part of an hour; ROWS="good.test ..."
# for some of the table.
lab-compare: all
	python3 -B tests/lab/compare $(ROWS)

check-house: all
	scripts/check-layers
	scripts/check-style
	scripts/check-names $(B)

check: check-house check-units check-cli

interop: all
	prove -v tests/interop/*.t

conformance: all
	tests/conformance/run

bench: all labs
	tests/bench/all

# --- completions: made from the option tables of the tools just built
COMPLETIONS := $(TOOLS:%=$(B)/completions/bash/%) \
	$(TOOLS:%=$(B)/completions/zsh/_%) \
	$(TOOLS:%=$(B)/completions/fish/%.fish)

$(B)/completions/bash/%: $(B)/bin/% scripts/completions
	@mkdir -p $(@D)
	scripts/completions bash $< > $@

$(B)/completions/zsh/_%: $(B)/bin/% scripts/completions
	@mkdir -p $(@D)
	scripts/completions zsh $< > $@

$(B)/completions/fish/%.fish: $(B)/bin/% scripts/completions
	@mkdir -p $(@D)
	scripts/completions fish $< > $@

completions: $(COMPLETIONS)

.PHONY: completions
# --- end of completions

# --- install: what goes where; uninstall reads the same lists
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
PAGES := $(wildcard man/*.[1578])
SCRIPTS := scripts/audit-cluster
# each section has a directory
page_places = $(foreach p,$(PAGES),man$(subst .,,$(suffix $p))/$(notdir $p))
INSTALLED = $(TOOLS:%=$(BINDIR)/%) $(BINDIR)/sopv \
	$(SCRIPTS:scripts/%=$(BINDIR)/%) $(LIBEXEC:%=$(LIBEXECDIR)/%) \
	$(page_places:%=$(MANDIR)/%) \
	$(patsubst man/%,$(DATADIR)/%,$(wildcard man/schema/*.json)) \
	$(MANDIR)/man1/sopv.1 $(TOOLS:%=$(BASHDIR)/%) \
	$(TOOLS:%=$(ZSHDIR)/_%) $(TOOLS:%=$(FISHDIR)/%.fish)

install: all completions
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) \
		$(foreach n,1 5 7 8,$(DESTDIR)$(MANDIR)/man$n) \
		$(DESTDIR)$(DATADIR)/schema \
		$(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install $(TOOLS:%=$(B)/bin/%) $(SCRIPTS) $(DESTDIR)$(BINDIR)
	ln -sf pgp-lite $(DESTDIR)$(BINDIR)/sopv
	install $(LIBEXEC:%=$(B)/libexec/%) $(DESTDIR)$(LIBEXECDIR)
	for n in 1 5 7 8; do \
		install -m 644 man/*.$$n $(DESTDIR)$(MANDIR)/man$$n || exit 1; \
	done
	ln -sf pgp-lite.1 $(DESTDIR)$(MANDIR)/man1/sopv.1
	install -m 644 man/schema/*.json $(DESTDIR)$(DATADIR)/schema
	install -m 644 $(TOOLS:%=$(B)/completions/bash/%) $(DESTDIR)$(BASHDIR)
	install -m 644 $(TOOLS:%=$(B)/completions/zsh/_%) $(DESTDIR)$(ZSHDIR)
	install -m 644 $(TOOLS:%=$(B)/completions/fish/%.fish) $(DESTDIR)$(FISHDIR)

# Directories of its own alone; others' may be shared.
uninstall:
	rm -f $(INSTALLED:%=$(DESTDIR)%)
	-rmdir $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/schema \
		$(DESTDIR)$(DATADIR)

# What is committed, the same octets each time; it builds without git.
DIST = $(B)/msgsec-$(VERSION).tar
dist:
	@mkdir -p $(B)
	git -c tar.umask=0022 archive --format=tar -o $(DIST) \
		--prefix=msgsec-$(VERSION)/ HEAD
	gzip -nf9 $(DIST)

deb:
	scripts/debian/build

html:
	scripts/html $(B)/html

.PHONY: install uninstall dist deb html
# --- end of install

# --- fuzz, mutations, faults: everything once more with sanitizers, in a
# build of its own. "make fuzz-replay" runs each target over its corpus;
# scripts/fuzz lets clang look for new inputs.
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined
ASAN_MAKE = $(MAKE) --no-print-directory B=$(B)/asan HARDEN= HARDEN_LD= \
	CFLAGS='-O1 -g $(SAN) -fno-omit-frame-pointer' LDFLAGS='$(SAN)'
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
# What some targets take from the commands themselves: all but main.c.
of_cmd = $(patsubst %.c,$(B)/%.o,$(filter-out %/main.c,$(wildcard $(1:%=cmd/%/*.c))))
FUZZ_CMD_verify := dmarc-verify
# Another main than replay.c, and another linker, are a fuzzing engine's.
FUZZ_MAIN ?= $(B)/tests/fuzz/replay.o
FUZZ_LINK ?= $(CC) $(ALL_CFLAGS)

$(B)/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_MAIN) $(B)/libsupport.a \
		$$(call of_cmd,$$(FUZZ_CMD_$$*)) $(call archives,$(LAYERS))
	@mkdir -p $(@D)
	$(FUZZ_LINK) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
		-Wl,--defsym=verbs=0 $(filter %.a,$^) $(call libs,$(LAYERS)) \
		$(foreach c,$(FUZZ_CMD_$*),$(LIBS_$c))

fuzzers: $(FUZZERS)

$(B)/mutate/mutate: $(patsubst %.c,$(B)/%.o,$(wildcard tests/mutate/*.c)) \
		$(call of_cmd,dmarc-verify) $(B)/libsupport.a \
		$(call archives,$(LAYERS))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
		-Wl,--defsym=verbs=0 $(filter %.a,$^) $(call libs,$(LAYERS))

$(B)/mutate/pgp: $(patsubst %.c,$(B)/%.o,$(wildcard tests/mutate/pgp/*.c)) \
		$(B)/tests/mutate/change.o $(B)/libsupport.a \
		$(call archives,$(call below,pgp))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
		$(filter %.a,$^) $(call libs,$(LAYERS))

$(B)/mutate/smime: $(patsubst %.c,$(B)/%.o,$(wildcard tests/mutate/smime/*.c)) \
		$(B)/tests/mutate/change.o $(call of_cmd,smime-lite) \
		$(B)/libsupport.a $(call archives,$(call below,cms))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
		-Wl,--defsym=verbs=0 $(filter %.a,$^) \
		$(call libs,$(call below,cms))

asan:
	+$(ASAN_MAKE) all units

# COUNT=20000 is the full run.
mutate:
	+$(ASAN_MAKE) $(B)/asan/mutate/mutate
	$(B)/asan/mutate/mutate $(COUNT)

# COUNT=10000 of each kind of message is the full run, and THROUGH=200 of each
# through the command itself.
mutate-pgp: $(B)/bin/pgp-lite
	+$(ASAN_MAKE) $(B)/asan/mutate/pgp
	ASAN_OPTIONS=quarantine_size_mb=16 $(B)/asan/mutate/pgp $(COUNT)
	tests/mutate/pgp/through $(B)/asan/mutate/pgp $(B)/bin/pgp-lite \
		$(THROUGH)

# The same counts.
mutate-smime: $(B)/bin/smime-lite
	+$(ASAN_MAKE) $(B)/asan/mutate/smime
	tests/mutate/smime/run $(B)/asan/mutate/smime $(B)/bin/smime-lite \
		$(or $(COUNT),500) $(or $(THROUGH),200)

# Ours for tests/fuzz/differential/run, which compares it with Python's.
$(B)/fuzz/fields: $(B)/tests/fuzz/differential/fields.o \
		$(call archives,$(call below,mail))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ \
		$(call libs,$(call below,mail))

# COUNT=20000 is the full run; SEED= another one than the day's.
fuzz-differential: all $(B)/fuzz/fields
	tests/fuzz/differential/run --count $(or $(COUNT),1000) \
		$(if $(SEED),--seed $(SEED))

fuzz-replay:
	+$(ASAN_MAKE) fuzzers
	tests/fuzz/replay $(B)/asan/fuzz

$(B)/faults/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O1 -g -Wall -shared -fPIC -o $@ $< -ldl

$(B)/faults/killat $(B)/faults/trace: $(B)/faults/%: tests/faults/%.c \
		tests/faults/steps.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O1 -g -Wall -o $@ $<

# RUNS=all tries each allocation and each system call.
faults: all $(B)/faults/shim.so $(B)/faults/killat $(B)/faults/trace
	tests/faults/run $(RUNS)
	tests/faults/memory $(RUNS)
	tests/faults/ratchet $(RUNS)
	tests/faults/streams
	tests/faults/relay $(RUNS)

.PHONY: fuzzers asan fuzz-replay fuzz-differential mutate mutate-pgp \
	mutate-smime faults
# --- end of fuzz

clean:
	rm -rf $(B)

.PHONY: all units labs check check-units check-cli check-lab lab-compare \
	check-house interop conformance bench clean FORCE
-include $(shell find $(B) \( -name distro -o -name deb \) -prune \
	-o -name '*.d' -print 2>/dev/null)
