# Runs under GNU make and bmake alike: only what both understand is used
# (no conditionals, no pattern rules, no functions).
#
#	make			build/ppp and its faces
#	make VARIANT=asan	into build/asan; also ubsan, tsan, clang
#	make BUILD=/elsewhere	another build tree
#	make help		every target
#
# Sources are found, not listed: src/**/*.c, without the other system's
# *_linux.c or *_freebsd.c.  Under tests: X_test.c is an ATF program, X_tool.c
# and X_bench.c are programs, X_test.sh is an atf-sh script, fuzz_X.c a fuzzer;
# other C files of tests/{unit,lib,trace,bench,fuzz} are linked where needed.

CC_linux = gcc
CC_freebsd = cc
CC_ = ${CC_${SYS}}
CC_clang = clang
CC_bmake = ${CC_}
CC_asan = clang
CC_ubsan = clang
CC_tsan = clang
CC_fuzz = clang
CC = ${CC_${VARIANT}}
AR = ar
PREFIX = /usr/local
DESTDIR =
BUILD = build
VARIANT =
B = ${BUILD}${VARIANT:%=/%}

SYS != case $$(uname -s) in FreeBSD) echo freebsd;; *) echo linux;; esac
OTHER_linux = freebsd
OTHER_freebsd = linux
OTHER = ${OTHER_${SYS}}

# CFLAGS is the user's; the rest is the project's.
CFLAGS = -O2 -g
CSTD = -std=c11 -D_GNU_SOURCE -Isrc
CWARN = -Wall -Wextra -Wconversion -Werror
CHARD = -fstack-protector-strong -fPIE
# Sanitizers check what _FORTIFY_SOURCE checks, and dislike its wrappers.
CVAR_ = -D_FORTIFY_SOURCE=2
CVAR_clang = -D_FORTIFY_SOURCE=2
CVAR_bmake = -D_FORTIFY_SOURCE=2
CVAR_asan = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CVAR_ubsan = -fsanitize=undefined -fno-sanitize-recover=all
CVAR_tsan = -fsanitize=thread -fno-omit-frame-pointer
CVAR_fuzz = -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
LOCAL_freebsd = /usr/local
CSYS_linux =
CSYS_freebsd = -isystem ${LOCAL_freebsd}/include
COMPILE = ${CC} ${CSTD} ${CWARN} ${CHARD} ${CFLAGS} ${CVAR_${VARIANT}} \
	${CSYS_${SYS}}
TCOMPILE = ${COMPILE} -Itests

# --as-needed: a library that nothing uses is not linked.
LDFLAGS = -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
LIBS_linux = -lnftables
LIBS_freebsd = -L${LOCAL_freebsd}/lib -lalias
# The sanitizers bring a crypt() that needs the real one behind it.
LIBS = -ledit -lpcap -lcrypto -Wl,--no-as-needed -lcrypt -Wl,--as-needed \
	-levent_extra -levent_core -ljansson -lz -liperf \
	${LIBS_${SYS}} -lm -lpthread

LIBSRCS != find src -name '*.c' ! -name '*_${OTHER}.c' ! -path src/main.c \
	2>/dev/null | sort
MAINSRC != find src -maxdepth 1 -name main.c 2>/dev/null
HELPSRCS != find tests/unit tests/lib tests/trace tests/bench tests/fuzz \
	-name '*.c' ! -name '*_test.c' ! -name '*_tool.c' \
	! -name '*_bench.c' ! -name 'fuzz_*.c' 2>/dev/null | sort
TESTSRCS != find tests -name '*_test.c' 2>/dev/null | sort
TOOLSRCS != find tests \( -name '*_tool.c' -o -name '*_bench.c' \) \
	2>/dev/null | sort
FUZZERS != find tests/fuzz -name 'fuzz_*.c' 2>/dev/null | sort | \
	sed 's|.*/||; s|\.c$$||'
SHTESTS != find tests -name '*_test.sh' 2>/dev/null | sort

LIBOBJS = ${LIBSRCS:src/%.c=${B}/obj/%.o}
MAINOBJ = ${MAINSRC:src/%.c=${B}/obj/%.o}
HELPOBJS = ${HELPSRCS:%.c=${B}/%.o}
TESTBINS = ${TESTSRCS:%.c=${B}/%}
TOOLBINS = ${TOOLSRCS:%.c=${B}/%}
FUZZBINS = ${FUZZERS:%=${B}/%}
LIB = ${B}/libppp.a
HELPLIB = ${B}/tests/libhelp.a
PPP = ${MAINSRC:src/main.c=${B}/ppp}

PREP != COMPILE='${COMPILE}' LIBS='${LIBS}' LIBOBJS='${LIBOBJS}' \
	HELPOBJS='${HELPOBJS}' TESTS='${TESTSRCS} ${SHTESTS}' \
	sh scripts/prep ${B}

all: ${LIB} ${PPP}

help:
	@echo 'make TARGET [VARIANT=asan|ubsan|tsan|clang] [BUILD=DIR]'
	@sed -n 's/^#:	//p' Makefile

#:	all		the program, build/ppp (default)
objs: ${LIB} ${MAINOBJ}

#:	tests		the program and all test programs
tests: all ${TESTBINS} ${TOOLBINS} ${B}/tests/Kyuafile

${LIBOBJS} ${MAINOBJ}: ${B}/flags
	@mkdir -p ${@D}
	@echo "cc $@"
	@${COMPILE} -MMD -MP -c -o $@ ${@:${B}/obj/%.o=src/%.c}

# The assembler reads it; the compiler does not know.
${B}/obj/cmd/page.o: src/cmd/page.html

