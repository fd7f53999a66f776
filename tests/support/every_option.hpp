// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Every option that the headers have (tests/house/options.py compares), as rows: where it applies,
/// what it can be set to, and how.

#include <ferrule/ferrule.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "every_socket.hpp"

namespace every {

using namespace ferrule;

/// In the order of the headers.
using EveryOption = OneOf<
    // opt/socket.hpp
    opt::ReuseAddress, opt::ReusePort, opt::KeepAlive, opt::Broadcast, opt::LingeringClose,
    opt::AbortiveClose, opt::SendBuffer, opt::ReceiveBuffer, opt::EffectiveSendBuffer,
    opt::EffectiveReceiveBuffer, opt::ForcedSendBuffer, opt::ForcedReceiveBuffer,
    opt::ReceiveLowWater, opt::Priority, opt::Mark, opt::BindToDevice, opt::IncomingCpu,
    opt::BusyPoll, opt::DontRoute, opt::ZeroCopy, opt::Timestamping, opt::ReceiveTimestamps,
    opt::PendingError, opt::Domain, opt::TypeNumber, opt::ProtocolNumber, opt::AcceptsConnections,
    opt::Cookie,
    // opt/message.hpp
    opt::ReceiveDropped, opt::ReceivePriority, opt::TransmitTimes,
    // opt/ip.hpp
    opt::HopLimit, opt::MinimumHopLimit, opt::TrafficClass, opt::MulticastHops, opt::MulticastLoop,
    opt::MulticastAll, opt::MulticastInterface, opt::MtuDiscovery, opt::DontFragment, opt::PathMtu,
    opt::ReceivePacketInfo, opt::ReceiveHopLimit, opt::ReceiveTrafficClass,
    opt::ReceiveOriginalDestination, opt::ErrorQueue, opt::FreeBind, opt::Transparent,
    opt::BindAddressNoPort, opt::LocalPortRange, opt::HeaderIncluded, opt::AutoFlowLabel,
    opt::ReceiveFlowLabel, opt::FlowLabel, opt::V6Only,
    // opt/tcp.hpp
    opt::NoDelay, opt::Cork, opt::QuickAck, opt::KeepAliveIdle, opt::KeepAliveInterval,
    opt::KeepAliveCount, opt::KeepAliveProbes, opt::UserTimeout, opt::DeadPeerWithin,
    opt::MaximumSegment, opt::CongestionControl, opt::FastOpenQueue, opt::FastOpenConnect,
    opt::DeferAccept, opt::SynCount, opt::FinWait, opt::NotSentLowWater, opt::WindowClamp,
    opt::ThinStream, opt::SaveSyn, opt::SavedSyn, opt::RetransmissionLimit, opt::IsMultipath,
    // opt/udp.hpp
    opt::SegmentSize, opt::Coalescing, opt::UdpCork, opt::SendWithoutChecksum,
    opt::ReceiveWithoutChecksum, opt::SendCoverage, opt::ReceiveCoverage,
    // opt/unix.hpp
    opt::PassCredentials, opt::PassDescriptors, opt::PassProcessDescriptor, opt::Mode,
    opt::PeerCredentials, opt::PeerPidfd, opt::PeerGroups,
    // opt/raw.hpp
    opt::ChecksumOffset, opt::IcmpFilter,
    // inspect/tcp_info.hpp
    opt::Info, opt::MultipathInfo>;

/// One value to set an option to, as text, and the way to set it.
struct Attempt {
    std::string value;
    std::function<Result<void>(opt::Target)> set;
};

/// An option of the kernel behind one of ours.
struct Call {
    int level;
    int number;
    std::string name;
    friend bool operator==(const Call&, const Call&) = default;
};

/// What is known of an option.
struct OptionRow {
    std::string name;
    std::vector<Call> calls;
    bool one_for_each_ip = false; ///< The first call is for IPv4, the second for IPv6.
    std::vector<bool> applies;    ///< In the order of EveryKind.
    std::vector<bool> settable;   ///< In the order of EveryState.
    std::vector<bool> readable;
    std::vector<Attempt> values; ///< In range.
    std::vector<Attempt> out_of_range;
    std::function<Result<std::string>(opt::Target)> get; ///< Empty if nothing can be read.
};

// Values as text, so that what was set can be compared to what is read.
template <class Value> std::string text_of(const Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        return value ? "on" : "off";
    } else if constexpr (std::is_integral_v<Value>) {
        return std::to_string(value);
    } else if constexpr (std::is_enum_v<Value>) {
        return std::to_string(static_cast<int>(value));
    } else if constexpr (Duration<Value>) {
        return std::to_string(value.count());
    } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
        return std::string{std::string_view{value}};
    } else {
        return "something that can only be read";
    }
}
inline std::string text_of(const opt::TrafficBits& bits) {
    return std::to_string(bits.dscp.number()) + "/" + text_of(bits.ecn);
}
inline std::string text_of(const opt::Moments& moments) {
    return text_of(moments.received) + text_of(moments.scheduled) + text_of(moments.sent) +
           text_of(moments.acknowledged);
}
inline std::string text_of(const opt::KeepAliveProbes::Probes& probes) {
    return text_of(probes.idle) + "+" + text_of(probes.count) + "*" + text_of(probes.interval);
}
inline std::string text_of(const opt::LocalPortRange::Range& range) {
    return text_of(range.first) + "-" + text_of(range.last);
}
inline std::string text_of(const opt::IcmpFilter::Types& types) {
    std::string text;
    for (unsigned type = 0; type < 32; ++type) { // of ICMP there are no more
        text += types.has(static_cast<std::uint8_t>(type)) ? '+' : '-';
    }
    return text;
}
template <class Option> Attempt attempt(std::string value, const Option& option) {
    return {std::move(value), [option](opt::Target target) { return option.set(target); }};
}

