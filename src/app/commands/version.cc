#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/output.h"
#include "app/wiring.h"

namespace geniai::app {

namespace {

int RunVersion(const Context& /*context*/, const Arguments& arguments) {
    const std::string version(ProgramVersion());
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"version", version}}));
    } else {
        PrintLine("geniai " + version);
    }
    return 0;
}

}  // namespace

Command VersionCommand() {
    return {"version", "Print the version", {kJsonOption}, RunVersion};
}

}  // namespace geniai::app
