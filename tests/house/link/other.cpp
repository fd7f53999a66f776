#include "body.hpp"

bool other_works();

bool other_works() { return two_ends_talk() && value_without_a_value_fails(); }