template <class Option, class Given> Attempt at_run_time_to(const Given& given) {
    const Option option{at_run_time(given)};
    return attempt(text_of(option.value), option);
}

/// A number as the option takes it: a time in its own unit.
template <class Option> Attempt numbered(std::int64_t number) {
    using Value = typename Option::value_type;
    if constexpr (Duration<Value>) {
        return at_run_time_to<Option>(Value{number});
    } else {
        return at_run_time_to<Option>(number);
    }
}

template <class Option> void add_values(OptionRow& row) {
    using namespace opt;
    if constexpr (std::is_same_v<Option, KeepAliveProbes>) {
        row.values = {
            attempt("3+4*2", KeepAliveProbes{Seconds{3}, Seconds{2}, 4}),
            attempt("32767+127*32767", KeepAliveProbes{Seconds{32767}, Seconds{32767}, 127})};
        row.out_of_range = {
            attempt("idle", KeepAliveProbes{at_run_time(Seconds{0}), Seconds{1}, 1}),
            attempt("count", KeepAliveProbes{Seconds{1}, Seconds{1}, at_run_time(128)})};
    } else if constexpr (std::is_same_v<Option, LocalPortRange>) {
        row.values = {attempt("33000-34000", LocalPortRange{33000, 34000}),
                      attempt("0-34000", LocalPortRange{0, 34000}),
                      attempt("0-0", LocalPortRange{0, 0})};
        row.out_of_range = {
            attempt("reversed", LocalPortRange{std::uint16_t{34000}, std::uint16_t{33000}})};
    } else if constexpr (std::is_same_v<Option, IcmpFilter>) {
        for (const auto& types : {IcmpFilter::Types::none().with(3), IcmpFilter::Types::all(),
                                  IcmpFilter::Types::all().without(0)}) {
            row.values.push_back(attempt(text_of(types), IcmpFilter{types}));
        }
    } else if constexpr (std::is_same_v<Option, MulticastInterface>) {
        row.values = {attempt("1", MulticastInterface{1}), attempt("0", MulticastInterface{0})};
    } else if constexpr (std::is_same_v<Option, TransmitTimes>) {
        row.values = {attempt("11", TransmitTimes{TransmitTimes::Clock::tai}),
                      attempt("1", TransmitTimes{TransmitTimes::Clock::monotonic})};
    } else if constexpr (std::is_same_v<Option, Mode>) {
        row.values = {attempt("0600", Mode{0600}), attempt("0777", Mode{0777})};
    } else if constexpr (std::is_same_v<Option, FlowLabel>) {
        row.values = {attempt("74565", FlowLabel{74565, Address<Ipv6>::loopback()})};
        row.out_of_range = {
            attempt("0", FlowLabel{at_run_time(0), Address<Ipv6>::loopback()}),
            attempt("0x100000", FlowLabel{at_run_time(0x100000), Address<Ipv6>::loopback()})};
    } else if constexpr (std::is_same_v<Option, CongestionControl>) {
        row.values = {at_run_time_to<Option>(std::string_view{"reno"})};
        row.out_of_range = {at_run_time_to<Option>(std::string_view{""}),
                            at_run_time_to<Option>(std::string_view{"sixteen letters!"})};
    } else if constexpr (std::is_same_v<Option, BindToDevice>) {
        row.values = {at_run_time_to<Option>(std::string_view{"lo"}),
                      at_run_time_to<Option>(std::string_view{""})};
        row.out_of_range = {at_run_time_to<Option>(std::string_view{"sixteen letters!"})};
    } else if constexpr (std::is_same_v<Option, ChecksumOffset>) {
        row.values = {numbered<Option>(-1), numbered<Option>(0), numbered<Option>(2),
                      numbered<Option>(65534)};
        for (const std::int64_t number : {-2, 1, 65533, 65535, 65536}) {
            row.out_of_range.push_back(numbered<Option>(number));
        }
    } else if constexpr (std::is_same_v<Option, MtuDiscovery>) {
        for (int number = 0; number <= 5; ++number) {
            row.values.push_back(at_run_time_to<Option>(static_cast<PathMtuDiscovery>(number)));
        }
        row.out_of_range = {at_run_time_to<Option>(static_cast<PathMtuDiscovery>(6))};
    } else if constexpr (std::is_same_v<Option, TrafficClass>) {
        for (const TrafficBits bits :
             {TrafficBits{Dscp{46}}, TrafficBits{Dscp{63}}, TrafficBits{Dscp{1}}, TrafficBits{}}) {
            row.values.push_back(at_run_time_to<Option>(bits));
        }
    } else if constexpr (std::is_same_v<Option, Timestamping>) {
        row.values = {at_run_time_to<Option>(Moments{true, true, true, true}),
                      at_run_time_to<Option>(Moments{true, false, true, false}),
                      at_run_time_to<Option>(Moments{})};
    } else if constexpr (std::is_same_v<typename Option::value_type, bool>) {
        row.values = {attempt("on", Option{true}), attempt("off", Option{false})};
    } else {
        using Range = typename Option::encoding;
        for (const std::int64_t number : {Range::lowest, std::int64_t{0}, std::int64_t{1},
                                          std::int64_t{8}, std::int64_t{100}, Range::highest}) {
            if (number >= Range::lowest && number <= Range::highest) {
                row.values.push_back(numbered<Option>(number));
            }
        }
        for (const std::int64_t number :
             {Range::lowest - 1, Range::highest + 1, INT64_MIN, INT64_MAX}) {
            row.out_of_range.push_back(numbered<Option>(number));
            row.out_of_range.back().value = std::to_string(number);
        }
    }
}

