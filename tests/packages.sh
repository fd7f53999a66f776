# What the scripts install on Debian 12. To be sourced by a POSIX shell.
# shellcheck shell=sh disable=SC2034

# To build the tests and the lessons; to let these talk to programs that are not ours; and what only
# the tests need besides. (nginx: installing it starts a server on many systems. systemd: only its
# systemd-socket-activate is used, which runs anywhere.)
build_packages='g++ meson ninja-build pkg-config python3 libfmt-dev doctest-dev libevent-dev'
run_packages='socat'
test_packages='curl nginx iproute2 netbase procps strace systemd valgrind'

# install_missing PACKAGE...: installs those that are not there, without a word when it works.
# As root, or through sudo for others. On a system without apt-get it trusts that all is there.
install_missing() {
    command -v apt-get >/dev/null || return 0
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
            'install ok installed') ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0

    echo "Installing$missing"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    install_log=$(mktemp)
    # shellcheck disable=SC2086 # words on purpose
    if ! {
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
                --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
    } </dev/null >"$install_log" 2>&1; then
        cat "$install_log" >&2
        rm -f "$install_log"
        return 1
    fi
    rm -f "$install_log"
}
