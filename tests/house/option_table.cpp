// SPDX-License-Identifier: MIT
// Prints the table of all options as examples/OPTIONS.md has it, from the types themselves; with
// any argument the options of the kernel behind them.
#include "../support/every_option.hpp"

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

using namespace every;

namespace {

// The kinds of socket that share a column, each by what the table calls its family.
struct Column {
    std::string name;
    std::vector<std::pair<std::size_t, std::string>> kinds; // their places in EveryKind
};

const std::vector<Column> columns{
    {"Tcp", {{0, "4"}, {1, "6"}, {2, "Ip"}}},   {"Mptcp", {{3, "4"}, {4, "6"}, {5, "Ip"}}},
    {"Udp", {{6, "4"}, {7, "6"}, {8, "Ip"}}},   {"UdpLite", {{9, "4"}, {10, "6"}, {11, "Ip"}}},
    {"Icmp", {{12, "4"}, {13, "6"}}},           {"Raw Icmp", {{14, "4"}, {15, "6"}}},
    {"Raw others", {{16, "4"}, {17, "6"}}},     {"Unix", {{18, "S"}, {19, "D"}, {20, "P"}}},
    {"Any", {{21, "S"}, {22, "D"}, {23, "P"}}},
};

// Those that have the state Listener.
constexpr std::size_t listening_kinds[]{0, 1, 2, 3, 4, 5, 18, 20, 21, 23};
constexpr std::size_t listener_at = 2;

const std::vector<std::pair<std::string, std::string>> sections{
    {"ReuseAddress", "Every kind of socket: `opt/socket.hpp`"},
    {"ReceiveDropped", "What comes with messages: `opt/message.hpp`"},
    {"HopLimit", "IP: `opt/ip.hpp`"},
    {"NoDelay", "TCP: `opt/tcp.hpp`"},
    {"SegmentSize", "UDP: `opt/udp.hpp`"},
    {"PassCredentials", "Unix: `opt/unix.hpp`"},
    {"ChecksumOffset", "Raw: `opt/raw.hpp`"},
    {"Info", "What the kernel knows of a connection: `inspect/tcp_info.hpp`"},
};

void print_head(const std::string& title) {
    std::string names = "| option | of the kernel |";
    std::string line = "|---|---|";
    for (const Column& column : columns) {
        names += " " + column.name + " |";
        line += "---|";
    }
    for (const char* state : {"Socket", "Bound", "Listener", "Connecting", "Connection"}) {
        names += " " + std::string{state} + " |";
        line += ":-:|";
    }
    std::printf("\n## %s\n\n%s\n%s\n", title.c_str(), names.c_str(), line.c_str());
}

void print_row(const OptionRow& option) {
    std::string row = "| `" + option.name + "` |";
    for (const Call& call : option.calls) {
        row += " " + call.name;
    }
    row += " |";
    for (const Column& column : columns) {
        for (const auto& [kind, family] : column.kinds) {
            row += option.applies[kind] ? " " + family : "";
        }
        row += " |";
    }
    bool can_listen = false;
    for (const std::size_t kind : listening_kinds) {
        can_listen = can_listen || option.applies[kind];
    }
    for (std::size_t state = 0; state < option.settable.size(); ++state) {
        const bool exists = can_listen || state != listener_at;
        row += exists && option.settable[state] ? " s" : "";
        row += exists && option.readable[state] ? " r" : "";
        row += " |";
    }
    std::printf("%s\n", row.c_str());
}

} // namespace

int main(int count, char**) {
    if (count > 1) { // the options of the kernel, with their numbers
        for (const OptionRow& option : every_option()) {
            for (const Call& call : option.calls) {
                std::printf("%s %d\n", call.name.c_str(), call.number);
            }
        }
        return 0;
    }
    std::printf("# Every option, on what it is for\n\n"
                "Printed from the types by `tests/house/option_table.cpp`; a test compares.\n"
                "\n"
                "The columns of protocols say of which families: IPv4 (4), IPv6 (6), both at once "
                "(Ip); of Unix and Any, of\n"
                "which types: Stream (S), Datagram (D), SeqPacket (P). The columns of states say "
                "whether the option can be set (s)\n"
                "and read (r) there. What is empty does not compile.\n");
    for (const OptionRow& option : every_option()) {
        for (const auto& [first, title] : sections) {
            if (first == option.name) {
                print_head(title);
            }
        }
        print_row(option);
    }
}
