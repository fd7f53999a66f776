#!/bin/sh
# Makes the site (installs doxygen and its style sheet on Debian): what the README, the lessons and
# the headers say, and what the compilers say to each program that must not compile.
#
#     sh docs/build.sh [FOLDER]      build-site/html/index.html is the first page
#
# It works from the folder, without a network. DOCUMENTED_ONLY=1 checks the reference alone.
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh
# shellcheck disable=SC2154,SC2086 # of packages.sh; words on purpose
install_missing $build_packages clang-19 doxygen doxygen-awesome-css

out=${1:-build-site}
mkdir -p "$out"
out=$(cd "$out" && pwd)
exec python3 docs/site.py "$out"
