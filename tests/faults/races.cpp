// SPDX-License-Identifier: MIT
// Servers that race for one Unix path, under a client that dials it in a loop:
//
//     races TIMES [SEED]
//
// In each race two processes begin at once to listen at the path. The winner answers every dial
// with its process number, until it closes or is killed; what a killed one leaves is there when the
// next race begins. Now and then comes a race in which they are killed or stopped on the way. The
// folder is watched all the time: what is made, moved, removed or changed in it is in a journal.
//
// A line of figures at the end, an offence on a line of its own; the status is 1 if there are any.
#include <ferrule/opt/unix.hpp>
#include <ferrule/server/path_listener.hpp>
#include <ferrule/socket/connection.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <new>
#include <optional>
#include <random>
#include <sched.h>
#include <string>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "../support/folder.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using Clock = std::chrono::steady_clock;

namespace {

// In nanoseconds.
std::int64_t now() { return std::chrono::nanoseconds{Clock::now().time_since_epoch()}.count(); }

constexpr int enough_dials = 25; // answered, before the winner of a race goes

// How far a starter is, from one to the next and never back: whoever finds it listening before and
// after something knows that it listened all the time.
enum class Stage : int { before, listening, over };

struct Starter {
    std::atomic<pid_t> process;
    std::atomic<Stage> stage;
};

// What the processes of a race know of each other.
struct Race {
    std::array<Starter, 3> starters{}; // the third begins when the two have come to nothing
    std::atomic<std::int64_t> go{};    // when both begin
    std::atomic<bool> close{};         // the winner shall
    std::atomic<bool> done{};          // the dialler shall stop

    // Who listens now: its place, or nobody.
    std::optional<std::size_t> listening() const {
        for (std::size_t at = 0; at < starters.size(); ++at) {
            if (starters[at].stage == Stage::listening) {
                return at;
            }
        }
        return {};
    }
    int count(Stage stage) const {
        int number = 0;
        for (const auto& starter : starters) {
            number += starter.stage == stage ? 1 : 0;
        }
        return number;
    }
};

struct Shared {
    Race race;
    std::atomic<int> number{};
    std::atomic<long> answered{}; // while a starter listened, by it
    std::atomic<long> refused{};  // while a starter listened
    std::atomic<long> offences{};
};
static_assert(std::atomic<Stage>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free &&
              std::atomic<long>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

Shared* shared = nullptr;

constexpr long most_offences = 20;

void offence(const std::string& what) {
    if (++shared->offences > most_offences) {
        return; // it goes on like that
    }
    ::dprintf(STDOUT_FILENO, "race %d: %s\n", shared->number.load(), what.c_str());
}

// Returns whether it holds.
bool expect(bool holds, const std::string& what) {
    if (!holds) {
        offence(what);
    }
    return holds;
}

// What has to hold, or there is no way on.
struct NoWayOn {};
void need(bool holds, const std::string& what) {
    if (!expect(holds, what)) {
        throw NoWayOn{};
    }
}

std::string name_of(Errc code) { return std::string{describe(code).name}; }

// A file as lstat(2) sees it, but for the time of the last access.
struct File {
    mode_t mode = 0;
    ino_t inode = 0;
    nlink_t links = 0;
    std::array<long, 4> modified_and_changed{};
    friend bool operator==(const File&, const File&) = default;
};

std::optional<File> look_at(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return {};
    }
    return File{status.st_mode,
                status.st_ino,
                status.st_nlink,
                {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                 status.st_ctim.tv_nsec}};
}

// What happens in the folder, in its order, as words: `+x` made, `-x` removed, `<x` moved away,
// `>x` moved here, `~x` changed (its mode, its owner, its content).
class Journal {
public:
    explicit Journal(const std::string& folder) : descriptor_{::inotify_init1(IN_NONBLOCK)} {
        watches_ = ::inotify_add_watch(descriptor_.number(), folder.c_str(),
                                       IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                           IN_ATTRIB | IN_MODIFY) >= 0;
    }
    bool watches() const { return watches_; }

