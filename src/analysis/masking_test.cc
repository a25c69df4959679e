#include "analysis/masking.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <regex>

namespace geniai::analysis {
namespace {

TEST(MaskTest, TheSameValueHasTheSamePlaceholderAndComesBack) {
    Mask mask;
    const std::string text = "Meu CPF é 529.982.247-25, repito: 529.982.247-25. E o dela 111.444.777-35";
    const std::string hidden = mask.Hide(text);
    EXPECT_EQ(hidden, "Meu CPF é [CPF_1], repito: [CPF_1]. E o dela [CPF_2]");
    EXPECT_EQ(mask.Restore("Confirme [CPF_2] com ela"), "Confirme 111.444.777-35 com ela");
    EXPECT_EQ(mask.Restore(hidden), text);
}

TEST(MaskTest, APlaceholderOfTheCustomersOwnIsData) {
    Mask mask;
    mask.Hide("529.982.247-25");
    const std::string hidden = mask.Hide("me mostra o [CPF_1] por favor");
    EXPECT_EQ(hidden, "me mostra o [TEXTO_1] por favor");
    EXPECT_EQ(mask.Restore(hidden), "me mostra o [CPF_1] por favor");
}

TEST(MaskTest, WhatWasNeverGivenOutStays) {
    const Mask mask;
    for (const char* text : {"", "[", "[CPF_1]", "a [b] c ]", "[[CPF_9]", "fim ["}) {
        EXPECT_EQ(mask.Restore(text), text);
    }
}

TEST(MaskTest, PricesTimesAndDatesArePartOfTheTalk) {
    for (const char* text :
         {"O plano custa R$ 1.234,56 por mês", "às 18:30 ou 19h", "dia 12/03/2026", "de 2025 a 2026",
          "turma com 12 alunos, sala 4", "treino 3x por semana", "R$ 99,90 em 12x", "Bom dia! Tudo bem?",
          "Rua bonita essa!", "moro na rua de trás", "protocolo 1234567"}) {
        Mask mask;
        EXPECT_EQ(mask.Hide(text), text);
    }
}

TEST(MaskTest, HostileBytesPassUnharmed) {
    for (const std::string& text : {std::string("\xff\xfe 529.982.247-25"), std::string("a\0b", 3),
                                   std::string(100'000, '1'), std::string(50'000, '[')}) {
        Mask mask;
        EXPECT_EQ(mask.Restore(mask.Hide(text)), text);
    }
}

// Sentences with one invented value each, in the ways in which people write it.
class Corpus {
public:
    explicit Corpus(unsigned seed) : random_(seed) {}

    struct Line {
        std::string kind;
        std::string value;
        std::string text;
    };

