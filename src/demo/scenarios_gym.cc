#include "demo/scenarios.h"

namespace geniai::demo {

std::string_view GymScenarios() {
    return R"(
@plano mensal|trimestral|semestral|anual
@preco R$ 99,90|R$ 109,90|R$ 119,90|R$ 129,90|R$ 139,90
@preco2 R$ 79,90|R$ 84,90|R$ 89,90|R$ 94,90
@taxa R$ 49|R$ 59|R$ 79
@modalidade musculação|funcional|crossfit|spinning|pilates|muay thai|natação|dança
@modalidade2 yoga|jump|hidroginástica|boxe|alongamento
@dia segunda|terça|quarta|quinta|sexta
@dia2 quarta|quinta|sexta|sábado
@hora 6h30|7h|8h|12h|17h30|18h|19h|20h
@hora2 7h30|9h|18h30|19h30|20h30
@unidade Vila Aurora|Jardim Ipê|Parque das Acácias|Centro
@objetivo emagrecer|perder uns 8 quilos|ganhar massa|melhorar o condicionamento|voltar a treinar depois da gravidez|sair do sedentarismo|tratar a dor nas costas
@parentesco meu marido|minha esposa|minha irmã|meu filho de 16 anos|minha mãe|uma amiga
@consultor Rafa|Bia|Tati|Leo
@label_lead lead-quente|lead-frio|plano-anual|instagram-ads
@label_visit aula-experimental|lead-quente
@label_sale matricula|plano-anual
@label_support aluno|app|financeiro
@label_trouble reclamacao|cancelamento
@menu Oi! Eu sou o Vigor Bot 💪 Escolha uma opção:\n1 - Planos e valores\n2 - Aula experimental\n3 - Já sou aluno\n4 - Falar com a recepção|Olá! Aqui é o atendimento automático da Academia Vigor.\n1 - Planos\n2 - Horários das aulas\n3 - Aluno (boleto, app, trancamento)\n4 - Falar com uma pessoa
@handoff Certo! Vou te passar para a nossa equipe, é só um minutinho 😉|Perfeito, já estou chamando alguém da recepção.|Anotado! Um consultor responde por aqui mesmo.
@greeting Bem-vindo(a) à Academia Vigor! Em que podemos ajudar?|Olá! Obrigado por chamar a Academia Vigor. Já já alguém fala com você.
@away Nosso atendimento é de segunda a sexta das 7h às 21h e sábado das 9h às 13h. Deixe sua mensagem que respondemos assim que abrir!|No momento estamos fora do horário de atendimento. Retornamos assim que a recepção abrir.
@campaign Oi<,nome>! A Vigor está com matrícula zero só até sexta 🎉 Quer que eu te explique?|<Ola>! Sentimos sua falta por aqui. Volte em <dia> e a primeira semana é por nossa conta.|Novidade na Vigor<,nome>: turma nova de <modalidade> às <hora>. Posso te contar mais?
@note Já visitou a unidade <unidade> em março, achou caro. Oferecer o <plano>.|Pediu desconto pra dois, falar com a gerência.|Prefere contato depois das <hora>.|Atestado médico pendente.|Indicação de aluno, lançar brinde.|Ligar se não responder até <dia>.

= lead 6
C {<Saud>!|Oi, <saud>|Olá} {Quanto custa|Qual o valor|Qual é o preço} {do plano <plano>|da mensalidade} {de vcs|aí|na unidade <unidade>}?
H <Ola>! Tudo bem? O <plano> sai {por|a} <preco> por mês, com {acesso livre às salas|avaliação física inclusa}. Qual é o seu objetivo?
C {Quero|Preciso} <objetivo>. {Tem taxa de matrícula?|Precisa pagar matrícula?}
H Tem sim, <taxa>, mas no <plano> {a gente consegue isentar|sai de graça}. {Quer conhecer a estrutura?|Quer vir conhecer?}
C {Vou pensar e te falo|Deixa eu ver com <parentesco> e retorno|Ah entendi, vou analisar aqui}
H+ Oi<,nome>! Conseguiu pensar na nossa proposta? {Fico à disposição.|Qualquer dúvida me chama 😊}

= lead 5
C Oi, {vi o anúncio de vocês|vi vocês no Instagram|uma amiga me indicou} e {queria saber|gostaria de saber} {os valores|os planos e preços}
B Que bom ter você aqui<,nome>! Temos os planos mensal, trimestral e anual, {a partir de <preco2>|de <preco2> a <preco>}.
C {Tem <modalidade> também?|Inclui <modalidade>?|E <modalidade>, paga à parte?}
H Inclui sim: <modalidade> e <modalidade2>, só reservar no aplicativo. Em qual horário você pretende treinar?
C {De manhã cedo, antes do trabalho|À noite, depois das <hora2>|No horário do almoço}
H Ótimo, {esse é um horário tranquilo|nesse horário a sala fica mais vazia}. Te mando o link dos planos?
C? {pode mandar|manda sim por favor}

= lead 4
C {Boa|Oi boa} {tarde|noite}, tenho interesse {na academia|em treinar aí}, {como faço?|como funciona?}
H Oi<,nome>! Aqui é <eu>, da Vigor. {Você já treina ou está começando agora?|Já treinou antes?}
C {Faz uns dois anos que parei|Nunca treinei|Treino em outra academia mas é longe}
H Sem problema! {Montamos um treino do zero com professor acompanhando.|Fazemos uma avaliação e o professor monta seu treino.} O <plano> está <preco>.
C {Caro hein|Hmm, achei um pouco puxado|É o que eu pagava antes} 😅 {tem desconto?|consegue um desconto?}
H {Se vier mais alguém da família consigo <preco2> para cada um.|Fechando o anual fica <preco2> por mês.}
C {Boa, vou falar em casa|Interessante, te retorno|Vou ver e te aviso}

= lead 3
C [audio]
H Oi<,nome>! {Não consegui ouvir bem o áudio|Estou na recepção e não consigo ouvir áudio agora}, pode escrever pra mim?
C {era pra saber se tem <modalidade> à noite e quanto é|queria saber o preço do plano com <modalidade>}
H Tem! {Segunda e quarta|Terça e quinta} às <hora2>. O plano com <modalidade> é <preco> por mês.
C? {ah legal|blz, obrigada}

= lead 3
C {Oii|Oi gente}, {vocês têm plano família?|tem plano pra casal?} {Quero|Queria} começar com <parentesco>
H Temos sim! No plano família o segundo integrante paga <preco2>.
C e pode ser em horários diferentes?
H Pode, cada um no seu horário e na unidade que preferir.
C Gostei! {Vocês são na <unidade> mesmo?|Tem estacionamento na <unidade>?}
H Isso, na <unidade>, com estacionamento {na porta|conveniado}. Quer que eu reserve o valor promocional?
C? {Quero sim, mas só mês que vem|Ainda não, preciso conversar em casa}

= unanswered 4
C {<Saud>, quero saber os valores|Oi, qual o valor do plano?|Olá, tenho interesse no plano <plano>}
C? {alguém?|Oi?|tem alguém aí?}
C?+ {desisto, ninguém responde|acho que vcs não querem vender 😅}

= unanswered 2
C {Oi queria marcar uma aula experimental de <modalidade>|Quanto é a aula de <modalidade>?}
C? {pode ser <dia>|prefiro à noite}

= visit 6
C {<Saud>!|Oi!} {Queria|Gostaria de} {agendar|marcar} uma aula experimental de <modalidade>
H {Que ótimo|Maravilha}<,nome>! Temos vaga na <dia> às <hora> ou na <dia2> às <hora2>. Qual fica melhor?
C {Pode marcar na <dia> às <hora>|<dia> às <hora> tá ótimo, pode agendar|Prefiro <dia>, pode confirmar}
H Agendado! <dia> às <hora>, unidade <unidade>. {Traga roupa leve, toalha e garrafinha.|Chegue 10 minutinhos antes 😉}
C {Combinado, estarei lá|Fechado, até lá!|Show, obrigada!}
N Experimental de <modalidade> confirmada para <dia>.

= visit 4
C Oi, quanto {custa|tá} o plano <plano>? {Dá pra conhecer antes?|Posso ir conhecer?}
H Oi<,nome>! O <plano> é <preco>. E dá sim: quer agendar uma visita na unidade <unidade>?
C {Quero, consigo ir na <dia>|Quero sim! <dia> depois das <hora> vcs podem?}
H {Podemos! Marquei com <consultor> na <dia> às <hora>.|Perfeito, <dia> às <hora> com <consultor>.}
C {Ok, marcado então|Perfeito, confirmado|Confirmado, vou com <parentesco>}
A+
H? Oi<,nome>, passando pra lembrar da sua visita hoje às <hora>!

= visit 3
C {Bom dia|Oi} {queria fazer|quero fazer} a avaliação física pra começar, {tem horário essa semana?|quando tem vaga?}
B Temos horários de avaliação na <dia> às <hora> e na <dia2> às <hora2>. Qual prefere?
C {<dia> por favor|Na <dia2> às <hora2>}
B Posso confirmar no seu nome<,nome>?
C {sim, pode confirmar|sim pode marcar}
H Confirmado aqui na recepção! {Até <dia>.|Nos vemos na <dia>!}

= visit 2
C vi que vcs tem {dia grátis|aula grátis}, como faço {pra ir|pra participar}?
H É só escolher o dia! Tenho <dia> às <hora> e <dia2> às <hora2>.
C {esses dias não consigo|não vai dar nesses horários}, tem {sábado|mais tarde}?
H Sábado às 10h, serve?
C {Serve! Pode marcar|Perfeito, pode agendar sábado 10h}
H Marcado<,nome>! {Te esperamos.|Procure pelo <consultor> na recepção.}

= sale 4
C {<Saud>, vi a promoção do anual|Oi, quero fechar o plano <plano>|Oi! Fiz a aula experimental ontem e adorei, quero me matricular}
H {Que notícia boa|Aí sim}<,nome>! 🎉 O <plano> fica <preco>. Prefere pix ou cartão?
C {pix|no pix mesmo}
H A chave é o e-mail financeiro@academia-vigor.example. Me envia o comprovante por aqui?
C [image] {Paguei, segue o comprovante|Pronto, pix feito|Enviei o pix, comprovante aí}
H Recebido! Sua matrícula está ativa, {é só passar na catraca com o CPF.|o acesso pelo app já foi liberado.}
C {Uhul, amanhã já vou treinar|Valeu demais!|Obrigada 💪}

= sale_visit 3
C Oi, {gostaria de|queria} conhecer a academia {e ver os planos|antes de fechar}
H Claro<,nome>! Pode vir na <dia> às <hora>?
C {Posso sim, pode marcar|Pode marcar <dia> às <hora>}
H Marcado com <consultor>!
A+
C {Adorei a visita!|Gostei muito da estrutura.} {Consegue o <plano> por <preco2>?|Se fizer <preco2> eu fecho hoje}
H Consegui com a gerência: <preco2> no <plano>, sem taxa. {Fechamos?|Posso mandar o link?}
C {Fechado! Manda o link|Fechou, pode mandar}
H Link enviado 👆
C {Paguei agora|Já paguei, confere aí}, {fiz a matrícula pelo link|assinei o contrato também}
H Tudo certo! Bem-vindo(a) à Vigor{!| 💚}

= support 6
C {Oi, já sou aluno e|<Saud>, sou aluna e} {o app não abre|não consigo entrar no aplicativo|esqueci a senha do app}
H Oi<,nome>! Me confirma seu CPF só com os 3 últimos dígitos?
C {731|208|945}
H Enviei um link de redefinição {no seu e-mail|por SMS}. Consegue testar?
C {Deu certo, obrigado|Funcionou!|Agora foi, valeu}

= support 5
C {Segunda via do boleto por favor|Preciso da 2ª via do meu boleto|Meu boleto não chegou esse mês}
H {Claro|Pode deixar}<,nome>! Segue o link: https://boleto.academia-vigor.example/2via
C {Obrigada|Valeu|Recebi, obrigado}

= support 4
C {Que horas fecha no feriado?|Amanhã abre normal?|Domingo vcs abrem?}
H {No feriado abrimos das 9h às 13h.|Domingo das 9h às 14h 😉|Abre sim, horário normal.}
C {blz|ok obrigado|👍}

= support 4
C Oi, {meu treino venceu|preciso trocar meu treino}, {com quem falo?|qual professor faz?}
H Oi<,nome>! {Você pode procurar qualquer professor na sala|O professor <consultor> troca pra você} {na <dia>|no seu horário de treino}.
C {Blz, vou procurar ele|Ok, obrigada}

= support 3
C {Esqueci minha garrafa no vestiário|Perdi um fone na sala de spinning|Deixei meu casaco na esteira}, {acharam?|alguém encontrou?}
H Vou verificar nos achados e perdidos, um momento.
H Achamos sim! Está {na recepção|guardado com a <consultor>}.
C {Ufa, obrigado|Que bom! Pego na <dia>}

= support 2
C Preciso trancar {meu plano por 30 dias|a matrícula, vou viajar}
H Tranquilo<,nome>! O trancamento é de até 30 dias. A partir de quando?
C {de <dia>|a partir de <dia>}
H Registrado. {Seu plano volta sozinho depois.|Boa viagem!}

= complaint 3
C {O ar condicionado da sala de <modalidade> tá quebrado faz uma semana|O vestiário tá sujo todo dia|As esteiras vivem quebradas} {😡|, tá difícil|}
H <Ola>, sinto muito por isso. {A manutenção está marcada para <dia>.|Já passei para a gerência agora.}
C {Espero, porque assim não dá|Já reclamei três vezes|Ok, aguardo}
N Terceira reclamação sobre o mesmo assunto, avisar a gerência da <unidade>.

= complaint 2
C {Fui cobrado duas vezes esse mês|Cobraram minha mensalidade em dobro}
H Oi<,nome>, vou verificar agora com o financeiro. Pode enviar o print da fatura?
C [image]
H Confirmado, foi erro nosso. O estorno cai em até 5 dias úteis, tá bem?
C {ok|Tá, mas que não se repita}

= cancel 3
C {Quero cancelar meu plano|Como faço pra cancelar a academia?|Gostaria de cancelar minha matrícula}
H Poxa<,nome>, {aconteceu alguma coisa?|posso saber o motivo?}
C {Vou mudar de cidade|Não estou conseguindo ir|Tá pesado no orçamento}
H Entendo. {Consigo trancar por 60 dias sem custo, te ajuda?|Posso te oferecer <preco2> por 3 meses, ajuda?}
C {Não, prefiro cancelar mesmo|Obrigado mas vou cancelar}
H Certo, cancelamento registrado{. Não haverá nova cobrança.|; as portas ficam abertas!}

= other 2
C {Personal trainer aqui, vocês alugam espaço?|Sou professor de <modalidade>, estão contratando?}
H Oi<,nome>! Pode mandar o currículo para equipe@academia-vigor.example
C {Mando hoje, obrigado|Enviado}
)";
}

}  // namespace geniai::demo