    // All since the last time.
    std::string read() const {
        std::string words;
        alignas(inotify_event) std::array<char, 65536> buffer;
        for (;;) {
            const auto got = ::read(descriptor_.number(), buffer.data(), buffer.size());
            if (got <= 0) {
                return words;
            }
            for (const char* at = buffer.data(); at < buffer.data() + got;) {
                inotify_event event{};
                std::memcpy(&event, at, sizeof event);
                const std::string name = event.len == 0 ? "?" : at + sizeof event;
                const char kind = (event.mask & IN_CREATE) != 0       ? '+'
                                  : (event.mask & IN_DELETE) != 0     ? '-'
                                  : (event.mask & IN_MOVED_FROM) != 0 ? '<'
                                  : (event.mask & IN_MOVED_TO) != 0   ? '>'
                                                                      : '~';
                words += (words.empty() ? "" : " ") + (kind + name);
                at += sizeof event + event.len;
            }
        }
    }

private:
    Descriptor descriptor_;
    bool watches_ = false;
};

using Talk = Connection<Unix>;

enum class Answer : int { no, yes };

// What a starter says of a try to listen.
struct Verdict {
    Errc code = Errc::none;
    Answer nobody_listened = Answer::no; // when it had lost
    Answer folder_is_the_same = Answer::no;
};

// The calls on the way to a path, each of which may be the last.
constexpr std::array steps_on_the_way{SYS_flock, SYS_socket, SYS_fchmod, SYS_bind, SYS_listen,
#ifdef SYS_rename
                                      SYS_rename
#else
                                      SYS_renameat
#endif
};

void die_at(long call) {
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    expect(filter_calls(filter), "seccomp");
}

// An option that stops the process that sets it until somebody continues it: before bind(2), or
// when it listens and has no path yet.
template <class States> struct Halt : opt::Everywhere {
    using families = OneOf<Unix>;
    using set_in = States;
    using get_in = opt::NoState;
    using value_type = int;
    static Result<void> set(opt::Target) {
        ::raise(SIGSTOP);
        return {};
    }
};

// What becomes of a starter on its way.
struct Fate {
    long last_call = 0; // it dies there
    enum class Halts { nowhere, unbound, listening } halts = Halts::nowhere;
};

// A process in which `body(talk)` runs.
struct Child {
    pid_t process = 0;
    Talk talk; // with it

    template <class Body> static Child begin(Body body) {
        auto pair = Talk::pair().value();
        const pid_t parent = ::getpid();
        const pid_t process = ::fork();
        if (process == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent) {
                ::_exit(1);
            }
            static_cast<void>(std::move(pair.first).close());
            body(pair.second);
            ::_exit(0);
        }
        need(process > 0, "fork");
        return {process, std::move(pair.first)};
    }

    // Nothing if it is dead.
    template <class Said> std::optional<Said> hear() const {
        Said said{};
        const auto heard = talk.receive_exactly(bytes_of(said));
        return heard ? std::optional<Said>{said} : std::nullopt;
    }

    int reap() {
        int status = 0;
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        process = 0;
        return status;
    }
    void reap_in_order(const char* who) {
        const int status = reap();
        expect(WIFEXITED(status) && WEXITSTATUS(status) == 0,
               std::string{who} + " ends with status " + std::to_string(status));
    }
};

class Races {
public:
    explicit Races(unsigned seed) : chance_{seed} { expect(journal_.watches(), "inotify"); }

    // Two begin, one wins.
    void undisturbed() {
        begin_race();
        std::array starters{begin_starter(0), begin_starter(1)};
        release();
        const std::array verdicts{verdict_of(starters[0]), verdict_of(starters[1])};
        const auto winner = winner_of(verdicts);
        ++winners_;
        const std::size_t loser = 1 - winner;
        overlapped_ += verdicts[loser]->nobody_listened == Answer::yes ? 1 : 0;
        lose_again(starters[loser]);
        end_race(starters[winner]);

        std::string expected = lock_ ? "" : "+socket.lock ";
        expected += "+socket.new <socket.new >socket";
        expected += stale_ ? "" : " -socket";
        expect(story_ == expected, "in the folder: " + story_ + ", not: " + expected);
        look_at_what_is_left();
    }