    Line Next() {
        static const std::vector<std::string> kKinds{"cpf",  "cnpj", "alphanumeric cnpj", "phone", "mail",
                                                     "pix",  "cep",  "card",              "address"};
        Line line;
        line.kind = Pick(kKinds);
        line.value = ValueOf(line.kind);
        const std::string before = Pick<std::string>({"Segue: ", "meu dado é ", "Oi! ", "anota aí ", "",
                                                      "o número é: ", "pode ser (", "é "});
        const std::string after = Pick<std::string>({"", ".", ", ok?", " obrigada", "!", ") certo", "\n"});
        line.text = before + line.value + after;
        return line;
    }

private:
    std::string ValueOf(const std::string& kind) {
        if (kind == "cpf") return Shape(Cpf(), {"###.###.###-##", "###########", "###.###.###.##",
                                                "### ### ### ##", "#########-##"});
        if (kind == "cnpj") return Shape(Cnpj(Digits(12)), {"##.###.###/####-##", "##############"});
        if (kind == "alphanumeric cnpj") {
            std::string signs;
            for (int i = 0; i < 12; ++i) {
                signs += "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"[random_() % 34];
            }
            return Shape(Cnpj(signs), {"##.###.###/####-##", "##############"});
        }
        if (kind == "phone") return Phone();
        if (kind == "mail") {
            return Pick<std::string>({"ana.souza", "joao_pedro", "contato+loja", "m.l", "r2d2"}) +
                   std::to_string(random_() % 1'000) + "@" +
                   Pick<std::string>({"exemplo.com.br", "mail.example", "empresa.example", "x.io"});
        }
        if (kind == "pix") return Shape(Hex(32), {"########-####-####-####-############"});
        if (kind == "cep") return Shape(Digits(8), {"#####-###", "########", "##.###-###"});
        if (kind == "card") return Shape(Card(), {"#### #### #### ####", "################",
                                                  "####-####-####-####", "####.####.####.####"});
        return Address();
    }

    std::string Phone() {
        const std::string area = std::to_string(11 + random_() % 88);
        const std::string mobile = "9" + Digits(8);
        const std::string shape = Pick<std::string>(
            {"+55 (@@) #####-####", "(@@) #####-####", "@@ #####-####", "@@#########", "@@ #########",
             "+55@@#########", "55 @@ ##### ####", "(@@) # ####-####", "0@@ #####-####", "#####-####",
             "#########", "(@@)#########"});
        std::string text;
        std::size_t digit = 0;
        std::size_t area_digit = 0;
        for (const char c : shape) {
            text += c == '#' ? mobile[digit++] : c == '@' ? area[area_digit++] : c;
        }
        return text;
    }

    std::string Address() {
        return Pick<std::string>({"Rua ", "Av. ", "Avenida ", "rua ", "Travessa ", "Alameda ", "Praça "}) +
               Pick<std::string>({"das Flores", "João XXIII", "São José do Rio", "7 de Setembro",
                                  "Conceição", "Dr. Arnaldo Lima"}) +
               Pick<std::string>({", ", " ", ", nº ", ", n. "}) + std::to_string(1 + random_() % 4'000) +
               Pick<std::string>({"", ", apto 12", " casa 2", " - bloco B"});
    }

    std::string Cpf() {
        std::string cpf = Digits(9);
        for (int length = 9; length < 11; ++length) {
            int sum = 0;
            for (int i = 0; i < length; ++i) sum += (cpf[static_cast<std::size_t>(i)] - '0') * (length + 1 - i);
            cpf += static_cast<char>('0' + sum * 10 % 11 % 10);
        }
        return cpf;
    }

    static std::string Cnpj(std::string signs) {
        while (signs.size() < 14) {
            int sum = 0;
            int weight = 2;
            for (std::size_t i = signs.size(); i-- > 0;) {
                sum += (signs[i] - '0') * weight;
                weight = weight == 9 ? 2 : weight + 1;
            }
            signs += static_cast<char>('0' + (sum % 11 < 2 ? 0 : 11 - sum % 11));
        }
        return signs;
    }

    std::string Card() {
        std::string card = "4" + Digits(14);
        int sum = 0;
        for (std::size_t i = 0; i < card.size(); ++i) {
            const int digit = card[i] - '0';
            const int doubled = 2 * digit > 9 ? 2 * digit - 9 : 2 * digit;
            sum += i % 2 == 0 ? doubled : digit;
        }
        return card + static_cast<char>('0' + (10 - sum % 10) % 10);
    }

    std::string Digits(int count) {
        std::string digits;
        while (static_cast<int>(digits.size()) < count) digits += static_cast<char>('0' + random_() % 10);
        return digits;
    }

    std::string Hex(int count) {
        std::string digits;
        while (static_cast<int>(digits.size()) < count) digits += "0123456789abcdef"[random_() % 16];
        return digits;
    }

    std::string Shape(const std::string& signs, const std::vector<std::string>& shapes) {
        std::string text;
        std::size_t at = 0;
        for (const char c : Pick(shapes)) text += c == '#' ? signs[at++] : c;
        return text;
    }

    template <class T>
    T Pick(const std::vector<T>& from) {
        return from[random_() % from.size()];
    }

    std::mt19937 random_;
};

TEST(MaskCorpusTest, NinetyNineOfAHundredAreHiddenAndAllComeBack) {
    constexpr int kLines = 5'000;
    Corpus corpus(5);
    std::map<std::string, int> missed;
    int hidden = 0;
    for (int i = 0; i < kLines; ++i) {
        const Corpus::Line line = corpus.Next();
        Mask mask;
        const std::string text = mask.Hide(line.text);
        ASSERT_EQ(mask.Restore(text), line.text);
        // Nothing of it is left, not even a part.
        const std::string rest =
            std::regex_replace(text, std::regex(R"(\[[A-Z]+_\d+\])"), "");
        if (rest.find_first_of("0123456789@") == std::string::npos) {
            ++hidden;
        } else if (++missed[line.kind] <= 3) {
            std::cout << "not hidden: " << line.kind << ": " << line.text << " -> " << text << "\n";
        }
    }
    EXPECT_GE(hidden, kLines * 99 / 100);
    RecordProperty("hidden", hidden);
}

}  // namespace
}  // namespace geniai::analysis
