// SPDX-License-Identifier: MIT
#include "every_option.hpp"

#include <vector>

std::vector<every::OptionRow> every::every_option() { return options_of(EveryOption{}); }
