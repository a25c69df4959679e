#include "demo/scenarios.h"

namespace geniai::demo {

std::string_view SchoolScenarios() {
    return R"(
@serie maternal|infantil 4|infantil 5|1º ano|2º ano|4º ano|6º ano|9º ano|1ª série do ensino médio
@turno manhã|tarde|integral
@filho meu filho|minha filha|meu neto|minha sobrinha|meu enteado
@preco R$ 890|R$ 980|R$ 1.140|R$ 1.290|R$ 1.450
@preco2 R$ 1.690|R$ 1.890|R$ 2.100
@desconto 5%|10%|15%|20%
@dia segunda|terça|quarta|quinta|sexta
@dia2 quinta|sexta|sábado
@hora 8h|9h30|10h|14h|15h30|16h
@hora2 8h30|11h|14h30|17h
@professora prof. Sandra|prof. Júlio|prof. Elaine|prof. Marcos
@coordenadora Renata|Vera|Cláudia
@extra robótica|inglês|judô|balé|futsal|teatro
@bairro Jardim Ipê|Vila Aurora|Santa Mônica|Parque das Acácias
@label_lead matricula-nova|bolsa|infantil|fundamental
@label_visit visita-escola|matricula-nova
@label_sale matriculado|rematricula
@label_support secretaria|financeiro|boletim
@label_trouble reclamacao|transferencia
@menu Olá! Você está falando com o Colégio Mirante.\n1 - Matrículas 2027\n2 - Secretaria\n3 - Financeiro\n4 - Outros assuntos|Oi! Sou o atendimento automático do Colégio Mirante 🎒 Digite:\n1 para matrículas\n2 para secretaria\n3 para boletos
@handoff Obrigado! Estou encaminhando para a nossa equipe.|Certo, a secretaria já vai continuar por aqui.
@greeting Bem-vindo ao Colégio Mirante! Como podemos ajudar a sua família?|Olá, família! Já vamos atender você.
@away A secretaria atende de segunda a sexta, das 7h30 às 17h30. Responderemos no próximo dia útil.|Recebemos sua mensagem fora do horário da secretaria. Logo retornamos.
@campaign Olá<,nome>! As matrículas 2027 do Colégio Mirante estão abertas, com <desconto> até o fim do mês. Quer saber mais?|Família Mirante: no sábado tem portas abertas com oficina de <extra>. Vamos?
@note Família com dois filhos, avaliar desconto de irmãos.|Criança com laudo, agendar com a coordenação antes.|Vem de outra escola, pedir histórico.|Pai decide, mãe pesquisa; enviar proposta por e-mail.|Bolsa: aguardar comissão.|Responsável prefere ligação após as <hora2>.

= lead 6
C {<Saud>|Olá}, {gostaria de saber|queria saber} {o valor da mensalidade|quanto é a mensalidade} do <serie>
H <Ola>! O <serie> no período da {manhã|tarde} fica <preco>, material à parte. Para quando seria?
C {Para o ano que vem|2027|Pra agosto, se tiver vaga}
H Temos vaga sim. {Há desconto de <desconto> para pagamento até o dia 5.|Irmãos têm <desconto> de desconto.}
C {E tem <extra>?|O integral quanto fica?}
H {<extra> está incluso na grade.|No integral fica <preco2>, com almoço.} Gostaria de conhecer a escola?
C {Vou conversar em casa e retorno|Vou falar com meu marido e te aviso|Deixa eu comparar com outra escola}
H+ <Ola>, tudo bem? Conseguiram conversar sobre a vaga do <serie>?

= lead 5
C Oi, {tem vaga|vocês têm vaga} no <serie> {para <filho>|pra <filho>}? {Quero|Queria} mudar de escola
H Oi<,nome>! Temos {2|3|4} vagas no <serie>, turno da {manhã|tarde}. {Por que pensa em mudar?|Em qual escola está hoje?}
C {A atual é muito longe|A escola de hoje fechou o turno|Queremos uma escola menor}
H Entendo. Ficamos no bairro <bairro>, com turmas de até 22 alunos. {Posso enviar a proposta?|Quer os valores?}
C {Quero sim, manda por aqui|Pode mandar os valores}
H [file] Segue a proposta. Mensalidade de <preco> com <desconto> de desconto até o fim do mês.
C? {Obrigada, vou analisar|Recebi, vou ler com calma}

= lead 4
C {Como funciona a bolsa?|Tem bolsa de estudos?|Vocês dão desconto para dois irmãos?} {Tenho interesse|É para <filho>}
H <Ola>! Temos bolsas de até 50% por análise e <desconto> para irmãos. Qual a série?
C {<serie>|É <serie>}
H A mensalidade é <preco>. {O edital abre em outubro.|Envio a ficha por e-mail?}
C {Pode enviar: familia@example.org|Ok, fico no aguardo}

= lead 2
C [audio]
H Oi<,nome>! {Estou em atendimento presencial|Não consigo ouvir agora}, pode me adiantar por escrito?
C é sobre {matrícula|vaga} no <serie>, {quanto tá a mensalidade?|qual valor?}
H No <serie> é <preco> 😊
C? {certo obrigada}

= unanswered 3
C {Oi, quero informações sobre matrícula no <serie>|Qual o valor do <serie>?}
C? {Bom dia?|Alguém pode me responder?}

= visit 6
C {<Saud>|Oi}, {gostaria de|queria} {conhecer a escola|agendar uma visita|marcar uma visita} para <filho>, {<serie>|que vai para o <serie>}
H Que alegria<,nome>! A coordenadora <coordenadora> recebe na <dia> às <hora> ou <dia2> às <hora2>. Qual fica melhor?
C {<dia> às <hora>, pode agendar|Pode marcar na <dia> às <hora>|<dia2> é melhor, pode marcar}
H Visita marcada! {Traga a criança, ela vai gostar da oficina de <extra>.|A visita dura uns 40 minutos.}
C {Combinado, obrigada|Marcado então, até lá|Estaremos lá!}

= visit 3
C {Qual o valor do <serie>|Quanto custa o <serie> integral}? {E dá pra visitar?|Podemos conhecer antes?}
B O <serie> custa <preco>. As visitas são às {terças e quintas|segundas e quartas}. Deseja agendar?
C {Sim, quero agendar|sim, pode agendar pra <dia>}
B Qual horário prefere: <hora> ou <hora2>?
C {<hora>|Pode ser <hora>}
H Confirmado<,nome>! Procure a <coordenadora> na recepção.
C? {Obrigado, vou com minha esposa|Perfeito, até <dia>}

= visit 2
C {Quero participar das portas abertas|Vi que tem dia de portas abertas, quero ir com <filho>}
H Que bom! Será no {próximo sábado|sábado, dia 14}, às 9h. {Quantas pessoas?|Posso colocar o nome na lista?}
C {Pode colocar, vamos em 3|Pode confirmar 2 adultos e 1 criança}
H Nome na lista<,nome>! {Vai ter oficina de <extra>.|Nos vemos lá.}

= sale 4
C {Oi, quero fazer a matrícula|Bom dia, decidimos matricular <filho>|Queremos garantir a vaga} no <serie>
H Que notícia boa<,nome>! Vou enviar o contrato digital e o boleto da matrícula (<preco>).
H [file] Contrato e boleto em anexo.
C {Assinei o contrato|Contrato assinado} {e paguei a matrícula|e já paguei o boleto}
H Recebemos! {A lista de material sai em dezembro.|Sejam bem-vindos ao Mirante 💙}
C {Estamos felizes!|Obrigada pela atenção}

= sale 2
C {Sobre a proposta do <serie>: se fizer <desconto> de desconto fechamos|Vocês cobrem a proposta de outra escola? Temos interesse mesmo no <serie>}
H Falei com a direção: {conseguimos <desconto>.|fechamos em <preco> com material incluso.}
C {Fechado então! Como faço?|Fechou, manda o link}
H [file] Segue o link do contrato e o pix da matrícula.
C [image] {Paguei agora, segue comprovante|Pix feito, comprovante aí}
H Matrícula confirmada! {Até a reunião de acolhida.|Qualquer coisa é só chamar.}

= sale_visit 3
C Oi, {gostaria de visitar a escola|podemos visitar o colégio}? É para o <serie>
H Claro! <dia> às <hora>, com a <coordenadora>?
C {Pode marcar|Pode ser, confirmado}
A+
C {Gostamos muito da visita!|<filho> amou a escola 😍} {Queremos matricular|Como faço a matrícula?}
H Maravilha<,nome>! Seguem contrato e boleto.
C+ {Fiz a matrícula agora, contrato assinado|Paguei e assinei tudo hoje}
H Recebido! Bem-vindos 💙

= support 6
C {Preciso da 2ª via do boleto|O boleto desse mês não chegou|Meu boleto venceu, podem gerar outro?} {aluno do <serie>|de <filho>, <serie>}
H Oi<,nome>! Segue: https://boletos.colegio-mirante.example/2via
C {Obrigada|Recebi, obrigado}

= support 5
C {Que dia é a reunião de pais do <serie>?|Quando sai o boletim?|Amanhã tem aula normal?}
H {A reunião é na <dia> às 19h.|O boletim sai na <dia>, pelo portal.|Tem aula normal sim 😊}
C {ok, obrigada|Valeu!}

= support 4
C {<filho> está com febre e não vai hoje|<filho> vai faltar hoje, consulta médica}
H Melhoras! {Aviso a <professora>.|Vou registrar a falta justificada.}
C {Obrigada|🙏}

= support 3
C {Preciso da declaração de matrícula|Podem enviar o histórico de <filho>?}
H {Fica pronto em 2 dias úteis.|Envio por e-mail até <dia>.}
C {Ok, no aguardo|Certo, obrigado}

= support 3
C {Não consigo acessar o portal do aluno|A senha do portal não funciona}
H Redefini agora. {Tente com a data de nascimento.|Pode testar?}
C {Funcionou!|Agora entrou, obrigada}

= support 2
C {Quem busca <filho> hoje é a avó, tudo bem?|Hoje o tio vai buscar <filho>}
H Tudo certo, {é só apresentar documento na portaria.|anotei aqui na portaria.}
C {Obrigada!|Perfeito}

= complaint 3
C {<filho> levou um empurrão no recreio e ninguém avisou|A <professora> faltou de novo e não teve substituto|O lanche da cantina está péssimo}
H <Ola>, sentimos muito. {A coordenação vai ligar hoje.|Já encaminhei à <coordenadora>.}
C {Espero uma resposta hoje|Isso é muito sério|Ok, aguardo}
N Prioridade: coordenação ligar para a família até as <hora2>.

= complaint 2
C {O aumento da mensalidade foi absurdo|Cobraram material que já paguei}
H Entendo<,nome>. Vou verificar com o financeiro e retorno.
H+ <Ola>! {Foi um engano, já corrigimos o boleto.|O reajuste segue a planilha publicada, posso enviar?}
C {Obrigado por resolver|Ok}

= cancel 3
C {Preciso da transferência de <filho>|Vamos cancelar a matrícula de <filho>}
H Sentiremos falta! {Qual o motivo?|Posso saber o que houve?}
C {Mudança de cidade|Ficou pesado para nós|Escola mais perto de casa}
H Entendido. {A transferência sai em 5 dias.|Passe na secretaria para assinar.}
C {Obrigada por tudo}

= other 2
C {Sou professora de <extra> e gostaria de enviar currículo|Tem vaga de auxiliar de sala?}
H Envie para rh@colegio-mirante.example, por favor.
C {Enviado!|Obrigada}
)";
}

}  // namespace geniai::demo
