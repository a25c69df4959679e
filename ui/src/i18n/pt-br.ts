/**
 * Every text of the application in Brazilian Portuguese. Functions take what is put into a
 * sentence.
 */
export const ptBr = {
    product: 'GeniAI Analytics',
    skipToContent: 'Ir para o conteúdo',
    loading: 'Carregando…',
    notAvailable: '—',
    retry: 'Tentar de novo',
    close: 'Fechar',
    apply: 'Aplicar',

    login: {
        title: 'Entrar',
        welcome: 'Que bom ter você de volta.',
        email: 'E-mail',
        password: 'Senha',
        showPassword: 'Mostrar senha',
        hidePassword: 'Ocultar senha',
        submit: 'Entrar',
        submitting: 'Entrando…',
        missing: 'Preencha o e-mail e a senha.',
        help: 'Esqueceu a senha? Fale com quem administra a sua conta.',
        statement: 'Cada conversa, do primeiro oi à matrícula.',
        statementDetail:
            'Veja quem mostrou interesse, quem marcou visita, quem fechou e quem ainda espera uma resposta.',
    },

    navigation: {
        label: 'Principal',
        overview: 'Visão geral',
        leads: 'Leads',
        tenants: 'Clientes',
        home: 'Página inicial',
    },

    viewingTenant: {
        label: 'Cliente em exibição',
        prefix: 'Você está vendo os dados de',
        back: 'Voltar para clientes',
    },

    userMenu: {
        open: (name: string) => `Menu de ${name}`,
        logout: 'Sair',
        roles: { super_admin: 'Operador', admin: 'Administrador', client: 'Cliente' },
    },

    theme: {
        toDark: 'Usar tema escuro',
        toLight: 'Usar tema claro',
    },

    period: {
        label: 'Período',
        presets: {
            today: 'Hoje',
            '7d': 'Últimos 7 dias',
            '30d': 'Últimos 30 dias',
            '90d': 'Últimos 90 dias',
            month: 'Este mês',
            'last-month': 'Mês passado',
            '12m': 'Últimos 12 meses',
            custom: 'Personalizado',
        },
        from: 'De',
        to: 'Até',
        order: 'A data inicial precisa vir antes da final.',
        both: 'Informe as duas datas.',
    },

    inboxFilter: {
        label: 'Caixa de entrada',
        all: 'Todas as caixas',
    },

    freshness: {
        completeUpTo: (when: string) => `Completo até ${when}`,
        never: 'Ainda sem sincronização',
        hint: 'A última sincronização leu o Chatwoot até este momento.',
        yesterday: (time: string) => `ontem, ${time}`,
    },

    overview: {
        title: 'Visão geral',
        kpiGroup: 'Indicadores do período',
        compared: (period: string) => `Comparado com ${period}`,
        nothingBefore: (period: string) => `Sem conversas em ${period} para comparar`,
        leadRate: (rate: string) => `${rate} das conversas`,
        visitRate: (rate: string) => `${rate} dos leads`,
        conversionRate: (rate: string) => `${rate} dos leads`,
        withoutAnswerRate: (rate: string) => `${rate} dos leads`,
        openLeads: (label: string) => `${label}: ver na lista de leads`,
        definition: (label: string) => `O que é ${label}`,
        kpis: {
            conversations: {
                label: 'Conversas',
                definition:
                    'Conversas iniciadas no período, pela data de criação no fuso horário do cliente.',
            },
            leads: {
                label: 'Leads',
                definition:
                    'Conversas do período em que o próprio contato mostrou interesse de compra.',
            },
            visits: {
                label: 'Visitas marcadas',
                definition: 'Leads que marcaram visita, aula ou consulta.',
            },
            conversions: {
                label: 'Conversões',
                definition: 'Leads que fecharam: matrícula, pagamento ou contrato.',
            },
            firstResponseMean: {
                label: 'Primeira resposta (média)',
                definition:
                    'Tempo médio entre a primeira mensagem do contato e a primeira resposta pública de uma pessoa da equipe. Só conversas que tiveram resposta.',
            },
            firstResponseMedian: {
                label: 'Primeira resposta (mediana)',
                definition:
                    'Metade das conversas respondidas recebeu a primeira resposta de uma pessoa da equipe em até este tempo.',
            },
            withoutAnswer: {
                label: 'Sem resposta',
                definition: 'Leads a quem nem robô nem pessoa respondeu.',
            },
        },
        change: {
            none: 'Sem base de comparação',
            same: 'Igual ao período anterior',
            better: 'melhor que o período anterior',
            worse: 'pior que o período anterior',
            previous: (value: string) => `antes: ${value}`,
        },
        neverSynchronised: {
            title: 'Ainda sem dados deste cliente',
            detail: 'As conversas aparecem aqui depois da primeira sincronização com o Chatwoot.',
        },
        empty: {
            title: 'Nenhuma conversa neste período',
            always: 'As conversas aparecem aqui depois da próxima sincronização.',
            withFilter: 'Escolha um período maior ou todas as caixas de entrada.',
            action: 'Ver últimos 12 meses',
        },
    },

    charts: {
        leadsPerDay: {
            title: { day: 'Leads por dia', week: 'Leads por semana', month: 'Leads por mês' },
            hint: 'Clique em uma barra para ver os leads daquele intervalo.',
            summary: (leads: string, conversations: string, buckets: number) =>
                `${leads} leads em ${conversations} conversas, em ${buckets} intervalos.`,
        },
        byInbox: {
            title: 'Por caixa de entrada',
            inbox: 'Caixa de entrada',
            rate: 'Taxa de leads',
            visits: 'Visitas',
            conversions: 'Conversões',
            withoutAnswer: 'Sem resposta',
            firstResponse: '1ª resposta',
            empty: 'Nenhuma caixa de entrada está ligada a este cliente.',
        },
        byCategory: {
            title: 'Conversas por assunto',
            hint: 'O anel mostra todas as conversas. Clique em um assunto para ver os leads dele.',
            category: 'Assunto',
            share: 'Parte',
            shareOfConversations: 'Parte das conversas',
            summary: (parts: string) => `Conversas por assunto, e quantas são leads. ${parts}`,
            part: (name: string, conversations: string, leads: string) =>
                `${name}: ${conversations}, ${leads} leads`,
            empty: 'Os assuntos aparecem quando houver conversas no período.',
        },
        byPeriod: {
            title: 'Por período do dia',
            hours: {
                Madrugada: '0h às 6h',
                Manhã: '6h às 12h',
                Tarde: '12h às 18h',
                Noite: '18h às 24h',
            } as Record<string, string>,
        },
        leads: 'Leads',
        conversations: 'Conversas',
        leadRate: 'Taxa de leads',
        interval: 'Intervalo',
        failed: 'Não foi possível desenhar o gráfico.',
    },

    leads: {
        title: 'Leads',
        count: (total: string) => `${total} leads`,
        countOne: '1 lead',
        search: 'Buscar lead',
        searchPlaceholder: 'Nome, telefone, e-mail ou nº da conversa',
        filters: 'Filtros',
        label: 'Classificação',
        flag: 'Marca',
        category: 'Assunto',
        status: 'Situação',
        allLabels: 'Classificação: todas',
        allFlags: 'Marca: todas',
        allCategories: 'Assunto: todos',
        allStatuses: 'Situação: todas',
        clear: 'Limpar filtros',
        flags: {
            visit: 'Visita marcada',
            conversion: 'Conversão',
            without_answer: 'Sem resposta',
        },
        categories: {
            AGENDAMENTO: 'Agendamentos',
            PRECO_PLANOS: 'Preços & Planos',
            INFORMACOES: 'Informações Gerais',
            SUPORTE: 'Suporte/Dúvidas',
            CANCELAMENTO: 'Cancelamentos',
            OUTROS: 'Outros',
        },
        statuses: ['Aberta', 'Resolvida', 'Pendente', 'Adiada'],
        labels: { Alto: 'Alto', Médio: 'Médio', Baixo: 'Baixo', 'N/A': 'N/A' },
        columns: {
            contact: 'Contato',
            inbox: 'Caixa de entrada',
            first: 'Primeira mensagem',
            last: 'Última mensagem',
            score: 'Pontuação',
            marks: 'Marcas',
            category: 'Assunto',
            status: 'Situação',
        },
        unnamed: 'Contato sem nome',
        score: (score: number, label: string) =>
            `Pontuação ${score} de 100, classificação ${label}`,
        keyboard: 'Use j e k para andar na lista e Enter para abrir.',
        neverSynchronised: {
            title: 'Ainda sem leads deste cliente',
            detail: 'Os leads aparecem aqui depois da primeira sincronização com o Chatwoot.',
        },
        empty: {
            title: 'Nenhum lead com estes filtros',
            detail: 'Tire algum filtro, mude a busca ou escolha um período maior.',
        },
        emptyPeriod: {
            title: 'Nenhum lead neste período',
            detail: 'Escolha um período maior ou todas as caixas de entrada.',
        },
    },

    paging: {
        label: 'Páginas',
        previous: 'Página anterior',
        next: 'Próxima página',
        page: (page: number) => `Página ${page}`,
        range: (first: string, last: string, total: string) => `${first}–${last} de ${total}`,
    },

    conversation: {
        panel: (name: string) => `Conversa com ${name}`,
        previous: 'Conversa anterior (k)',
        next: 'Próxima conversa (j)',
        closeHint: 'Fechar (Esc)',
        number: (id: number) => `Conversa nº ${id}`,
        phone: 'Telefone',
        email: 'E-mail',
        assignee: 'Responsável',
        team: 'Time',
        started: 'Início',
        firstResponse: 'Primeira resposta',
        csat: 'Satisfação',
        csatFeedback: 'Comentário',
        csatValue: (rating: number) => `${rating} de 5`,
        nobody: 'Ninguém',
        noResponse: 'Sem resposta da equipe',
        notLead: 'Não é lead',
        labels: 'Etiquetas',
        evidence: 'Por que é lead',
        evidenceHint: 'Clique para ir até o trecho.',
        rules: {
            lead: 'Interesse',
            visit: 'Visita',
            conversion: 'Conversão',
            negative: 'Desinteresse',
        },
        authors: {
            contact: 'Contato',
            human: 'Equipe',
            bot: 'Robô',
            template: 'Modelo automático',
            activity: 'Atividade',
            note: 'Nota interna',
            campaign: 'Campanha',
        },
        attachments: {
            image: 'Imagem',
            audio: 'Áudio',
            video: 'Vídeo',
            file: 'Arquivo',
            location: 'Localização',
            contact: 'Contato',
            sticker: 'Figurinha',
            fallback: 'Link',
            share: 'Publicação',
            embed: 'Conteúdo incorporado',
            story_mention: 'Menção em story',
            ig_story: 'Story',
            ig_reel: 'Reel',
            ig_post: 'Publicação',
        } as Record<string, string>,
        attachment: 'Anexo',
        noText: 'Mensagem sem texto',
        deleted: 'Esta mensagem foi excluída',
        noteHint: 'Só a equipe vê esta nota.',
        messages: 'Mensagens',
        empty: 'Esta conversa não tem mensagens guardadas.',
        notFoundTitle: 'Conversa não encontrada',
        notFoundDetail: 'Ela pode ter sido apagada no Chatwoot ou pertencer a outro cliente.',
    },

    tenants: {
        title: 'Clientes',
        search: 'Buscar cliente',
        searchPlaceholder: 'Nome do cliente',
        sort: 'Ordenar por',
        sorts: {
            leads: 'Mais leads',
            conversations: 'Mais conversas',
            rate: 'Maior taxa de leads',
            name: 'Nome',
            sync: 'Sincronização mais antiga',
        },
        totals: 'Totais',
        totalTenants: 'Clientes',
        totalConversations: 'Conversas',
        totalLeads: 'Leads',
        totalRate: 'Taxa de leads',
        conversations: 'Conversas',
        leads: 'Leads',
        rate: 'Taxa',
        inboxes: (count: number) => (count === 1 ? '1 caixa' : `${count} caixas`),
        users: (count: number) => (count === 1 ? '1 usuário' : `${count} usuários`),
        open: (name: string) => `Abrir ${name}`,
        statuses: {
            active: 'Ativo',
            trial: 'Em teste',
            suspended: 'Suspenso',
            cancelled: 'Cancelado',
        },
        sync: {
            success: (when: string) => `Sincronizado ${when}`,
            failed: (when: string) => `Falhou ${when}`,
            running: 'Sincronizando agora',
            never: 'Nunca sincronizado',
        },
        empty: {
            title: 'Nenhum cliente ainda',
            detail: 'Cadastre o primeiro cliente pela linha de comando: geniai tenant add.',
        },
        noMatch: {
            title: 'Nenhum cliente com este nome',
            detail: 'Confira a busca ou limpe o campo.',
        },
    },

    errors: {
        generic: 'Algo deu errado. Tente de novo em instantes.',
        unreachable: 'Não foi possível falar com o servidor. Verifique a conexão e tente de novo.',
        title: 'Não foi possível carregar',
        forbiddenTitle: 'Sem acesso a esta página',
        forbidden: 'A sua conta não tem permissão para ver estes dados.',
        notFoundTitle: 'Página não encontrada',
        notFound: 'O endereço pode estar errado, ou a página mudou de lugar.',
        home: 'Ir para o início',
    },
};
