#!/bin/sh
# Which lines and branches of the headers the unit tests run (Debian: installs gcovr), by folder of
# includes, and every line that none runs: sh tests/coverage.sh
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh
# shellcheck disable=SC2154,SC2086 # of packages.sh; words on purpose
install_missing $build_packages $test_packages gcovr

build=${BUILD:-build-coverage}
[ -f "$build/build.ninja" ] || meson setup "$build" -Db_coverage=true -Dexamples=disabled
ninja -C "$build" --quiet
meson test -C "$build" --no-rebuild --suite unit
gcovr --root . --object-directory "$build" --filter include/ferrule/ --exclude-unreachable-branches \
    --exclude-throw-branches --print-summary --txt "$build/coverage.txt"
cat "$build/coverage.txt"
