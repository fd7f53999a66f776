#!/bin/sh
# Installs what is missing (Debian 12), builds the lessons, and shows them in conversation with each
# other and with socat: over TCP on IPv4 and on IPv6, over UDP, over a Unix socket. Every
# conversation carries a word made up just now; a changed byte, or a peer that dies, is an exit
# status that is not 0.
#
#     sh examples/run.sh [arguments of meson setup]
#
# BUILD is the build folder (build-examples), CXX the compiler (the system's). With LESSONS, a folder
# of lessons that are built already, nothing is installed or built. PATIENCE is how many seconds a
# peer has for its part (20).
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
lessons=${LESSONS:-}
patience=${PATIENCE:-20}

if [ -z "$lessons" ]; then
    . tests/packages.sh
    # shellcheck disable=SC2086 # words on purpose
    install_missing $build_packages $run_packages
    build=${BUILD:-build-examples}
    if [ -f "$build/build.ninja" ]; then
        meson setup --reconfigure "$build" "$@" >/dev/null
    else
        echo "Building the lessons in $build"
        meson setup "$build" -Dtests=disabled -Dexamples=enabled "$@" >/dev/null
    fi
    ninja -C "$build" --quiet
    lessons=$build/examples
fi
lessons=$(cd "$lessons" && pwd)

# What is started here leads a process group of its own, so that it ends with all its children.
server=
client=
work=$(mktemp -d)
end() {
    for leader in "$@"; do
        kill -s TERM -- "-$leader" 2>/dev/null || :
        wait "$leader" 2>/dev/null || :
    done
}
# shellcheck disable=SC2086 # either may be none
trap 'end $client $server; rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"

token=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
count=0
failed=0

# soon COMMAND...: whether it comes true while the server runs, within the patience.
soon() {
    tries=$((patience * 20))
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 "$server" 2>/dev/null || return 1
        sleep 0.05
    done
}

# serve PATTERN COMMAND...: starts a server and waits until it says where it is, as `\1` of a line.
serve() {
    pattern=$1
    shift
    : >said
    setsid "$@" </dev/null >>said 2>&1 &
    server=$!
    soon grep -q "$pattern" said || return 1
    where=$(sed -n "s/$pattern.*/\1/p" said | head -n 1)
}

# The servers: each sets `where`, and `received` shows what came in. A port below those that the
# kernel hands out by itself is free in most cases; if not, socat ends, and the next one is tried.
our_server() { serve '^listening on \(.*\)' "$lessons/01_tcp_echo_server" 127.0.0.1:0; }
our_server_of() { serve '^listening on \(.*\)' "$lessons/06_one_code_three_families" "$1"; }
our_udp_server() { serve '^waiting at \(.*\)' "$lessons/03_udp_echo_server" 127.0.0.1:0; }
socat_server() {
    : >received
    for try in 1 2 3 4 5; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
        case $1 in
        tcp4) from=TCP4-LISTEN:$port,bind=127.0.0.1 at=127.0.0.1:$port ;;
        tcp6) from="TCP6-LISTEN:$port,bind=[::1]" at="[::1]:$port" ;;
        udp) from=UDP4-RECVFROM:$port,bind=127.0.0.1,fork at=127.0.0.1:$port ;;
        unix) from=UNIX-LISTEN:socket$try at=unix:$work/socket$try ;;
        esac
        if serve '\(listening\|receiving\) on' socat -d -d -t "$patience" "$from" 'SYSTEM:tee received'; then
            where=$at
            return 0
        fi
        end "$server"
    done
    return 1
}
received() {
    case $1 in
    socat*) soon test -s received && cat received ;;
    *) sed -n 's/.* sent [0-9]* bytes: //p' said | tail -n 1 ;;
    esac
}

# talk COMMAND...: runs a client on what there is to send. In the background, because `wait` lets a
# signal through.
talk() {
    setsid timeout "$patience" "$@" <sent >back 2>complaint &
    client=$!
    status=0
    wait "$client" || status=$?
    client=
    return $status
}
our_client() { talk "$lessons/02_tcp_echo_client" "$where"; }
our_udp_client() {
    talk "$lessons/04_udp_echo_client" "$where" "$word" || return
    sed -n 's/^answered: //p' back | tail -n 1 | tr -d '\n' >answer
    mv answer back
}
socat_client() {
    case $1 in
    tcp4) talk socat -t "$patience" - "TCP4:$where" ;;
    tcp6) talk socat -t "$patience" - "TCP6:$where" ;;
    udp) talk socat -t 2 - "UDP4:$where" ;; # UDP has no end that could be waited for
    unix) talk socat -t "$patience" - "UNIX-CONNECT:${where#unix:}" ;;
    esac
}

