// SPDX-License-Identifier: MIT
// The main function of every test, compiled once: doctest's own, and test cases that are skipped
// for what the host lacks (support/host.hpp).
#define DOCTEST_CONFIG_IMPLEMENT
#include <atomic>
#include <doctest/doctest.h>

#include "support/host.hpp"

namespace {

int cases = 0;
int skipped_cases = 0;
std::atomic<bool> case_has_failed = false; // threads of a case check, too

// Counts what doctest does not tell at the end.
struct Counter : doctest::IReporter {
    explicit Counter(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_start(const doctest::TestCaseData&) override {
        ++cases;
        case_has_failed = false;
    }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override { case_has_failed = true; }
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData& assertion) override {
        if (assertion.m_failed) {
            case_has_failed = true;
        }
    }
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("counter", 1, Counter);

// The case ends by doctest's own exception, which is a failure unless the case may fail; after a
// check that failed it remains one.
void end_case_without(const host::Need& need) {
    if (host::is_ci()) {
        FAIL("this host lacks " << need.name);
    }
    const auto* const current = doctest::getContextOptions()->currentTest;
    if (!case_has_failed) {
        host::report_skipped(current->m_name, need);
        ++skipped_cases;
        const_cast<doctest::detail::TestCase*>(current)->m_may_fail = true;
    }
    doctest::detail::throwException();
}

} // namespace

int main(int count, char** arguments) {
    host::without = end_case_without;
    doctest::Context context{count, arguments};
    const int status = context.run();
    return status == 0 && cases != 0 && cases == skipped_cases ? host::skipped_status : status;
}
