#!/bin/sh
# Which lines and branches of the headers the tests and the lessons run (Debian: installs gcovr), by
# header, and every line that none runs: sh tests/coverage.sh
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh
# shellcheck disable=SC2154,SC2086 # of packages.sh; words on purpose
install_missing $build_packages $test_packages gcovr

build=${BUILD:-build-coverage}
if [ ! -f "$build/build.ninja" ]; then
    # A child that ends by _exit(2) says what it has run, too.
    mkdir -p "$build"
    exits=$(cd "$build" && pwd)/exits.o
    gcc -c -x c -o "$exits" - <<'END'
void __gcov_dump(void);
void __real__exit(int);
void __wrap__exit(int status) { __gcov_dump(); __real__exit(status); }
END
    LDFLAGS="-Wl,--wrap=_exit $exits --coverage" meson setup "$build" -Db_coverage=true
fi
ninja -C "$build" --quiet
meson test -C "$build" --no-rebuild --suite unit --suite guarantees --suite examples || echo 'some failed'
gcovr --root . --object-directory "$build" --filter include/ferrule/ --exclude-unreachable-branches \
    --exclude-throw-branches --print-summary --txt "$build/coverage.txt"
cat "$build/coverage.txt"
