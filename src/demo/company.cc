#include "demo/company.h"

namespace geniai::demo {

namespace {

constexpr const char* kWhatsapp = "Channel::Whatsapp";
constexpr const char* kApi =
    "Channel::Api";  // WhatsApp through a gateway, as many in Brazil have it
constexpr const char* kWidget = "Channel::WebWidget";
constexpr const char* kInstagram = "Channel::Instagram";

// Works for the clinic and for the school.
const Agent kSharedAgent{11, "Márcia Teles", "Márcia (financeiro)", "Márcia"};

Company Gym() {
    Company gym;
    gym.account_id = 1;
    gym.name = "Academia Vigor";
    gym.slug = "academia-vigor";
    gym.trade = "academia";
    gym.share = 45;
    gym.robot_name = "Vigor Bot";
    gym.robot_id = 1;
    gym.reply_seconds = 240;
    gym.hours = {.opens = 7, .closes = 21, .closes_saturday = 13};
    gym.agents = {{1, "Rogério Lacerda", "", "Rogério"}, {2, "Beatriz Amorim", "Bia", "Bia"},
                  {3, "Leonardo Paiva", "Leo", "Leo"},   {4, "Tatiana Duarte", "Tati", "Tati"},
                  {5, "Rafael Siqueira", " ", "Rafael"}, {6, "Jéssica Fonseca", "", "Jéssica"}};
    gym.inboxes = {
        {1, "WhatsApp Recepção", kWhatsapp, 50, 130, 60, 20, Robot::kAgentBot, false, true},
        {2, "WhatsApp Vendas", kApi, 22, 340, 180, 70, Robot::kNone, false, false},
        {3, "Instagram", kInstagram, 18, 300, 90, 20, Robot::kNone, false, false},
        {4, "Chat do site", kWidget, 10, 240, 80, 20, Robot::kAgentBot, true, true}};
    gym.teams = {"comercial", "recepção"};
    return gym;
}

Company Clinic() {
    Company clinic;
    clinic.account_id = 2;
    clinic.name = "Clínica Aroeira";
    clinic.slug = "clinica-aroeira";
    clinic.trade = "clínica";
    clinic.share = 33;
    clinic.robot_name = "Assistente Aroeira";
    clinic.robot_id = 1;
    clinic.reply_seconds = 480;
    clinic.hours = {.opens = 8, .closes = 18, .closes_saturday = 12};
    clinic.agents = {{7, "Sônia Rezende", "", "Sônia"},
                     {8, "Karina Vilela", "Karina – recepção", "Karina"},
                     {9, "Débora Nogueira", "", "Débora"},
                     {10, "Alan Coutinho", "", "Alan"},
                     kSharedAgent};
    clinic.inboxes = {
        {5, "WhatsApp Clínica", kWhatsapp, 62, 120, 80, 15, Robot::kCaptain, false, true},
        {6, "Instagram Estética", kInstagram, 15, 260, 60, 10, Robot::kNone, false, false},
        {7, "Site", kWidget, 23, 180, 110, 20, Robot::kCaptain, true, true}};
    clinic.teams = {"recepção", "financeiro"};
    return clinic;
}

Company School() {
    Company school;
    school.account_id = 3;
    school.name = "Colégio Mirante";
    school.slug = "colegio-mirante";
    school.trade = "escola";
    school.share = 22;
    school.robot_name = "Atende Mirante";
    school.robot_id = 2;
    school.reply_seconds = 840;
    school.hours = {.opens = 7, .closes = 18, .closes_saturday = 0};
    school.agents = {{12, "Cláudia Zanetti", "", "Cláudia"},
                     {13, "Renata Galvão", "Renata", "Renata"},
                     {14, "Vera Lúcia Dantas", "", "Vera"},
                     kSharedAgent};
    school.inboxes = {
        {8, "WhatsApp Secretaria", kApi, 48, 80, 30, 15, Robot::kNone, false, true},
        {9, "WhatsApp Matrículas", kTwilio, 30, 300, 120, 70, Robot::kAgentBot, false, true},
        {10, "Site do colégio", kWidget, 22, 260, 80, 20, Robot::kNone, true, false},
        {11, "Instagram", kInstagram, 0, 0, 0, 0, Robot::kNone, false, false}};
    school.teams = {"secretaria", "matrículas"};
    return school;
}

}  // namespace

const std::vector<Company>& Companies() {
    static const std::vector<Company> companies{Gym(), Clinic(), School()};
    return companies;
}

}  // namespace geniai::demo
