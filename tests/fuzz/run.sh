#!/bin/sh
# Fuzzes what reads text, each target for some seconds under AddressSanitizer and
# UndefinedBehaviorSanitizer (Debian 12, installs what is missing):
#
#     sh tests/fuzz/run.sh [SECONDS]
#
# Shows the input that breaks a target. Its last line counts in the form `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh
install_missing clang-19 libclang-rt-19-dev

seconds=${1:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

for target in address endpoint network unix; do
    echo "--- $target, $seconds s"
    # The first inputs: one of every kind, and the rows of the tables.
    mkdir "$work/$target"
    number=0
    cut -f 1 tests/data/*.tsv | sort -u >"$work/seeds"
    while IFS= read -r seed; do
        number=$((number + 1))
        printf '%s' "$seed" >"$work/$target/$number"
    done <"$work/seeds"
    if clang++-19 -std=c++20 -O1 -g -Iinclude -Wall -Wextra -Werror \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        "tests/fuzz/$target.cpp" -o "$work/fuzz_$target" &&
        "$work/fuzz_$target" -max_total_time="$seconds" -max_len=160 -print_final_stats=0 \
            -artifact_prefix="$work/" "$work/$target" >"$work/log" 2>&1; then
        tail -n 1 "$work/log"
        passed=$((passed + 1))
    else
        tail -n 40 "$work/log"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