    // Some are killed or stopped on the way. Whatever they leave, the next one can begin.
    void disturbed() {
        begin_race();
        switch (chance(4)) {
        case 0:
            killed_at_a_step(chance(2) == 0);
            break;
        case 1:
            killed_at_some_time(chance(2) == 0);
            break;
        case 2:
            stopped_at_some_time(chance(2) == 0);
            break;
        default:
            stopped_at_a_step(chance(2) == 0);
            break;
        }
        // Nothing gets the path that was made there or has changed since.
        expect((story_ + " ").find("+socket ") == story_.npos && story_.find('~') == story_.npos,
               "in the folder: " + story_);
        look_at_what_is_left();
    }

    // Nobody has to answer or to be answered from here on.
    static void end() {
        for (auto& starter : shared->race.starters) {
            starter.stage = Stage::over;
        }
        shared->race.done = true;
    }

    int report(int times, Clock::time_point began) const {
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began).count();
        std::printf("%d races: %d winners, %d decided before the winner listened, %ld dials "
                    "answered, %d stale paths taken over, %ld refused while listening; %d starts "
                    "interrupted, %d of them halfway, the next one always listened; %ld offences, "
                    "%lld s\n",
                    times, winners_, overlapped_, shared->answered.load(), taken_over_,
                    shared->refused.load(), interrupted_, halfway_, shared->offences.load(),
                    static_cast<long long>(seconds));
        return shared->offences == 0 && winners_ == times && shared->answered > 0 ? 0 : 1;
    }

