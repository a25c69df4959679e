#pragma once

#include <string_view>

namespace geniai::demo {

// The invented dialogues, in the notation of conversation_script.h. Those of one trade and those
// that every small business has (job seekers, suppliers, wrong numbers).
std::string_view GymScenarios();
std::string_view ClinicScenarios();
std::string_view SchoolScenarios();
std::string_view EverydayScenarios();

}  // namespace geniai::demo
