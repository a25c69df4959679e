#include "demo/trade_script.h"

#include <array>

#include "demo/scenarios.h"

namespace geniai::demo {

const ScriptBook& ScriptOf(const Company& company) {
    static const std::array<ScriptBook, 3> kBooks{
        ScriptBook{GymScenarios(), EverydayScenarios()},
        ScriptBook{ClinicScenarios(), EverydayScenarios()},
        ScriptBook{SchoolScenarios(), EverydayScenarios()},
    };
    return kBooks.at(static_cast<std::size_t>(company.account_id - 1));
}

}  // namespace geniai::demo
