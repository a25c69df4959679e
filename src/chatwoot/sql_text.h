#pragma once

#include <span>
#include <string>

#include "base/ids.h"
#include "chatwoot/source.h"

// Values in the text of a statement. COPY takes no parameters, and every value here is a number by type.
namespace geniai::chatwoot {

// A zoneless stamp as Chatwoot's columns have it.
inline std::string StampSql(SourceTime time) {
    return "(timestamp 'epoch' + " + std::to_string(time) + " * interval '1 microsecond')";
}

template <class Id>
std::string ArraySql(std::span<const Id> ids) {
    std::string list = "'{";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) list += ',';
        list += ids[i].ToString();
    }
    return list + "}'::bigint[]";
}

}  // namespace geniai::chatwoot
