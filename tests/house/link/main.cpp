#include "body.hpp"

bool other_works();

int main() { return two_ends_talk() && value_without_a_value_fails() && other_works() ? 0 : 1; }
