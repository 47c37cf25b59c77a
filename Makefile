# async: a git-style asynchronous work log.
#
#   make            build ./async and the ./git-async link
#   make demo       install what is missing, build, run the main job in a scratch team
#   make check      install what is missing for tests, build, run every test
#   make perf       measure (t/perf); SIZES="1k 10k 100k 1m" chooses the logs
#   make install    binary, link, manual, completions below $(DESTDIR)$(prefix)
#   make uninstall
#   make deps       install the Debian packages (root or sudo; else it lists them)
#   make headers    every header compiles alone
#   make layers     cmd/ includes only async/ and cmd headers; one file per foreign library
#   make lint       mandoc -Tlint on the manual, shellcheck on t/
#   make style      what clang-format would change (a hint)
#   make clean
#
# Knobs: CC, CFLAGS, prefix, DESTDIR; SAN=1 builds with the address and undefined-
# behaviour sanitizers (its own objects); B=dir puts objects and programs elsewhere.

prefix ?= /usr/local
B ?= build
O := $(B)/$(if $(SAN),san,obj)

PACKAGES := gcc make pkg-config git libgit2-dev libyaml-dev libsqlite3-dev libjansson-dev \
	libutf8proc-dev libpcre2-dev libhttp-parser-dev zlib1g-dev tzdata
TEST_PACKAGES := libcmocka-dev mandoc man-db shellcheck python3-minimal python3 python3-yaml perl strace

# The libraries are linked statically and in part: libgit2's own start (it loads TLS, SSH
# and Kerberos, and reads all CA certificates) costs more than most commands; async never
# uses its network code. lib/offline.c stands in for what that code would call.
STATIC := git2 sqlite3 yaml jansson utf8proc pcre2-8 z http_parser
LIBS := -Wl,-Bstatic $(addprefix -l,$(STATIC)) -Wl,-Bdynamic -lm

CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
HARDEN := -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANITIZE := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
, := ,
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -Iinclude $(WARN) $(HARDEN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro $(SANITIZE) $(LDFLAGS)

LIB_SRC := $(wildcard lib/*.c)
CMD_SRC := $(wildcard cmd/*.c)
UNIT_SRC := $(wildcard t/unit/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(O)/%.o)
CMD_OBJ := $(CMD_SRC:%.c=$(O)/%.o)
UNIT := $(UNIT_SRC:t/unit/%.c=$(O)/unit/%)

ASYNC := $(if $(filter build,$(B)),.,$(B))

.PHONY: all
all: $(O)/async $(ASYNC)/async $(ASYNC)/git-async

$(O)/async: $(CMD_OBJ) $(O)/libasync.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/libasync.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(ASYNC)/async: $(O)/async
	cp $< $@.tmp && mv $@.tmp $@

$(ASYNC)/git-async: $(ASYNC)/async
	ln -sf async $@

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/unit/%: t/unit/%.c $(O)/libasync.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib -Icmd -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(O)/libasync.a $(LIBS) -lcmocka

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT:%=%.d)

.PHONY: units
units: $(UNIT)

.PHONY: clean
clean:
	rm -rf build async git-async t/tmp
