#pragma once

#include <string_view>

namespace geniai::base {

// A named moment of a protocol that must survive a kill at it. The tests hook in here and end the
// process; the program itself never sets the hook.
inline void (*on_test_point)(std::string_view name) = nullptr;

inline void TestPoint(std::string_view name) {
    if (on_test_point != nullptr) on_test_point(name);
}

}  // namespace geniai::base
