#include "app/cli.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"

namespace geniai::app {

namespace {

int RunDocs(const Context& /*context*/, const Arguments& /*arguments*/) {
    PrintLine(CliDocument());
    return kDone;
}

}  // namespace

Command DocsCommand() {
    return {"docs", "Print the description of all commands and settings as Markdown", {}, RunDocs};
}

}  // namespace geniai::app
