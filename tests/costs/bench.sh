#!/bin/sh
# The table of costs beside C, Asio and Poco (Debian: installs what is missing): sh tests/costs/bench.sh
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh
install_missing g++ libasio-dev libpoco-dev python3 strace valgrind
exec python3 tests/costs/bench.py "$@"
