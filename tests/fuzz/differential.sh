#!/bin/sh
# Compares ferrule with inet_pton(3) and inet_ntop(3) on ten million mutated texts, then prints and
# reads every IPv4 address; some minutes (Debian 12, installs what is missing):
#
#     sh tests/fuzz/differential.sh [NUMBER OF TEXTS]
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh
install_missing g++

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for program in differential every_ipv4; do
    g++ -std=c++20 -O2 -Iinclude "tests/fuzz/$program.cpp" -o "$work/$program" -pthread
done
"$work/differential" "${1:-10000000}"
"$work/every_ipv4"
