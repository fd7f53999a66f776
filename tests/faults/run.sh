#!/bin/sh
# All that makes calls fail and processes race, in full: under an hour on two cores. What runs with
# every `meson test` are a few of each (suite `faults`).
#
#     sh tests/faults/run.sh [arguments of meson setup]
#
# BUILD is the build folder (build-faults). The last line counts: N passed, N failed.
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh

# shellcheck disable=SC2086 # words on purpose
install_missing $build_packages $run_packages $test_packages clang-19 libclang-rt-19-dev

build=${BUILD:-build-faults}
if [ -f "$build/build.ninja" ]; then
    meson setup --reconfigure "$build" "$@" >/dev/null
else
    meson setup "$build" -Ddebug=false "$@"
fi
ninja -C "$build" --quiet
build=$(cd "$build" && pwd)

passed=0
failed=0
check() {
    echo "=== $*"
    if "$@" </dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Seeds of what nobody may notice, over the socket tests and a GiB that is compared; seeds of what is
# to be reported; and the first call of each kind, the second, ... the two hundredth.
check python3 tests/faults/run.py "$build" absorbed 1000
check python3 tests/faults/run.py "$build" refused 1000
check python3 tests/faults/run.py "$build" swept 200

# A signal every 200 us for a minute; a thousand races for one path.
check "$build/tests/faults/signals" 60
check "$build/tests/faults/races" 1000

# Under ThreadSanitizer and valgrind.
check python3 tests/faults/checked.py "$build"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
