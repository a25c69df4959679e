#include "app/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/error.h"

namespace geniai::app {
namespace {

class SettingsTest : public testing::Test {
protected:
    SettingsTest() {
        directory_ = std::filesystem::temp_directory_path() /
                     ("geniai-settings-" + std::to_string(getpid()));
        std::filesystem::create_directories(directory_);
    }
    ~SettingsTest() override { std::filesystem::remove_all(directory_); }

    std::string Write(const std::string& name, const std::string& text) {
        const auto path = directory_ / name;
        std::ofstream(path) << text;
        return path.string();
    }

    Settings Load(const std::string& toml) {
        return LoadSettings(Write("geniai.toml", toml), [this](const std::string& name) {
            const auto found = environment_.find(name);
            return found == environment_.end() ? std::nullopt : std::optional(found->second);
        });
    }

    std::string ErrorOf(const std::string& toml) {
        try {
            Load(toml);
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kInvalidSettings);
            return error.what();
        }
        return "";
    }

    std::filesystem::path directory_;
    std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, TheEnvironmentWinsOverTheFile) {
    environment_["GENIAI_SOURCE_URL"] = "from environment";
    const Settings settings = Load("source_url = 'from file'\nwarehouse_url = 'w'\n");
    EXPECT_EQ(settings.source_url.Reveal(), "from environment");
    EXPECT_EQ(settings.warehouse_url.Reveal(), "w");
}

TEST_F(SettingsTest, AValueMayStandInAFileOfItsOwn) {
    environment_["GENIAI_WAREHOUSE_URL_FILE"] = Write("secret", "postgresql://a:b@c/d\n");
    EXPECT_EQ(Load("").warehouse_url.Reveal(), "postgresql://a:b@c/d");
    environment_["GENIAI_WAREHOUSE_URL_FILE"] = "/nowhere/at/all";
    EXPECT_NE(ErrorOf("").find("/nowhere/at/all, which cannot be read"), std::string::npos);
}

TEST_F(SettingsTest, AnUnknownKeyIsRefusedWithItsLine) {
    EXPECT_NE(ErrorOf("listen = '127.0.0.1:1'\nwarehuose_url = 'x'\n")
                  .find("line 2: there is no setting 'warehuose_url'"),
              std::string::npos);
}

TEST_F(SettingsTest, AValueThatDoesNotFitIsRefused) {
    EXPECT_NE(ErrorOf("listen = true").find("must be a text"), std::string::npos);
    EXPECT_NE(ErrorOf("listen = 'localhost'").find("ADDRESS:PORT"), std::string::npos);
    EXPECT_NE(ErrorOf("listen = '127.0.0.1:70000'").find("ADDRESS:PORT"), std::string::npos);
    EXPECT_NE(ErrorOf("log_level = 'loud'").find("loud"), std::string::npos);
    EXPECT_NE(ErrorOf("listen = ").find("line 1"), std::string::npos) << "broken TOML";
}

TEST_F(SettingsTest, AMissingSettingSaysHowToSetIt) {
    try {
        Require(Load("").source_url, "source_url");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_NE(std::string(error.what()).find("GENIAI_SOURCE_URL is not set"), std::string::npos);
    }
}

TEST(ListenAddressTest, TakesBothKindsOfAddress) {
    EXPECT_EQ(ParseListenAddress("0.0.0.0:80").port, 80);
    EXPECT_EQ(ParseListenAddress("[::1]:8504").address, "::1");
}

TEST_F(SettingsTest, AKeyAloneMeansOpenAiAndNoKeyNoProvider) {
    EXPECT_FALSE(Load("").models.has_provider());
    environment_["OPENAI_API_KEY"] = "key-of-the-environment";
    const Settings settings = Load("openai_timeout = 45\nopenai_model = \"another\"");
    EXPECT_TRUE(settings.models.has_provider());
    EXPECT_EQ(settings.models.base_url, "https://api.openai.com/v1");
    EXPECT_EQ(settings.models.api_key.Reveal(), "key-of-the-environment");
    EXPECT_EQ(settings.models.timeout_seconds, 45);
    EXPECT_EQ(settings.models.model, "another");
    environment_["GENIAI_OPENAI_API_KEY"] = "our-own";
    EXPECT_EQ(Load("").models.api_key.Reveal(), "our-own");
}

TEST_F(SettingsTest, AProviderWithoutAKeyIsOneToo) {
    const Settings settings = Load("openai_base_url = \"http://127.0.0.1:11434/v1/\"");
    EXPECT_TRUE(settings.models.has_provider());
    EXPECT_EQ(settings.models.base_url, "http://127.0.0.1:11434/v1");
    EXPECT_NE(ErrorOf("openai_base_url = \"file:///etc/passwd\"").find("https://"), std::string::npos);
    EXPECT_NE(ErrorOf("analysis_workers = 501").find("500"), std::string::npos);
    EXPECT_NE(ErrorOf("llm_detail_days = 61").find("from 62"), std::string::npos);
    EXPECT_EQ(Load("").llm_detail_days, 90);
    environment_["GENIAI_LLM_DETAIL_DAYS"] = "62";
    EXPECT_EQ(Load("").llm_detail_days, 62);
}

}  // namespace
}  // namespace geniai::app
