#!/bin/sh
# Fuzzes what reads text or bytes of others, each target for some seconds under AddressSanitizer and
# UndefinedBehaviorSanitizer (Debian 12, installs what is missing):
#
#     sh tests/fuzz/run.sh [SECONDS]
#     RUNS=10000000 sh tests/fuzz/run.sh 3600 control     so many runs, of one target
#
# Shows the input that breaks a target. Its last line counts in the form `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh
install_missing clang-19 libclang-rt-19-dev libfmt-dev

seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=${*:-address endpoint network unix control reader dns http}
runs=${RUNS:--1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# fuzz TARGET: whether it holds. Without strict flex arrays sun_path, the last member of its struct,
# would have no end.
fuzz() {
    clang++-19 -std=c++20 -O1 -g -Iinclude -Wall -Wextra -Werror \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fstrict-flex-arrays=3 \
        -DFMT_HEADER_ONLY "tests/fuzz/$1.cpp" -pthread -o "$work/fuzz_$1" || return 1
    mkdir "$work/found"
    if "$work/fuzz_$1" -max_total_time="$seconds" -runs="$runs" -max_len=160 -artifact_prefix="$work/" \
        "$work/found" "$work/first" >"$work/log" 2>&1; then
        tail -n 1 "$work/log"
        rm -r "$work/found"
    else
        tail -n 40 "$work/log"
        rm -r "$work/found"
        return 1
    fi
}

# The first inputs: the rows of the tables, and names around the longest that a Unix path may have.
mkdir "$work/first"
{
    cut -f 1 tests/data/*.tsv
    for length in 107 108 109; do
        printf "%${length}s\n" '' | tr ' ' x
        printf "@%${length}s\n" '' | tr ' ' x
    done
} | sort -u >"$work/texts"
number=0
while IFS= read -r text; do
    number=$((number + 1))
    printf '%s' "$text" >"$work/first/$number"
done <"$work/texts"

for target in $targets; do
    echo "--- $target, $seconds s"
    if fuzz "$target"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
