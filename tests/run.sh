#!/bin/sh
# Installs what is missing (Debian 12), builds ferrule's tests and runs all of them.
#
#     sh tests/run.sh [arguments of meson setup]
#
# BUILD is the build folder (build), CXX the compiler (the system's).
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh

# shellcheck disable=SC2086 # words on purpose
install_missing $build_packages $run_packages $test_packages

build=${BUILD:-build}
if [ -f "$build/build.ninja" ]; then
    meson setup --reconfigure "$build" "$@" >/dev/null
else
    meson setup "$build" "$@"
fi
ninja -C "$build" --quiet
status=0
# One more at once than there are processors: many tests wait for what they started.
meson test -C "$build" --no-rebuild --print-errorlogs --num-processes $(($(nproc) + 1)) || status=$?
echo
python3 tests/results.py "$build" || status=1
exit "$status"
