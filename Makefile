# async: a git-style asynchronous work log.
#
#   make            build ./async and the ./git-async link
#   make demo       install what is missing, build, run the main job in a scratch team
#   make check      install what is missing for tests, build, run every test
#   make soak       the long figures of those tests that have some, one test at a time: hours
#   make fuzz       run clang's fuzzers of t/fuzz, SECONDS=60 each; FUZZ="record tree" only these
#   make perf       measure (t/perf); SIZES="1k 10k 100k 1m" chooses the logs
#   make install    binary, link, manual, completions below $(DESTDIR)$(prefix)
#   make uninstall
#   make deps       install the Debian packages (root or sudo; else it lists them)
#   make units      build the unit tests (t/README says how to run one)
#   make headers    every header compiles alone
#   make layers     cmd/ includes only async/ and cmd headers; one file per foreign library
#   make lint       mandoc -Tlint on the manual, shellcheck on t/
#   make style      what clang-format would change (a hint)
#   make clean
#
# Knobs: CC, CFLAGS, LDFLAGS, prefix, DESTDIR; SAN=1 builds with the address and undefined-
# behaviour sanitizers, into build/san; B=dir puts objects and programs elsewhere; JOBS is how
# many tests run at once.

prefix ?= /usr/local
B ?= build
JOBS ?= 2
O := $(B)/$(if $(SAN),san,obj)
BIN := $(if $(SAN),$(O),$(if $(filter build,$(B)),.,$(B)))

PACKAGES := gcc make git libgit2-dev libyaml-dev libsqlite3-dev libjansson-dev libutf8proc-dev \
	libpcre2-dev libhttp-parser-dev zlib1g-dev libcmark-dev libgmime-3.0-dev tzdata
TEST_PACKAGES := libcmocka-dev mandoc man-db shellcheck python3 python3-yaml perl strace \
	bsdutils faketime openssh-client openssh-server

# The libraries are linked statically and in part: libgit2's own start (it loads TLS, SSH
# and Kerberos, and reads all CA certificates) costs more than most commands; async never
# uses its network code. lib/offline.c stands in for what that code would call (so our own
# archive comes once more, behind libgit2).
STATIC := git2 sqlite3 yaml jansson utf8proc pcre2-8 z http_parser cmark
LIBS := -Wl,-Bstatic $(addprefix -l,$(STATIC)) -Wl,-Bdynamic $(O)/libasync.a -lm