private:
    void killed_at_a_step(bool both) {
        std::array starters{begin_starter(0, {some_step()}),
                            begin_starter(1, {both ? some_step() : 0})};
        release();
        std::optional<std::size_t> winner;
        for (std::size_t at = 0; at < 2; ++at) {
            if (const auto verdict = starters[at].hear<Verdict>(); !verdict) {
                starters[at].reap();
                ++interrupted_;
            } else if (verdict->code == Errc::none) {
                need(!winner && at == 1 && !both, "a step on the way was left out");
                winner = at;
            } else {
                expect(verdict->code == Errc::address_in_use,
                       "a try among dying ones ends with " + name_of(verdict->code));
            }
        }
        note_journal();
        expect(winner || story_.find(">socket") == story_.npos,
               "who died before it had the path has replaced it");
        finish_with(starters, winner);
    }

    void killed_at_some_time(bool both) {
        std::array starters{begin_starter(0), begin_starter(1)};
        release();
        pass_a_moment();
        kill(0, starters[0]);
        if (both) {
            kill(1, starters[1]);
            finish_with(starters, {});
        } else {
            finish_with(starters, second_if_it_won(verdict_of(starters[1])));
        }
    }

    // It is killed or continued when the other one has had its try.
    void stopped_at_some_time(bool continued) {
        std::array starters{begin_starter(0), begin_starter(1)};
        release();
        pass_a_moment();
        ::kill(starters[0].process, SIGSTOP);
        wait_until_stopped(starters[0]);
        const auto other = verdict_of(starters[1]);
        if (continued) {
            ::kill(starters[0].process, SIGCONT);
            const std::array verdicts{verdict_of(starters[0]), other};
            finish_with(starters, winner_of(verdicts));
        } else {
            kill(0, starters[0]);
            finish_with(starters, second_if_it_won(other));
        }
    }

    // The other one comes meanwhile, and neither wins nor changes anything.
    void stopped_at_a_step(bool continued) {
        auto first =
            begin_starter(0, {0, chance(2) == 0 ? Fate::Halts::unbound : Fate::Halts::listening});
        release();
        wait_until_stopped(first);
        note_journal();
        const auto before = story_;
        std::array starters{std::move(first), begin_starter(1)};
        const auto other = verdict_of(starters[1]);
        need(other && other->code == Errc::address_in_use, "two are on the way at once");
        note_journal();
        expect(story_ == before, "the loser has changed the folder: " + story_);
        lose_again(starters[1]);
        if (continued) {
            ::kill(starters[0].process, SIGCONT);
            const auto verdict = verdict_of(starters[0]);
            need(verdict && verdict->code == Errc::none, "who was stopped can't go on");
            finish_with(starters, 0);
        } else {
            kill(0, starters[0]);
            finish_with(starters, {});
        }
    }

    unsigned chance(unsigned below) { return static_cast<unsigned>(chance_() % below); }
    long some_step() { return steps_on_the_way[chance(steps_on_the_way.size())]; }

    // Up to as long as a start takes here. Only the kernel knows how far it is then.
    void pass_a_moment() {
        const auto end = shared->race.go + chance(400'000);
        while (now() < end) {
        }
    }

    void begin_race() {
        new (&shared->race) Race{};
        ++shared->number;
        expect(look_at(path_).has_value() == stale_, "the path is not as it was left");
        story_.clear();
        dialler_.emplace(Child::begin([this](const Talk& talk) { dial(talk); }));
        need(dialler_->hear<char>().has_value(), "the dialler does not begin");
    }

    Child begin_starter(std::size_t place, Fate fate = {}) {
        auto child = Child::begin([=, this](const Talk& talk) { start(place, fate, talk); });
        shared->race.starters[place].process = child.process;
        need(child.hear<char>().has_value(), "a starter does not begin");
        return child;
    }

    static void release() { shared->race.go = now() + 300'000; }

    static std::optional<Verdict> verdict_of(const Child& starter) {
        auto verdict = starter.hear<Verdict>();
        expect(verdict.has_value(), "a starter died");
        return verdict;
    }

    // The one that won, if the other one lost.
    static std::size_t winner_of(const std::array<std::optional<Verdict>, 2>& both) {
        for (const std::size_t at : {0U, 1U}) {
            if (both[at] && both[1 - at] && both[at]->code == Errc::none &&
                both[1 - at]->code == Errc::address_in_use) {
                return at;
            }
        }
        offence("not one winner and one loser: " +
                (both[0] ? name_of(both[0]->code) : std::string{"dead"}) + ", " +
                (both[1] ? name_of(both[1]->code) : std::string{"dead"}));
        throw NoWayOn{};
    }

    // The loser tries again while the winner listens or is on its way, and changes nothing.
    void lose_again(Child& loser) {
        note_journal();
        const auto before = story_;
        expect(loser.talk.send_all("?").has_value(), "the loser is gone");
        const auto verdict = verdict_of(loser);
        need(verdict && verdict->code == Errc::address_in_use, "the second try does not lose");
        expect(verdict && verdict->folder_is_the_same == Answer::yes,
               "the loser has changed a file");
        note_journal();
        expect(story_ == before, "the loser has changed the folder: " + story_);
        loser.reap_in_order("the loser");
    }

    void kill(std::size_t place, Child& starter) {
        shared->race.starters[place].stage = Stage::over;
        ::kill(starter.process, SIGKILL);
        starter.reap();
        ++interrupted_;
    }

    static std::optional<std::size_t> second_if_it_won(const std::optional<Verdict>& verdict) {
        const auto code = verdict ? verdict->code : Errc::none;
        expect(code == Errc::none || code == Errc::address_in_use,
               "beside one that was disturbed a start ends with " + name_of(code));
        return verdict && code == Errc::none ? std::optional<std::size_t>{1} : std::nullopt;
    }

    void wait_until_stopped(const Child& starter) {
        int status = 0;
        while (::waitpid(starter.process, &status, WUNTRACED) < 0 && errno == EINTR) {
        }
        need(WIFSTOPPED(status), "a starter does not stop");
        ++interrupted_;
    }

    // With this winner, or else with a third one, who has the path to itself.
    void finish_with(std::array<Child, 2>& starters, std::optional<std::size_t> winner) {
        for (std::size_t at = 0; at < 2; ++at) {
            if (at != winner && starters[at].process != 0) {
                static_cast<void>(starters[at].talk.shutdown(Shutdown::sending));
                starters[at].reap_in_order("who lost");
            }
        }
        halfway_ += look_at(path_ + ".new") ? 1 : 0;
        if (winner) {
            end_race(starters[*winner]);
        } else {
            auto third = begin_starter(2);
            const auto verdict = verdict_of(third);
            need(verdict && verdict->code == Errc::none,
                 "who comes after those that were killed can't listen: " +
                     (verdict ? name_of(verdict->code) : std::string{"dead"}));
            end_race(third);
        }
    }

    // The winner goes when it has answered enough, in order or not.
    void end_race(Child& winner) {
        need(dialler_->hear<char>().has_value(), "the dialler is gone");
        const auto there = look_at(path_);
        note_journal();
        expect(there && story_.find(">socket") != story_.npos, "the path was not replaced");
        taken_over_ += stale_ ? 1 : 0;
        stale_ = chance(2) == 0;
        if (stale_) {
            for (auto& starter : shared->race.starters) {
                starter.stage = Stage::over;
            }
            ::kill(winner.process, SIGKILL);
            winner.reap();
            expect(look_at(path_) == there, "who was killed leaves another path");
        } else {
            shared->race.close = true;
            winner.reap_in_order("the winner");
        }
        shared->race.done = true;
        dialler_->reap_in_order("the dialler");
        note_journal();
    }

    void look_at_what_is_left() {
        expect(look_at(path_).has_value() == stale_,
               stale_ ? "the path went with one that was killed" : "the path outlives a close");
        expect(!look_at(path_ + ".new"), "there is something on the way");
        const auto lock = look_at(path_ + ".lock");
        expect(lock && (!lock_ || *lock == *lock_), "the lock file has changed");
        lock_ = lock;
    }

    void note_journal() {
        const auto more = journal_.read();
        story_ += (story_.empty() || more.empty() ? "" : " ") + more;
    }

    // The processes.

    Result<PathListener<>> listen(Fate::Halts halts = Fate::Halts::nowhere) const {
        switch (halts) {
        case Fate::Halts::unbound:
            return PathListener<>::listen(endpoint_, opt::Mode{0600}, Halt<opt::BeforeBind>{});
        case Fate::Halts::listening:
            return PathListener<>::listen(endpoint_, opt::Mode{0600},
                                          Halt<OneOf<state::Listener>>{});
        default:
            return PathListener<>::listen(endpoint_, opt::Mode{0600});
        }
    }

    void start(std::size_t place, Fate fate, const Talk& talk) const {
        auto& race = shared->race;
        ::umask(0); // nothing but the option makes the mode
        if (fate.last_call != 0) {
            die_at(fate.last_call);
        }
        static_cast<void>(talk.send_all("."));
        for (auto go = race.go.load(); go == 0 || now() < go; go = race.go) {
            // Awake, so that it is on its way at that very moment.
        }
        auto listener = listen(fate.halts);
        if (!listener) {
            lose(listener.error().code(), talk);
            return;
        }
        auto before = Stage::before;
        race.starters[place].stage.compare_exchange_strong(before, Stage::listening);
        expect(race.count(Stage::listening) <= 1, "two listen at once");
        static_cast<void>(talk.send_all(bytes_of(Verdict{})));
        const pid_t number = ::getpid();
        while (!race.close) {
            const auto accepted = listener->accept();
            if (!expect(accepted.has_value(), "accept fails")) {
                return;
            }
            static_cast<void>(accepted->connection.send_all(bytes_of(number)));
        }
        race.starters[place].stage = Stage::over;
        expect((*std::move(listener)).close().has_value(), "close fails");
    }

    void lose(Errc code, const Talk& talk) const {
        Verdict first{code};
        if (shared->race.count(Stage::listening) == 0) {
            first.nobody_listened = Answer::yes;
        }
        static_cast<void>(talk.send_all(bytes_of(first)));
        char order = 0;
        if (!talk.receive_exactly(bytes_of(order))) {
            return;
        }
        const auto look_at_all = [&] {
            return std::array{look_at(path_), look_at(path_ + ".lock"), look_at(path_ + ".new")};
        };
        const auto before = look_at_all();
        Verdict second;
        if (const auto again = listen(); !again) {
            second.code = again.error().code();
        }
        if (before == look_at_all()) {
            second.folder_is_the_same = Answer::yes;
        }
        static_cast<void>(talk.send_all(bytes_of(second)));
    }

    void dial(const Talk& talk) const {
        const auto& race = shared->race;
        const auto left = look_at(path_); // by the race before
        bool was_there = stale_;
        int answered = 0;
        for (bool first = true; !race.done; first = false) {
            const auto owner = race.listening();
            const auto there = look_at(path_);
            expect(!there || there->mode == (S_IFSOCK | 0600), "the mode is another one");
            const auto dialled = Connection<Unix>::connect(endpoint_);
            pid_t answer = 0;
            const bool is_answered =
                dialled && dialled->receive_exactly(bytes_of(answer)).has_value();
            const bool listened = owner && race.starters[*owner].stage == Stage::listening;
            const bool over = race.count(Stage::over) != 0;
            const auto code = dialled ? Errc::none : dialled.error().code();

            expect(dialled || code == Errc::connection_refused ||
                       code == Errc::no_such_file_or_directory,
                   "a dial ends with " + name_of(code));
            // Once there it stays until it is closed, however many owners it has meanwhile.
            expect(over || !was_there || (there && code != Errc::no_such_file_or_directory),
                   "the path is gone for a moment");
            was_there = was_there || there;
            // Nor does a new one come before there is somebody who listens. Of the one that it
            // replaces only the inode is the same: in the midst of the rename it has no link.
            const bool is_new = there && (!left || there->inode != left->inode);
            expect(over || !is_new || code != Errc::connection_refused,
                   "there is a new path, and nobody listens yet");
            if (listened && !dialled) {
                ++shared->refused;
                offence("refused while the winner listens: " + name_of(code));
            }
            if (listened && dialled) {
                expect(is_answered && answer == race.starters[*owner].process,
                       "a dial is answered by " + std::to_string(answer) + ", and the winner is " +
                           std::to_string(race.starters[*owner].process));
                ++shared->answered;
                ++answered;
            }
            if (first || (listened && answered == enough_dials)) {
                static_cast<void>(talk.send_all("."));
            }
            if (!dialled) {
                ::sched_yield(); // no server yet
            }
        }
    }

    TemporaryFolder folder_;
    std::string path_ = folder_.file("socket");
    Endpoint<Unix> endpoint_ = Endpoint<Unix>::path(path_).value();
    Journal journal_{folder_.path()};
    std::mt19937 chance_;

    // Of this race.
    std::string story_;
    std::optional<Child> dialler_;
    // From one race to the next.
    bool stale_ = false;
    std::optional<File> lock_;

    int winners_ = 0;
    int overlapped_ = 0;
    int taken_over_ = 0;
    int interrupted_ = 0;
    int halfway_ = 0;
};

void give_up(int) {
    static const char words[] = "one of the processes hangs\n";
    static_cast<void>(!::write(STDOUT_FILENO, words, sizeof words - 1));
    ::_exit(1); // and they with it
}

} // namespace

int main(int count, char** arguments) {
    const int times = count > 1 ? std::atoi(arguments[1]) : 0;
    if (times <= 0) {
        std::fprintf(stderr, "races TIMES [SEED]\n");
        return 2;
    }
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        std::perror("mmap");
        return 2;
    }
    shared = new (memory) Shared{};
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::umask(0);
    std::signal(SIGALRM, give_up);
    ::alarm(60U * (1 + static_cast<unsigned>(times) / 100));

    const auto began = Clock::now();
    Races races{count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 1U};
    try {
        for (int race = 1; race <= times && shared->offences < most_offences; ++race) {
            races.undisturbed();
            if (race % 2 == 0) {
                races.disturbed();
            }
        }
    } catch (const NoWayOn&) {
        // It has been told. What still runs goes with this process and has no more to say.
        races.end();
    }
    return races.report(times, began);
}
