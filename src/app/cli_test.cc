#include "app/cli.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "app/command.h"

namespace geniai::app {
namespace {

TEST(CliTest, TheDocumentOfTheCommandsIsFresh) {
    std::ifstream file(GENIAI_SOURCE_DIR "/docs/cli.md");
    std::ostringstream content;
    content << file.rdbuf();
    EXPECT_EQ(content.str(), CliDocument() + "\n") << "run make docs";
}

TEST(CliTest, EveryCommandAndOptionIsDescribedOnce) {
    std::set<std::string_view> names;
    for (const Command& command : Commands()) {
        EXPECT_TRUE(names.insert(command.name).second) << command.name;
        EXPECT_FALSE(command.summary.empty()) << command.name;
        EXPECT_NE(command.run, nullptr) << command.name;
        std::set<std::string_view> options;
        for (const Option& option : command.options) {
            EXPECT_TRUE(options.insert(option.name).second) << command.name << " " << option.name;
            EXPECT_FALSE(option.help.empty()) << command.name << " " << option.name;
        }
    }
    EXPECT_GE(names.size(), 20U);
}

TEST(ArgumentsTest, ANumberThatIsNoneIsRefused) {
    Arguments arguments;
    arguments.Set("n", "12x");
    EXPECT_THROW(static_cast<void>(arguments.Integer("n")), std::exception);
    arguments.Set("n", "-12");
    EXPECT_EQ(arguments.Integer("n"), -12);
    EXPECT_EQ(arguments.Integer("absent"), std::nullopt);
}

}  // namespace
}  // namespace geniai::app