${HELPOBJS}: ${B}/flags
	@mkdir -p ${@D}
	@echo "cc $@"
	@${TCOMPILE} -MMD -MP -c -o $@ ${@:${B}/%.o=%.c}

# Made new, so that objects of deleted files do not stay.
${LIB}: ${LIBOBJS} ${B}/objs
	@rm -f $@
	@${AR} rcs $@ ${LIBOBJS}

${HELPLIB}: ${HELPOBJS} ${B}/tests/objs
	@rm -f $@
	@${AR} rcs $@ ${HELPOBJS}

${PPP}: ${MAINOBJ} ${LIB}
	@echo "ld $@"
	@${COMPILE} ${LDFLAGS} -o $@ ${MAINOBJ} ${LIB} ${LIBS}
	@for f in pppctl pppoed pppoetest; do ln -sf ppp ${B}/$$f; done

${TESTBINS}: ${HELPLIB} ${LIB}
	@mkdir -p ${@D}
	@echo "ld $@"
	@${TCOMPILE} -MMD -MP -MF $@.d ${LDFLAGS} -o $@ \
	    ${@:${B}/%=%.c} ${HELPLIB} ${LIB} ${LIBS} -latf-c

${TOOLBINS}: ${HELPLIB} ${LIB}
	@mkdir -p ${@D}
	@echo "ld $@"
	@${TCOMPILE} -MMD -MP -MF $@.d ${LDFLAGS} -o $@ \
	    ${@:${B}/%=%.c} ${HELPLIB} ${LIB} ${LIBS}

# Only with VARIANT=fuzz, which instruments the rest for it.
${FUZZBINS}: ${HELPLIB} ${LIB}
	@echo "ld $@"
	@${TCOMPILE} -fsanitize=fuzzer -MMD -MP -MF $@.d ${LDFLAGS} -o $@ \
	    ${@:${B}/%=tests/fuzz/%.c} ${HELPLIB} ${LIB} ${LIBS}

fuzzers: ${FUZZBINS}

${B}/tests/Kyuafile: ${B}/tests/list scripts/kyuafile
	@TESTS='${TESTSRCS} ${SHTESTS}' sh scripts/kyuafile ${B} > $@.new
	@mv $@.new $@

#:	deps		install what is missing (Debian, as root)
deps:
	@sh scripts/deps

#:	check		everything: builds, lint, all tests, sanitizers, fuzzers
check: deps
	@MAKE='${MAKE}' BUILD=${BUILD} sh scripts/check

#:	check-unit	unit tests
#:	check-conf	tests of configuration files
#:	check-net	tests in network namespaces (root)
#:	check-interop	tests against other implementations (root)
#:	test		all four; with T='unit/ppp net/x_test' only those
check-unit: tests
	@sh scripts/kyua-run ${B} unit
check-conf: tests
	@sh scripts/kyua-run ${B} conf
check-net: tests
	@sh scripts/kyua-run ${B} net
check-interop: tests
	@sh scripts/kyua-run ${B} interop
test: tests
	@sh scripts/kyua-run ${B} ${T}

#:	asan, ubsan, tsan	build/asan/ppp and so on, with its tests
#:	check-asan, ...	unit tests of that variant
asan ubsan tsan:
	@${MAKE} VARIANT=$@ tests
check-asan check-ubsan check-tsan:
	@${MAKE} VARIANT=${@:check-%=%} check-unit

#:	fuzz		all fuzzers in turn, without end; T=secs NAME=one
fuzz:
	@${MAKE} VARIANT=fuzz fuzzers
	@BUILD=${BUILD} T=${T} NAME=${NAME} sh scripts/fuzz

#:	lint		layers, style, shell scripts, manual pages
lint:
	@sh scripts/lint

#:	freebsd-check	compile and link for FreeBSD
freebsd-check:
	@MAKE='${MAKE}' BUILD=${BUILD} sh scripts/freebsd-check

#:	demo		a concentrator and three clients in namespaces (root)
demo:
	@sh scripts/deps demo
	@${MAKE} all
	@PPP_BUILD=$$(cd ${B} && pwd) PPP_SRC=$$(pwd) sh tests/net/demo.sh

#:	bench		figures: throughput, filters, echo, storms ... (root)
bench: tests
	@sh scripts/deps bench
	@PPP_BUILD=$$(cd ${B} && pwd) PPP_SRC=$$(pwd) sh tests/bench/run.sh
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/path.sh
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/filter.sh
	@${B}/tests/bench/crowd_bench
	@${B}/tests/bench/quality_bench
	@${B}/tests/bench/quality_bench 50000 5 30
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/storm.sh
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/pool.sh
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/governor.sh
	@PPP_BUILD=$$(cd ${B} && pwd) PPP_SRC=$$(pwd) sh tests/bench/moves.sh

#:	bench-compare	throughput beside that of an older commit, BASE= (root)
bench-compare: tests
	@sh scripts/deps bench
	@PPP_BUILD=$$(cd ${B} && pwd) sh tests/bench/compare.sh

#:	install		below DESTDIR= (none) and PREFIX= (/usr/local)
install: all
	@DESTDIR=${DESTDIR} PREFIX=${PREFIX} sh scripts/install ${B}

#:	clean		removes BUILD
clean:
	rm -rf ${BUILD}

.PHONY: all objs help tests fuzzers deps check check-unit check-conf check-net \
	check-interop test asan ubsan tsan check-asan check-ubsan check-tsan \
	fuzz lint freebsd-check demo bench bench-compare install clean

-include ${B}/deps.mk
