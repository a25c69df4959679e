#pragma once

#include "demo/company.h"
#include "demo/conversation_script.h"

namespace geniai::demo {

// What people talk about with this company: its trade's scenarios and the everyday ones. Parsed
// once.
const ScriptBook& ScriptOf(const Company& company);

}  // namespace geniai::demo