# conversation 'CLIENT' 'SERVER': of these two functions, with their arguments; one line of the page.
conversation() {
    count=$((count + 1))
    word="$token $count"
    case $1 in
    our_udp_client) expected="1 $word" ;; # lesson 4 numbers its questions
    *) expected=$word ;;
    esac
    printf '%s' "$expected" >sent
    came=
    : >back
    : >complaint
    verdict=FAILED
    # shellcheck disable=SC2086 # words on purpose
    if $2 && $1; then
        came=$(received "$2" | tr -cd '[:print:]')
        [ "$came" = "$expected" ] && cmp -s sent back && verdict=ok
    fi
    name_of_client='our client'
    name_of_server='our server'
    case $1 in socat*) name_of_client=socat ;; esac
    case $2 in socat*) name_of_server=socat ;; esac
    printf '    %-10s  >  %-10s    %-18s  %-18s  %s\n' "$name_of_client" "$name_of_server" \
        "${came:-nothing}" "$(tr -cd '[:print:]' <back | head -c 40)" "$verdict"
    if [ "$verdict" != ok ]; then
        failed=$((failed + 1))
        tail -n 5 complaint said | sed 's/^/        /'
    fi
    [ -z "$server" ] || end "$server"
    server=
}

# Whether the loopback has its IPv6 address (proc_net(5)). Where CI=true nothing may be left out.
has_ipv6() {
    [ "${CI:-}" = true ] && return
    case ";${LACKS:-};" in *';IPv6;'*) return 1 ;; esac
    [ ! -d /proc/net ] || grep -qs '^00000000000000000000000000000001 ' /proc/net/if_inet6
}

section() {
    printf '\n%-33s%-18s  %s\n' "$1" 'the server got' 'the client got back'
}

cat <<END
ferrule: sockets whose types fit together
=========================================

Our servers and clients (lessons 1, 2, 3, 4 and 6) talk to each other, then each to socat. What
they say was made up just now: $token and a number.
END
section 'TCP over IPv4'
conversation our_client our_server
conversation 'socat_client tcp4' our_server
conversation our_client 'socat_server tcp4'

section 'TCP over IPv6'
if has_ipv6; then
    conversation our_client 'our_server_of [::1]:0'
    conversation 'socat_client tcp6' 'our_server_of [::1]:0'
    conversation our_client 'socat_server tcp6'
else
    echo 'no IPv6 here: three conversations are left out'
fi

section 'UDP'
conversation our_udp_client our_udp_server
conversation 'socat_client udp' our_udp_server
conversation our_udp_client 'socat_server udp'

section 'A Unix socket'
conversation our_client "our_server_of unix:$work/ours"
conversation 'socat_client unix' "our_server_of unix:$work/ours"
conversation our_client 'socat_server unix'

# compiles PROTOCOL: whether the compiler takes a stream over it; what it says is in `words`.
compiles() {
    printf '%s\n' '#include <ferrule/socket/socket.hpp>' 'using namespace ferrule;' \
        "auto socket_of_mine = Socket<Ipv4, Stream, $1>::open();" >example.cpp
    # shellcheck disable=SC2086 # words on purpose
    LC_ALL=C ${CXX:-c++} -std=c++20 -fsyntax-only "-I$root/include" example.cpp >words 2>&1
}
cat <<END

What does not fit does not compile. Of
    auto socket_of_mine = Socket<Ipv4, Stream, Udp>::open();
the compiler says, among other things:

END
if ! compiles Tcp; then
    echo '    FAILED: it does not compile with Tcp either'
    sed 's/^/        /' words
    failed=$((failed + 1))
elif compiles Udp || ! grep -q 'Carries<.*Udp' words; then
    echo '    FAILED: it does not say that UDP carries no stream'
    sed 's/^/        /' words
    failed=$((failed + 1))
else
    grep -E 'error:|Carries<|evaluated to' words | sed "s|$root/||g" | fold -s -w 96 |
        sed 's/^/    /'
    printf '\nWith Tcp in place of Udp it compiles.\n'
fi

echo
if [ "$failed" != 0 ]; then
    echo "$failed of $((count + 1)) FAILED"
    exit 1
fi
echo "All $count conversations arrived as they were sent, and one mistake did not compile."
