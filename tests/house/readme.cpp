// Prints the table "What fits together" of the README from the tags themselves.

#include <cstdio>
#include <string>

#include <ferrule/tag/legal.hpp>

using namespace ferrule;

template <class Tag> constexpr const char* name = nullptr;
template <> constexpr const char* name<Tcp> = "Tcp";
template <> constexpr const char* name<Mptcp> = "Mptcp";
template <> constexpr const char* name<Udp> = "Udp";
template <> constexpr const char* name<UdpLite> = "UdpLite";
template <> constexpr const char* name<Icmp> = "Icmp";
template <> constexpr const char* name<Icmpv6> = "Icmpv6";
template <> constexpr const char* name<Unspecified> = "Unspecified";

template <class Family, class Type, class... Protocols> std::string cell(OneOf<Protocols...>) {
    std::string text;
    auto add = [&]<class Protocol>(Protocol) {
        if constexpr (Legal<Family, Type, Protocol>) {
            const bool is_default = std::is_same_v<Protocol, DefaultProtocol<Family, Type>>;
            text += text.empty() ? " " : ", ";
            text += is_default ? "**" + std::string{name<Protocol>} + "**" : name<Protocol>;
        }
    };
    (add(Protocols{}), ...);
    return text;
}

template <class Family> void row(const char* family) {
    constexpr typename Family::protocols protocols{};
    std::printf("| %s |%s |%s |%s |%s |\n", family, cell<Family, Stream>(protocols).c_str(),
                cell<Family, Datagram>(protocols).c_str(),
                cell<Family, SeqPacket>(protocols).c_str(), cell<Family, Raw>(protocols).c_str());
}

int main() {
    row<Ipv4>("Ipv4");
    row<Ipv6>("Ipv6");
    row<Unix>("Unix");
    row<Ip>("Ip");
    row<Any>("Any");
}
