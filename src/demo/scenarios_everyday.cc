#include "demo/scenarios.h"

namespace geniai::demo {

std::string_view EverydayScenarios() {
    return R"(
@hello Oi|Olá|<Saud>|Oie|Opa, <saud>|Oi, tudo bem?|<Saud>, tudo bem?
@moment Só um instante, vou verificar.|Um momento, por favor.|Deixa eu conferir aqui no sistema.|Já te respondo, só um minutinho.
@anything_else Posso ajudar em mais alguma coisa?|Ficou alguma dúvida?|Mais alguma coisa<,nome>?
@nothing_else Só isso mesmo|Por enquanto é só, obrigado|Não, era isso mesmo|Tudo certo|Não, valeu
@vaga recepcionista|estágio|limpeza|auxiliar administrativo|portaria
@produto material de limpeza|máquinas de café|energia solar|internet empresarial|uniformes|marketing digital

= support 3
C {Qual o telefone fixo de vocês?|Qual o endereço mesmo?|Que horas vocês fecham hoje?}
H {Hoje ficamos até as 18h.|O endereço está no nosso perfil, posso enviar a localização?|Pode falar por aqui mesmo!}
C {ah ok|obrigado|Obrigada!}

= support 2
C {👍|Obrigada pelo atendimento de hoje!|Deu tudo certo ontem, obrigado}
H {Nós que agradecemos!|Que bom<,nome>! 😊|Conte com a gente.}

= support 2
C [image]
C {segue o documento que pediram|é esse o documento?}
H Recebido<,nome>, {é esse mesmo.|perfeito!}

= complaint 2
C {Ninguém atende o telefone|Estou há dois dias esperando resposta|Mandei mensagem semana passada e nada}
H <Ola>, desculpe a demora! {Como posso ajudar?|Qual o assunto?}
C {Deixa, já resolvi|Agora já resolvi por telefone}

= other 4
C {Boa tarde, vocês estão contratando para <vaga>?|Oi, tem vaga de <vaga>?|Gostaria de deixar meu currículo para <vaga>}
H {No momento não, mas pode enviar o currículo por e-mail.|Vamos abrir processo no mês que vem, envie o currículo.}
C {Ok, obrigado pela atenção|Vou enviar, obrigada}

= other 3
C {Olá, somos fornecedores de <produto> e temos uma oferta para empresas|Oi, falo com o responsável? Trabalho com <produto>|Bom dia! Apresento nossa solução de <produto>}
H? {Não temos interesse no momento, mas agradeço o contato.|Pode mandar por e-mail, por favor.}
C? {Posso ligar amanhã?|Ok, fico à disposição}

= other 3
C {É da pizzaria?|Oi amor, chegou em casa?|Marcos, é você?|Quero duas calabresas e um guaraná}
H {Acho que foi engano 😊|Oi! Número errado, aqui é outra empresa.}
C {Opa, desculpa|Foi mal, número errado|kkkk desculpa}

= other 2
C {GANHE R$ 500 POR DIA sem sair de casa!! link: http://ganhos.example/x|Seu número foi sorteado, clique: http://premio.example|Empréstimo aprovado na hora, responda SIM}

= other 2
C {🙏🙏🙏|Bom diaaa, que Deus abençoe seu dia|kkkkkk}
C?+ {Bom dia! ☀️|🌹}

= other 1
C [sticker]
C? {desculpa, foi sem querer}

= other 2
C {Oi, aqui é o motoboy, estou na porta com a encomenda|Entrega para vocês, tem alguém?}
H {Já estamos indo!|Pode deixar na portaria, por favor.}
C {blz|entregue}
)";
}

}  // namespace geniai::demo
