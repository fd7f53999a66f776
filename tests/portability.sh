#!/bin/sh
# The unit tests on other processors, played by qemu-user, and as a program of 32 bits (Debian:
# installs what is missing), each a line with its count:
#
#     sh tests/portability.sh [TARGET...] [--FOLDER...]     m32 aarch64 armhf riscv64 s390x, musl
#
# With folders only their tests: sh tests/portability.sh s390x --core --address
# musl is a static program, where `zig c++` is in the path. What qemu-user does not have is left
# out, by name: tests/portability/not_emulated.txt.
set -eu
cd "$(dirname "$0")/.."
. tests/packages.sh

targets=
folders=
for word in "$@"; do
    case $word in
    --*) folders="$folders $word" ;;
    *) targets="$targets $word" ;;
    esac
done
if [ -z "$targets" ]; then
    targets='m32 aarch64 armhf riscv64 s390x'
    if command -v zig >/dev/null; then
        targets="$targets musl"
    fi
fi
compilers=
for target in $targets; do
    case $target in
    m32) compilers="$compilers g++-$(g++ -dumpversion)-multilib" ;;
    aarch64) compilers="$compilers g++-aarch64-linux-gnu qemu-user" ;;
    armhf) compilers="$compilers g++-arm-linux-gnueabihf qemu-user" ;;
    riscv64) compilers="$compilers g++-riscv64-linux-gnu qemu-user" ;;
    s390x) compilers="$compilers g++-s390x-linux-gnu qemu-user" ;;
    esac
done
# shellcheck disable=SC2154,SC2086 # of packages.sh; words on purpose
install_missing $build_packages $compilers
# shellcheck disable=SC2086
exec python3 tests/portability/portability.py $targets $folders
