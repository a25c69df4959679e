#include "demo/scenarios.h"

namespace geniai::demo {

std::string_view ClinicScenarios() {
    return R"(
@especialidade dermatologista|cardiologista|ginecologista|ortopedista|oftalmologista|nutricionista|psicóloga|pediatra|endocrinologista
@procedimento peeling|botox|laser|microagulhamento|preenchimento|clareamento
@exame ultrassom|ecocardiograma|eletrocardiograma|mapeamento de retina|teste ergométrico
@convenio Saúde Aurora|VidaPlena|MedPonte|Bem Cuidar
@medico Dra. Helena|Dra. Marina|Dra. Lívia|Dra. Noemi
@preco R$ 280|R$ 320|R$ 350|R$ 390|R$ 420
@preco2 R$ 180|R$ 220|R$ 250
@parcela 3x sem juros|4x sem juros|6x sem juros
@dia segunda|terça|quarta|quinta|sexta
@dia2 quarta|quinta|sexta
@hora 8h20|9h|10h40|11h20|14h|15h20|16h|17h40
@hora2 8h40|13h20|14h40|16h20
@paciente minha mãe|minha filha|meu pai|meu filho|minha sogra|minha avó
@sintoma uma mancha no rosto|dor no joelho|dor nas costas|queda de cabelo|acne|pressão alta|dor de cabeça toda semana
@bairro Vila Aurora|Jardim Ipê|Alto da Serra|Santa Mônica
@label_lead particular|procedimento-estetico|lead-quente
@label_visit consulta-marcada|primeira-vez
@label_sale pacote-fechado|pago
@label_support exames|paciente|retorno
@label_trouble reclamacao|atraso
@menu Olá! Sou a assistente virtual da Clínica Aroeira e já li a sua mensagem.|Oi, aqui é a assistente da Clínica Aroeira 🌿 Que bom falar com você.|Olá<,nome>! Sou a assistente virtual. Cuido das primeiras informações por aqui.
@handoff Entendi. Vou transferir para a recepção, que confirma os detalhes com você.|Uma atendente continua daqui, tudo bem?
@greeting Bem-vindo(a) à Clínica Aroeira. Conte como podemos ajudar.|Olá! Em instantes uma recepcionista fala com você.
@away A recepção atende de segunda a sexta, das 8h às 18h, e sábado até 12h. Em caso de urgência procure um pronto-socorro.|Estamos fora do horário. Sua mensagem foi registrada e respondemos no próximo dia útil.
@campaign Oi<,nome>! Faz um ano da sua última consulta. Quer que a gente veja um horário?|Outubro é mês de check-up na Aroeira: consulta e <exame> com condição especial. Posso explicar?
@note Paciente prefere a <medico>.|Convênio <convenio> exige guia, avisar.|Tem alergia a dipirona, conferir prontuário.|Cliente antiga, atender com prioridade.|Aguardando autorização do convênio.|Encaixe só com autorização da <medico>.

= lead 6
C {<Saud>|Olá, <saud>}, {qual o valor da consulta com <especialidade>?|quanto custa a consulta particular com <especialidade>?}
H <Ola>! A consulta com <especialidade> é <preco>, {com retorno em 30 dias incluso|e parcelamos em até <parcela>}.
C {E pelo <convenio>, atende?|Vocês atendem <convenio>?}
H {Infelizmente ainda não atendemos esse convênio, mas damos recibo para reembolso.|Atendemos sim, só com guia de autorização.}
C {Entendi, vou ver e retorno|Ah, vou consultar meu plano antes|Obrigada, vou pensar}
H+ Oi<,nome>, tudo bem? {Ainda tem interesse em agendar?|Conseguiu ver a questão do convênio?}

= lead 5
C Oi! {Queria saber|Gostaria de saber} o valor {do <procedimento>|da sessão de <procedimento>}
B A sessão de <procedimento> custa a partir de <preco2>, e o pacote com 4 sessões tem desconto. É a primeira vez que você faz?
C {É sim, tenho um pouco de medo kkk|Já fiz em outro lugar}
H A <medico> avalia sua pele antes, sem compromisso. {A avaliação é gratuita.|A avaliação custa <preco2> e abate no procedimento.}
C {Dói muito?|Precisa de quantos dias de repouso?}
H {É bem tolerável, usamos anestésico.|No dia seguinte já dá para trabalhar.}
C? {legal, vou me programar|vou pensar com carinho}

= lead 4
C {Preciso de|Estou procurando} uma consulta com <especialidade> para <paciente>, {está com <sintoma>|é por causa de <sintoma>}
H <Ola>, entendo. Temos <medico>, {que é ótima com esses casos|especialista nisso}. Particular ou convênio?
C {Particular, quanto fica?|Particular. Qual o valor?}
H Fica <preco>, {no cartão em até <parcela>|com retorno em 30 dias}.
C {Um pouco caro pra mim agora|Ok, vou falar com a família e te aviso|Preciso ver se consigo esse mês}
H? Sem problema<,nome>, {quando quiser é só chamar.|posso deixar anotado para te lembrar?}

= lead 3
C [audio]
H Oi<,nome>! Aqui no computador não consigo ouvir áudio, pode escrever?
C {queria saber se faz <exame> e o preço|é sobre o preço do <exame>}
H Fazemos, o <exame> é <preco2> e o laudo sai em 2 dias.
C? {precisa de pedido médico?|tem que ter pedido?}
H? Precisa sim, pode ser foto do pedido.

= lead 2
C {Oi, vi o post de vocês sobre <procedimento>|Oi, me interessei pelo <procedimento> do post}, {como funciona?|me passa mais detalhes?}
H Oi<,nome>! São {3|4|5} sessões, com intervalo de {15|30} dias. O valor do pacote é <preco>.
C {Tem foto de antes e depois?|Qual a diferença pro peeling?}
H [image] {Olha esse resultado com 3 sessões (autorizado pela paciente).|Te mando um exemplo.}
C {Nossa, ficou lindo 😍|Uau}

= unanswered 3
C {<Saud>, gostaria do preço do <procedimento>|Oi, quero saber quanto é a consulta com <especialidade>}
C? {?|oi?|ainda estão atendendo?}

= unanswered 2
C {Oi queria marcar consulta pra <paciente>|Preciso de um horário com <especialidade> essa semana}
C?+ {já marquei em outro lugar, obrigada|ninguém respondeu...}

= visit 6
C {<Saud>, gostaria de|Oi, preciso} {marcar|agendar} {uma consulta|um horário} com {a <medico>|<especialidade>}
H <Ola>! {É primeira consulta?|Já é paciente da clínica?}
C {Primeira vez|É a primeira}
H Tenho <dia> às <hora> ou <dia2> às <hora2>. {O valor é <preco>.|Qual prefere?}
C {<dia> às <hora> por favor, pode marcar|Pode agendar na <dia2> às <hora2>|Pode ser <dia>, confirma pra mim?}
H {Agendado|Marcado}! Por favor chegue 15 minutos antes com documento. {Nosso endereço é na <bairro>.|}
C {Muito obrigada!|Combinado|Perfeito, até <dia>}

= visit 4
C {Quanto é a consulta com <especialidade>?|Qual valor da consulta particular?} {É para <paciente>|É pra ver <sintoma>}
B A consulta com <especialidade> é <preco>. Tenho horário na <dia> às <hora>. Deseja reservar?
C {Quero sim, pode reservar|Sim, pode marcar|sim por favor}
B Reservado! Me informe o nome completo do paciente.
C {É no meu nome mesmo|Coloca no meu nome}
H Confirmado na agenda<,nome>. {Qualquer imprevisto avise com 24h.|Te esperamos!}

= visit 3
C Oi, {quero|queria} fazer {uma avaliação de|a avaliação para} <procedimento>, {tem vaga?|quando a <medico> atende?}
H A <medico> atende <dia> e <dia2>. Pode ser <dia> às <hora>?
C {Pode sim!|Pode, confirmado} {Precisa levar algo?|Quanto tempo dura?}
H {Não precisa, só vir sem maquiagem.|Cerca de 40 minutos.} Agendado<,nome>!
C {Fechado, obrigada 😊|Ok, estarei aí}
A+
H? Bom dia! Confirmando sua avaliação de hoje às <hora>.
C? {confirmado|Confirmo sim}

= visit 2
C {Preciso de encaixe|Teria um encaixe} com <especialidade>? {<paciente> está com <sintoma>|estou com <sintoma>}
H Consigo um encaixe na <dia> às <hora2>, {tudo bem esperar um pouco?|pode haver espera, ok?}
C {Sem problema, pode marcar|Tudo bem, pode encaixar, vou sim}
H Feito<,nome>! Até <dia>.
N Encaixe autorizado pela <medico>.

= sale 2
C {Oi, decidi fazer o pacote de <procedimento>|Quero fechar o pacote de <procedimento> que me passaram}
H Que ótimo<,nome>! O pacote fica <preco>, em <parcela>. Prefere cartão ou pix?
C {Pix tem desconto?|No pix tem desconto?}
H 5% no pix 😊 Chave: financeiro@clinica-aroeira.example
C [image] {Feito, segue comprovante|Paguei, segue o comprovante|Pix enviado, olha o comprovante}
H Recebido, pacote liberado! Vou te mandar as datas.
C {Obrigada!|Ansiosa 🥰}

= sale_visit 2
C {Oi, quero agendar a primeira sessão de <procedimento>|Gostaria de marcar a sessão de <procedimento>}
H Consigo <dia> às <hora>. Para confirmar pedimos um sinal de R$ 100.
C {Ok, pode marcar|Tudo bem, pode agendar}. {Como pago?|Manda o pix}
H A chave é pix@clinica-aroeira.example 😊
C [image] {Paguei o sinal|Pronto, paguei}
H Confirmado! <dia> às <hora> com a <medico>.

= support 6
C {Meu exame já ficou pronto?|O resultado do <exame> já saiu?|Como pego o resultado do <exame>?}
H Oi<,nome>! Já está no portal, {o acesso é o CPF e a data do exame.|vou reenviar o link por e-mail.}
C {Consegui, obrigada|Deu certo|Não achei no e-mail}
H? Veja na caixa de spam, por favor 😊

= support 5
C {Preciso remarcar minha consulta de <dia>|Não vou conseguir ir na <dia>, dá pra trocar?|Oi, sou paciente da <medico> e preciso mudar meu retorno}
H Claro<,nome>. Tenho <dia2> às <hora2>. Serve?
C {Serve|Pode ser|Ok, obrigado}
H Alterado! Até <dia2>.

= support 4
C {Vocês podem enviar o recibo da minha consulta?|Preciso da nota fiscal da consulta para reembolso}
H Podemos sim, qual a data do atendimento?
C {foi semana passada|dia 12|na <dia>}
H [file] Segue a nota<,nome>.
C {Recebi, obrigada|Perfeito}

= support 3
C {A receita que a <medico> fez venceu, ela renova?|Preciso de renovação da receita}
H Vou verificar com a <medico> e te retorno ainda hoje.
H+ A receita digital foi enviada para o seu e-mail<,nome>.
C {Muito obrigada|🙏}

= support 3
C {Onde fica a clínica?|Tem estacionamento aí?|Vocês ficam perto do metrô?}
H Ficamos na <bairro>, {com convênio no estacionamento ao lado|a duas quadras da praça}.
C {ok, obrigado|valeu}

= support 3
C {Tem que estar em jejum para o <exame>?|Qual o preparo do <exame> que já marquei?}
B Para o <exame> {não é preciso jejum|são 4 horas de jejum}. Leve o pedido médico e documento.
C {Obrigado!|Ok 👍}

= complaint 3
C {Estou esperando há mais de uma hora e nada|O atendimento atrasou 50 minutos ontem|Fui muito mal atendida na recepção}
H <Ola>, pedimos desculpas. {A <medico> teve uma emergência.|Vou levar à coordenação agora.}
C {Isso não justifica|Vocês precisam avisar a gente|Tá bom}
N Ligar para pedir desculpas, paciente antiga.

= complaint 2
C {Cobraram a consulta mas o convênio cobre|Veio uma cobrança errada no meu cartão}
H Vou abrir um chamado com o financeiro. {Pode mandar o comprovante?|Qual o valor cobrado?}
C [image]
H+ <Ola>! O estorno foi feito hoje.
C? {Ok, obrigada}

= cancel 3
C {Preciso cancelar minha consulta de <dia>|Quero desmarcar a consulta}
H Tudo bem<,nome>. {Deseja remarcar?|Quer outro horário?}
C {Por enquanto não|Não, obrigada, depois vejo}
H Cancelado. Ficamos à disposição.

= other 2
C {Sou representante de laboratório, quem é o responsável pelas compras?|Trabalho com equipamentos a laser, posso agendar com o gestor?}
H Pode enviar o material para contato@clinica-aroeira.example
C {Enviarei, obrigado|Ok}
)";
}

}  // namespace geniai::demo
