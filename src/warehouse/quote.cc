#include "warehouse/quote.h"

#include <boost/json.hpp>

namespace geniai::warehouse {

std::string EncodeQuotes(const std::vector<Quote>& quotes) {
    boost::json::array list;
    for (const Quote& quote : quotes) {
        list.push_back({{"message_id", quote.message_id}, {"quote", quote.text}});
    }
    return boost::json::serialize(list);
}

std::vector<Quote> DecodeQuotes(std::string_view json) {
    std::vector<Quote> quotes;
    const boost::json::value list = boost::json::parse(json);
    for (const auto& quote : list.as_array()) {
        quotes.push_back({quote.at("message_id").to_number<std::int64_t>(),
                          std::string(quote.at("quote").as_string())});
    }
    return quotes;
}

std::vector<std::string> DecodeTexts(std::string_view json) {
    std::vector<std::string> texts;
    const boost::json::value list = boost::json::parse(json);
    for (const auto& text : list.as_array()) texts.emplace_back(text.as_string());
    return texts;
}

}  // namespace geniai::warehouse
