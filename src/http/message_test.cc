#include "http/message.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "http/compression.h"
#include "http/response_head.h"
#include "http/target.h"

namespace geniai::http {
namespace {

TEST(RequestTest, FindsAHeaderInAnyLetterCase) {
    Request request;
    request.headers = {{"X-One", "1"}, {"Content-TYPE", "text/plain"}, {"x-one", "2"}};
    EXPECT_EQ(request.Header("content-type"), "text/plain");
    EXPECT_EQ(request.Header("X-ONE"), "1");
    EXPECT_FALSE(request.Header("Content-Typ"));
}

TEST(RequestTest, FindsTheFirstQueryParameterOfAName) {
    Request request;
    request.query = {{"page", "2"}, {"page", "3"}, {"q", ""}};
    EXPECT_EQ(request.Query("page"), "2");
    EXPECT_EQ(request.Query("q"), "");
    EXPECT_FALSE(request.Query("Page"));
}

TEST(RequestTest, FindsACookieByItsWholeName) {
    Request request;
    request.headers = {{"Cookie", "xsession=no; session = a=b ;empty=;flag"}, {"cookie", "late=1"}};
    EXPECT_EQ(request.Cookie("session"), "a=b");
    EXPECT_EQ(request.Cookie("empty"), "");
    EXPECT_EQ(request.Cookie("late"), "1");
    EXPECT_FALSE(request.Cookie("flag"));
    EXPECT_FALSE(request.Cookie("Session"));
}

TEST(ResponseTest, SendsTheStaticBodyInsteadOfTheOther) {
    Response response;
    response.body = "made";
    EXPECT_EQ(response.content(), "made");
    response.static_body = "built in";
    EXPECT_EQ(response.content(), "built in");
}

TEST(TargetTest, DecodesPathAndQuery) {
    const auto target = ParseTarget("/a%20b/S%C3%A3o+x?q=1+2%26&&flag&empty=&r%C3%A9=%3D=");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b/São+x");
    const Fields expected{{"q", "1 2&"}, {"flag", ""}, {"empty", ""}, {"ré", "=="}};
    EXPECT_EQ(target->query, expected);
}

TEST(TargetTest, GivesDotsNoMeaning) {
    ASSERT_TRUE(ParseTarget("/a/../%2e%2E/etc"));
    EXPECT_EQ(ParseTarget("/a/../%2e%2E/etc")->path, "/a/../../etc");
}

TEST(TargetTest, ReadsTheAbsoluteForm) {
    EXPECT_EQ(ParseTarget("http://example.test:80/a?b=c")->path, "/a");
    EXPECT_EQ(ParseTarget("HTTP://example.test")->path, "/");
}

TEST(TargetTest, RefusesWhatIsNotStrictlyRight) {
    for (const std::string_view bad :
         {"", "a", "*", "?a=b", "/%", "/%4", "/%4x", "/%x4", "/%00", "/?a=%00", "/?a=%zz", "/?%=1",
          "/%ff", "/?a=%c3", "/%c0%af", "/a%2Fb", "http://example.test?a=b", "example.test:443"}) {
        EXPECT_FALSE(ParseTarget(bad)) << bad;
    }
}

TEST(ResponseHeadTest, WritesTheDateAsTheStandardDoes) {
    EXPECT_EQ(HttpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(ResponseHeadTest, FramesTheMessageItself) {
    Response response = PlainText(404, "nothing here");
    response.headers = {{"Set-Cookie", "a=1"},
                        {"content-length", "7"},
                        {"Connection", "upgrade"},
                        {"Set-Cookie", "b=2"},
                        {"Server", "x"}};
    EXPECT_EQ(EncodeHead(response, {KeepAlive::kNo, 1, 0}),
              "HTTP/1.1 404 Not Found\r\n"
              "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Set-Cookie: a=1\r\n"
              "Set-Cookie: b=2\r\n"
              "Content-Length: 13\r\n"
              "Connection: close\r\n"
              "\r\n");
}

TEST(ResponseHeadTest, SaysNoLengthWhereThereIsNoBody) {
    Response response;
    for (const int status : {204, 304}) {
        response.status = status;
        EXPECT_EQ(EncodeHead(response, {}).find("Content-Length"), std::string::npos) << status;
    }
}

TEST(ResponseHeadTest, TellsAnOldClientThatTheConnectionStays) {
    EXPECT_NE(EncodeHead({}, {KeepAlive::kYes, 0, 0}).find("Connection: keep-alive\r\n"),
              std::string::npos);
    EXPECT_EQ(EncodeHead({}, {KeepAlive::kYes, 1, 0}).find("Connection"), std::string::npos);
}

TEST(ResponseHeadTest, RefusesHeadersThatBreakOutOfTheirLine) {
    Response response;
    EXPECT_TRUE(IsSendable(response));
    response.headers = {{"Location", "/São Paulo\tx"}};
    EXPECT_TRUE(IsSendable(response));
    const Fields bad_headers{{"Location", "/\r\nSet-Cookie: a=1"},
                             {"Location", "/\n"},
                             {"Location", std::string("/\0", 2)},
                             {"", "x"},
                             {"Bad Name", "x"},
                             {"Name:", "x"},
                             {std::string("N\0", 2), "x"}};
    for (const auto& header : bad_headers) {
        response.headers = {header};
        EXPECT_FALSE(IsSendable(response)) << header.first << ": " << header.second;
    }
    response.headers.clear();
    response.content_type = "text/plain\r\nX: y";
    EXPECT_FALSE(IsSendable(response));
}

TEST(ResponseHeadTest, RefusesAStatusThatIsNotFinal) {
    for (const int status : {-1, 0, 100, 199, 600}) {
        Response response;
        response.status = status;
        EXPECT_FALSE(IsSendable(response)) << status;
    }
}

TEST(CompressionTest, ReadsWhatTheClientAccepts) {
    for (const std::string_view yes : {"gzip", "deflate, GZIP ;q=0.5", "*", "br;q=1.0,gzip;q=1",
                                       "*;q=0, gzip", "gzip;q=0.001"}) {
        EXPECT_TRUE(AcceptsGzip(yes)) << yes;
    }
    for (const std::string_view no :
         {"", "br", "gzip;q=0", "gzip; q=0.000", "*, gzip;q=0", "xgzip", "*;q=0", ",;,"}) {
        EXPECT_FALSE(AcceptsGzip(no)) << no;
    }
}

std::string Gunzip(std::string_view packed) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string content(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    content.resize(stream.total_out);
    inflateEnd(&stream);
    return content;
}

Response LongJson() {
    Response response;
    response.content_type = "application/json; charset=utf-8";
    for (int at = 0; at < 1000; ++at)
        response.body += std::to_string(at) + ",";
    return response;
}

Request AcceptingGzip() {
    Request request;
    request.headers = {{"accept-encoding", "gzip, deflate, br"}};
    return request;
}

TEST(CompressionTest, PacksLongTextForWhoAcceptsIt) {
    Response response = LongJson();
    CompressIfItPays(AcceptingGzip(), response);
    EXPECT_EQ(response.Header("Content-Encoding"), "gzip");
    EXPECT_EQ(response.Header("Vary"), "Accept-Encoding");
    EXPECT_LT(response.body.size(), LongJson().body.size() / 2);
    EXPECT_EQ(Gunzip(response.body), LongJson().body);
}

TEST(CompressionTest, TellsCachesThatTheAnswerDependsOnTheClient) {
    Response response = LongJson();
    CompressIfItPays({}, response);
    EXPECT_FALSE(response.Header("Content-Encoding"));
    EXPECT_EQ(response.Header("Vary"), "Accept-Encoding");
    EXPECT_EQ(response.body, LongJson().body);
}

TEST(CompressionTest, LeavesAloneWhatItMustNotPack) {
    std::vector<Response> untouched(6, LongJson());
    untouched[0].body.resize(1024);
    untouched[1].content_type = "image/png";
    untouched[2].headers = {{"content-encoding", "br"}};
    untouched[3].headers = {{"ETag", "\"1\""}};
    untouched[4].headers = {{"Cache-Control", "no-store, no-transform"}};
    untouched[5].static_body = "built in";
    for (const Response& before : untouched) {
        Response response = before;
        CompressIfItPays(AcceptingGzip(), response);
        EXPECT_EQ(response.body, before.body);
        EXPECT_EQ(response.headers, before.headers);
    }
}

}  // namespace
}  // namespace geniai::http
