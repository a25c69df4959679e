#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/migrate.h"
#include "app/output.h"

namespace geniai::app {

namespace {

int RunMigrate(const Context& context, const Arguments& arguments) {
    const std::vector<std::string> applied = Migrate(context.settings);
    for (const std::string& name : applied) {
        context.log.Info("migrate.applied", {{"migration", std::string_view(name)}});
    }
    if (arguments.Has("json")) {
        boost::json::array names(applied.begin(), applied.end());
        PrintLine(boost::json::serialize(boost::json::object{{"applied", names}}));
    } else if (applied.empty()) {
        PrintLine("The warehouse is up to date.");
    } else {
        PrintLine("Applied " + std::to_string(applied.size()) + " migrations; the newest is " +
                  applied.back() + ".");
    }
    return 0;
}

}  // namespace

Command MigrateCommand() {
    return {"migrate", "Build the warehouse, or bring it up to date", {kJsonOption}, RunMigrate};
}

}  // namespace geniai::app
