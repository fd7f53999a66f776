# What the scripts install, by the names of Debian 12 and 13 and of Ubuntu since 22.04. To be sourced
# by a POSIX shell.
# shellcheck shell=sh disable=SC2034

# To build the tests and the lessons; to let these talk to programs that are not ours; and what only
# the tests need besides. (systemd: only its systemd-socket-activate is used, which runs anywhere.)
build_packages='g++ meson ninja-build pkg-config python3 libfmt-dev doctest-dev libevent-dev'
run_packages='socat'
test_packages='cmake curl dnsmasq-base git iproute2 libx11-dev netbase nginx procps redis-server strace systemd valgrind'

# has_package PACKAGE: whether it is installed, or one that provides it (pkgconf is pkg-config).
has_package() {
    case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in
    'install ok installed') return 0 ;;
    esac
    dpkg-query -W -f '${Status},${Provides},\n' 2>/dev/null |
        grep -Eq "^install ok installed,(.*[, ])?$1( \([^)]*\))?,"
}

# As root. No service starts because its package is installed, now (policy-rc.d, of invoke-rc.d(8))
# or at the next boot, if that is nginx or redis-server, of which the tests start their own.
# shellcheck disable=SC2016 # it is another shell's
install_as_root='
    set -e
    export DEBIAN_FRONTEND=noninteractive
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap "rm -f $policy" EXIT
        trap "exit 1" HUP INT TERM
        printf "%s\n" "#!/bin/sh" "exit 101" >"$policy"
        chmod 755 "$policy"
    fi
    apt-get -q update
    apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
    for service in nginx redis-server; do
        case " $* " in
        *" $service "*) update-rc.d "$service" disable ;;
        esac
    done
'

# install_missing PACKAGE...: installs those that are not there, without a word when it works.
# As root, or through sudo for others. Without apt-get it says what is needed, and trusts that it is
# there.
install_missing() {
    if ! command -v apt-get >/dev/null; then
        echo "No apt-get here. What is needed, by Debian's names: $*"
        return 0
    fi
    missing=
    for package in "$@"; do
        has_package "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing, and no sudo to install them:$missing" >&2
            return 1
        fi
        as_root=sudo
    fi
    echo "Installing$missing"
    install_log=$(mktemp)
    # shellcheck disable=SC2086 # words on purpose
    if ! $as_root sh -c "$install_as_root" sh $missing </dev/null >"$install_log" 2>&1; then
        cat "$install_log" >&2
        rm -f "$install_log"
        return 1
    fi
    rm -f "$install_log"
}
