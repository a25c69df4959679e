#include "web/inbox_choices.h"

#include <boost/json.hpp>

namespace geniai::web {

boost::json::array EncodeInboxChoices(const std::vector<warehouse::InboxChoice>& choices) {
    boost::json::array list;
    for (const warehouse::InboxChoice& choice : choices) {
        list.push_back({{"id", choice.inbox.value()}, {"name", choice.name}});
    }
    return list;
}

}  // namespace geniai::web