, := ,
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
HARDEN := -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANITIZE := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -Iinclude $(WARN) $(HARDEN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro $(SANITIZE) $(LDFLAGS)

LIB_SRC := $(wildcard lib/*.c)
CMD_SRC := $(wildcard cmd/*.c)
UNIT_SRC := $(wildcard t/unit/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(O)/%.o)
CMD_OBJ := $(CMD_SRC:%.c=$(O)/%.o)
UNIT := $(UNIT_SRC:t/unit/%.c=$(O)/unit/%)
# Units of cmd/ take its modules, too, but not main().
CMD_LIB_OBJ := $(filter-out $(O)/cmd/async.o,$(CMD_OBJ))
HEADERS := $(wildcard include/async/*.h lib/*.h cmd/*.h t/unit/*.h t/fuzz/*.h)
PAGES := $(wildcard man/*.[157])
SCRIPTS := $(wildcard t/t[0-9]*.sh)

.PHONY: all
all: $(BIN)/async $(BIN)/git-async

$(BIN)/async: $(CMD_OBJ) $(O)/libasync.a $(O)/sources
	$(CC) $(ALL_LDFLAGS) -o $@.tmp $(CMD_OBJ) $(O)/libasync.a $(LIBS)
	@mv $@.tmp $@

$(BIN)/git-async: $(BIN)/async
	ln -sf async $@

$(O)/libasync.a: $(LIB_OBJ) $(O)/sources
	@rm -f $@
	$(AR) rcs $@ $(LIB_OBJ)

$(O)/libcmd.a: $(CMD_LIB_OBJ) $(O)/sources
	@rm -f $@
	$(AR) rcs $@ $(CMD_LIB_OBJ)

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/unit/%: t/unit/%.c $(O)/libcmd.a $(O)/libasync.a $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib -Icmd -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< \
		$(O)/libcmd.a $(O)/libasync.a $(LIBS) -lcmocka

# GMime is loaded when a message is made (lib/mail.c); its headers are not up to our warnings.
$(O)/lib/mail.o: private ALL_CFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags gmime-3.0))

# Another compiler or flag makes every object anew; a file that came or went, what is made of all.
$(O)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' >$@
$(O)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(LIB_SRC) $(CMD_SRC)' | cmp -s - $@ || echo '$(LIB_SRC) $(CMD_SRC)' >$@
.PHONY: FORCE
FORCE:

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT:%=%.d) $(wildcard $(O)/t/fuzz/*.d $(O)/fuzz/*.d)

.PHONY: units
units: $(UNIT)

# ---- packages

# $(call install_missing,packages): nothing to do costs nothing; else apt, or the list.
define install_missing
	@missing= ; for p in $(1); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q ' installed$$' || \
			missing="$$missing $$p"; \
	done; \
	test -z "$$missing" || { \
		sudo= ; test "$$(id -u)" = 0 || sudo=sudo; \
		if ! command -v apt-get >/dev/null || ! { test -z "$$sudo" || command -v sudo >/dev/null; }; \
		then \
			echo "Please install (names of Debian's packages):$$missing" >&2; exit 1; \
		fi; \
		$$sudo apt-get -q update && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install $$missing; \
	}
	@mkdir -p $(@D) && touch $@
endef

$(B)/deps: Makefile
	$(call install_missing,$(PACKAGES))

$(B)/test-deps: Makefile | $(B)/deps
	$(call install_missing,$(TEST_PACKAGES))

.PHONY: deps
deps: $(B)/test-deps

# These two set everything up: before the first file is compiled.
ifneq ($(filter demo,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(CMD_OBJ): | $(B)/deps
endif
ifneq ($(filter check soak perf,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(CMD_OBJ) $(UNIT): | $(B)/test-deps
headers lint: $(B)/test-deps
endif

# ---- running it

.PHONY: demo
demo: all
	@ASYNC_BIN_DIR=$(abspath $(BIN)) sh t/demo.sh

# A finding of the sanitizers ends a program with 99, which no test takes for a failure it expects.
TEST_ENV = ASYNC_BIN_DIR=$(abspath $(BIN)) CMOCKA_MESSAGE_OUTPUT=TAP \
	ASAN_OPTIONS=exitcode=99:strict_string_checks=1:detect_stack_use_after_return=1 \
	LSAN_OPTIONS=exitcode=99:print_suppressions=0 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1

.PHONY: check
check: all units headers layers lint
	$(TEST_ENV) prove -j$(JOBS) $(UNIT) $(SCRIPTS)

# Tests with a long and a short figure (t/README). SOAK="t/t4002-many-clones.sh ..." chooses some.
# What they counted is printed; each has all the time it takes.
SOAK ?= $(patsubst t/unit/%.c,$(O)/unit/%,$(shell grep -lw long_or $(UNIT_SRC))) \
	$(shell grep -lwE 'long_or|lib-faults' $(SCRIPTS))
.PHONY: soak
soak: all units
	$(TEST_ENV) ASYNC_TEST_LONG=1 prove --timer -j1 $(SOAK)

# What the fuzzers find stays in build/corpus; what is worth keeping goes to t/fuzz/corpus.
FUZZERS := $(sort $(patsubst t/fuzz/%.c,%,$(filter-out t/fuzz/fuzz.c,$(wildcard t/fuzz/*.c))))
FUZZ ?= $(FUZZERS)
SECONDS ?= 60
.PHONY: fuzz
fuzz:
	$(MAKE) CC=clang SAN=1 B=build/fuzz \
		CFLAGS='-O1 -g -DMAKE_FUZZ -fsanitize=fuzzer-no-link -finstrument-functions-after-inlining' \
		$(FUZZ:%=build/fuzz/san/fuzz/%)
	@for f in $(FUZZ); do \
		echo "== $$f, $(SECONDS) seconds" && mkdir -p build/corpus/$$f && \
		build/fuzz/san/fuzz/$$f -max_total_time=$(SECONDS) -timeout=2 -verbosity=0 \
			-print_final_stats=1 -print_pcs=0 $(FUZZ_OPTIONS) \
			build/corpus/$$f $$(ls -d t/fuzz/corpus/$$f t/golden/$$f 2>/dev/null) || exit 1; \
	done

$(O)/fuzz/%: t/fuzz/%.c t/fuzz/fuzz.c $(O)/libcmd.a $(O)/libasync.a $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib -Icmd -MMD -MP -MF $@.d $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< t/fuzz/fuzz.c \
		$(O)/libcmd.a $(O)/libasync.a $(LIBS)

# Their replay in `make check` is one unit test, which has all of them in it.
FUZZ_OBJ := $(FUZZERS:%=$(O)/t/fuzz/%.o) $(O)/t/fuzz/fuzz.o
$(FUZZ_OBJ) $(O)/unit/fuzz: private ALL_CFLAGS += -Ilib -Icmd '-DEACH_FUZZER(X)=$(foreach f,$(FUZZERS),X($(f)))'
$(O)/unit/fuzz: t/unit/fuzz.c $(FUZZ_OBJ) $(O)/libcmd.a $(O)/libasync.a $(O)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(FUZZ_OBJ) \
		$(O)/libcmd.a $(O)/libasync.a $(LIBS) -lcmocka

.PHONY: perf
perf: all
	ASYNC_BIN_DIR=$(abspath $(BIN)) t/perf/run $(SIZES)

# ---- the state of the source

.PHONY: headers
headers: $(O)/headers
$(O)/headers: $(HEADERS) $(O)/flags
	@for h in $(HEADERS); do \
		echo "#include \"$$h\"" | $(CC) $(ALL_CFLAGS) -I. -Ilib -Icmd -x c -fsyntax-only - || exit 1; \
	done
	@touch $@

FOREIGN := git2 yaml sqlite3 jansson utf8proc zlib cmark gmime

.PHONY: layers
layers:
	@! grep -nE '#include "(\.\.|lib/)' $(CMD_SRC) $(wildcard cmd/*.h)
	@! grep -nE '#include <($(subst $() ,|,$(FOREIGN)))' $(CMD_SRC) $(wildcard cmd/*.h include/async/*.h) | \
		grep -v '^cmd/print.c:.*utf8proc'
	@for lib in $(FOREIGN); do \
		users=$$(grep -lE "#include <$$lib[./]" $(LIB_SRC)); \
		test $$(echo $$users | wc -w) -le 1 || { echo "$$lib is used by more than one file:" $$users; exit 1; }; \
	done
	@! grep -nE '\b(printf|puts|putchar|exit|getopt)\(' $(LIB_SRC)

.PHONY: lint
lint:
	$(if $(PAGES),mandoc -Tlint -Wwarning $(PAGES))
	shellcheck -s sh -S warning -e SC2016,SC1091,SC2034,SC2089,SC2090,SC2283 $(wildcard t/lib*.sh) $(SCRIPTS) $(wildcard t/demo.sh) .ci/run

.PHONY: style
style:
	@for f in $(LIB_SRC) $(CMD_SRC) $(UNIT_SRC) $(HEADERS); do \
		clang-format $$f | diff -u $$f - || :; \
	done

# ---- installing

bindir = $(DESTDIR)$(prefix)/bin
mandir = $(DESTDIR)$(prefix)/share/man
bash_completions = $(DESTDIR)$(prefix)/share/bash-completion/completions
zsh_completions = $(DESTDIR)$(prefix)/share/zsh/site-functions
fish_completions = $(DESTDIR)$(prefix)/share/fish/vendor_completions.d

.PHONY: install
install: all
	install -d $(bindir) $(mandir)/man1 $(mandir)/man5 $(mandir)/man7
	install -d $(bash_completions) $(zsh_completions) $(fish_completions)
	install $(BIN)/async $(bindir)/async
	ln -sf async $(bindir)/git-async
	for page in $(PAGES); do install -m 644 $$page $(mandir)/man$${page##*.} || exit 1; done
	ln -sf async.1 $(mandir)/man1/git-async.1
	install -m 644 cmd/completion/async.bash $(bash_completions)/async
	ln -sf async $(bash_completions)/git-async
	install -m 644 cmd/completion/async.zsh $(zsh_completions)/_async
	ln -sf _async $(zsh_completions)/_git-async
	install -m 644 cmd/completion/async.fish $(fish_completions)/async.fish
	ln -sf async.fish $(fish_completions)/git-async.fish

.PHONY: uninstall
uninstall:
	rm -f $(bindir)/async $(bindir)/git-async
	for page in $(notdir $(PAGES)); do rm -f $(mandir)/man$${page##*.}/$$page; done
	rm -f $(mandir)/man1/git-async.1
	rm -f $(bash_completions)/async $(bash_completions)/git-async
	rm -f $(zsh_completions)/_async $(zsh_completions)/_git-async
	rm -f $(fish_completions)/async.fish $(fish_completions)/git-async.fish

.PHONY: clean
clean:
	rm -rf build async git-async t/tmp
