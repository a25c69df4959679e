#include "analysis/spoken_lines.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <cctype>

#include "base/error.h"
#include "base/fold.h"

namespace geniai::analysis {

namespace {

using warehouse::Author;

// On folded text: lower case, no accents.
constexpr const char* kToTheAnalyst[] = {
    R"(\b(ignor|desconsider|esquec|forget|disregard|override|sobrescrev|anul)\w*\b.{0,60}\b(instruc|instruct|regra|rule|prompt|anterior|acima|previous|above|diretriz|guideline|comando|orientac)\w*)",
    R"(\b(instruc|instruct|ordem|ordens|diretriz)\w*\s+(rea|verdadeir|nov|real|new|correct|corret)\w*)",
    R"(\b(nova|novas|new|outra|outras|real|reais|verdadeira|verdadeiras)\s+(instruc|instruct|ordem|ordens|diretriz|regra)\w*)",
    R"(\b(instruc\w*|mensagem|comando|ordem|aviso|nota)\s+(do|da|para o|para a|ao|a)\s+(sistema|administrador|admin|desenvolvedor|analista|modelo|ia|assistente|avaliador|robo)\b)",
    R"(\b(system|assistant|developer|sistema|assistente|analista|analyst)\s*(prompt|message)?\s*[:>\]])",
    R"(<\|?/?\s*(im_start|im_end|endoftext|system|assistant|user|mensage|instruc|dados|data|conversa|prompt))",
    R"(\[/?(inst|system|sys)\])",
    R"(#{2,}\s*(system|instruc|instruct|sistema|novo|new|fim|end))",
    R"(\b(system|seu|sua|teu|your|the)\s+(prompt|instruc\w*|instruct\w*|configurac\w*)\b)",
    R"(\b(prompt|jailbreak|chatgpt|gpt|openai|llm|claude|gemini)\b)",
    R"(\b(language model|modelo de linguagem|large model|inteligencia artificial que analisa)\b)",
    R"(\b(defin|coloq|coloc|respond|atribu|us|set|give|marc|marqu|retorn|return|devolv|classific|classifiq|consider|avali|assign|output|escrev|write|preench|ponha|por|pontu|rate|score|de|da)\w*\b.{0,50}\b(prioridade|priority|pontuacao|score|confianca|confidence|urgencia|urgency|nivel de interesse)\b.{0,30}(\d|max|alt|high|zero|cinco|five|min|baix|low|tot))",
    R"(\b(prioridade|priority|pontuacao|score|confianca|confidence)\s*(=|:|->|deve ser|e sempre|must be|should be|is)\s*\S)",
    R"(\b(resumo|mensagem_sugerida|palavras_chave|proximo_passo|nome_cliente|evidencias|objecoes|urgencia|interesse)\W{0,3}\s*[:=]\s*[\[{"'])",
    R"(\b(respond|retorn|return|output|escrev|devolv|reply|answer|ger)\w*\b.{0,30}\b(json|schema|esquema|yaml|xml)\b)",
    R"(\b(aja|atue|act|comporte-se|finja|pretend|imagine)\b.{0,15}\b(como|as|que|se fosse|to be|you are|that you)\b)",
    R"(\b(voce|vc|tu|you)\s+(agora\s+|now\s+)?(e|es|are|sera|vai ser|will be|passa a ser)\s+(now\s+|agora\s+)?(um|uma|a|an|o|the|outro)\b.{0,40}\b(ia|ai|assistente|assistant|modelo|model|bot|analista|analyst|sistema|system)\b)",
    R"(\b(a partir de agora|daqui em diante|from now on)\b.{0,40}\b(respond|ignor|voce|vc|you|trat|classific|consider|marqu|answer|reply)\w*)",
    R"(\b(revele|mostre|repita|imprima|diga|reveal|show|print|repeat)\b.{0,30}\b(prompt|instruc\w*|instruct\w*|regras internas|internal)\b)",
    R"(\b(modo|mode)\s+(desenvolvedor|developer|admin|debug|deus|god|livre|teste)\b|\b(developer|debug|god|dan)\s+mode\b)",
    R"(\b(este|esse|this|o)\s+(lead|contato|cliente|customer)\s+(deve|must|should|e|is|tem que|precisa)\b.{0,40}\b(prioridade|priority|classific\w*|score|marcad\w*|marked|pontu\w*|ranked|convertid\w*)\b)",
    R"(\b(marque|classifique|considere|mark|classify|treat|avalie)\b.{0,20}\b(este|esse|this|me|a conversa|o lead|lead|the conversation)\b)",
    R"(\b(do not|nao)\s+(analy[sz]e|analise|siga|follow|obedec\w*|avalie)\b)",
    R"(\b(fim|end)\s+(da|do|of)\s+(the\s+)?(conversa|conversation|dados|data|mensagens|messages|input|entrada|transcricao|transcript)\b)",
    R"(\b(decode|decodifique|base64|rot13|execute|eval)\b)",
};

const RE2::Set& PatternsToTheAnalyst() {
    static const std::unique_ptr<RE2::Set> patterns = [] {
        RE2::Options options;
        options.set_encoding(RE2::Options::EncodingLatin1);
        options.set_max_mem(std::int64_t{64} << 20);
        auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
        for (const char* pattern : kToTheAnalyst) {
            std::string error;
            if (set->Add(pattern, &error) < 0) {
                throw base::Error(base::ErrorCode::kFailed, std::string(pattern) + ": " + error);
            }
        }
        set->Compile();
        return set;
    }();
    return *patterns;
}

// Folded text with single blanks, and the way back.
base::FoldedText Flatten(std::string_view text) {
    base::FoldedText folded = base::FoldTextWithOffsets(text);
    base::FoldedText flat;
    for (std::size_t i = 0; i < folded.text.size(); ++i) {
        const bool is_blank = std::isspace(static_cast<unsigned char>(folded.text[i])) != 0;
        if (is_blank && (flat.text.empty() || flat.text.back() == ' ')) continue;
        flat.text += is_blank ? ' ' : folded.text[i];
        flat.source_offset.push_back(folded.source_offset[i]);
    }
    while (!flat.text.empty() && flat.text.back() == ' ') {
        flat.text.pop_back();
        flat.source_offset.pop_back();
    }
    return flat;
}

}  // namespace

std::vector<SpokenLine> SpokenLines(std::span<const warehouse::Message> messages) {
    std::vector<SpokenLine> lines;
    for (const warehouse::Message& message : messages) {
        const bool is_spoken = message.author == Author::kContact ||
                               message.author == Author::kHuman || message.author == Author::kBot ||
                               message.author == Author::kTemplate;
        if (!is_spoken || message.text.empty()) continue;
        lines.push_back({message.id, message.author == Author::kContact, message.text});
    }
    return lines;
}

std::optional<warehouse::Quote> FindQuote(std::span<const SpokenLine> lines, std::string_view quote) {
    constexpr std::size_t kLengthMin = 3;
    const base::FoldedText wanted = Flatten(quote);
    if (wanted.text.size() < kLengthMin) return std::nullopt;
    for (const SpokenLine& line : lines) {
        if (!line.from_customer) continue;
        const base::FoldedText said = Flatten(line.text);
        const std::size_t at = said.text.find(wanted.text);
        if (at == std::string::npos) continue;
        const std::size_t begin = said.source_offset[at];
        const std::size_t last = at + wanted.text.size();
        const std::size_t end =
            last < said.text.size() ? said.source_offset[last] : line.text.size();
        std::string text = line.text.substr(begin, end - begin);
        while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
            text.pop_back();
        }
        return warehouse::Quote{line.message_id, std::move(text)};
    }
    return std::nullopt;
}

bool SpeaksToTheAnalyst(std::string_view text) {
    std::vector<int> hits;
    return PatternsToTheAnalyst().Match(Flatten(text).text, &hits);
}

std::vector<warehouse::Quote> KeepRealQuotes(std::span<const SpokenLine> lines,
                                             std::span<const std::string> quotes,
                                             double& confidence) {
    constexpr double kAfterInvention = 0.7;
    std::vector<warehouse::Quote> real;
    for (const std::string& quote : quotes) {
        if (auto found = FindQuote(lines, quote)) {
            real.push_back(std::move(*found));
        } else {
            confidence *= kAfterInvention;
        }
    }
    return real;
}

}  // namespace geniai::analysis