template <class... Kernels> std::vector<Call> calls_of(OneOf<Kernels...>) {
    return {Call{Kernels::level, Kernels::number, Kernels::name}...};
}

template <class Option, class... Kinds> std::vector<bool> kinds_of(OneOf<Kinds...>) {
    return {AppliesTo<Option, typename Kinds::Family, typename Kinds::Type,
                      typename Kinds::Protocol>...};
}

template <class Option, class... States> OptionRow row_of(OneOf<States...>) {
    OptionRow row;
    row.name = short_name<Option>();
    row.calls = calls_of(typename Option::kernels{});
    row.one_for_each_ip = row.calls.size() == 2 && !std::is_same_v<Option, opt::FlowLabel>;
    row.applies = kinds_of<Option>(EveryKind{});
    row.settable = {SettableIn<Option, States>...};
    row.readable = {ReadableIn<Option, States>...};
    if constexpr (!std::is_same_v<typename Option::set_in, opt::NoState>) {
        add_values<Option>(row);
    }
    if constexpr (!std::is_same_v<typename Option::get_in, opt::NoState>) {
        row.get = [](opt::Target target) {
            return Option::get(target).transform(
                [](const auto& value) -> std::string { return text_of(value); });
        };
    }
    return row;
}

template <class... Options> std::vector<OptionRow> options_of(OneOf<Options...>) {
    return {row_of<Options>(EveryState{})...};
}

/// All of them; every_option.cpp, which takes long to compile.
std::vector<OptionRow> every_option();

} // namespace every
