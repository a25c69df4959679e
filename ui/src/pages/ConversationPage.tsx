import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { conversationQuery } from '../api/conversations';
import { ConversationBody } from '../components/conversation/ConversationBody';
import { ConversationFailure } from '../components/conversation/ConversationFailure';
import { ConversationPanel } from '../components/conversation/ConversationPanel';
import { ConversationSkeleton } from '../components/conversation/ConversationSkeleton';
import { DocumentTitle } from '../components/DocumentTitle';
import { contactTitle } from '../format/contact';
import { t } from '../i18n';
import { useLeads } from '../state/useLeads';
import { useLeadSteps } from '../state/useLeadSteps';
import { useListKeys } from '../state/useListKeys';

const route = getRouteApi('/signedIn/t/$tenantId/leads/$conversationId');

export function ConversationPage() {
    const { tenantId, conversationId } = route.useParams();
    const navigate = route.useNavigate();
    const { tenant, leads } = useLeads();
    const conversation = useQuery(conversationQuery(tenantId, conversationId));
    const steps = useLeadSteps(leads.data?.leads ?? [], conversationId);
    useListKeys(steps.open);

    const { data, error } = conversation;
    const listed = leads.data?.leads.find((lead) => lead.conversation_id === conversationId);
    const shown = data ?? listed;
    const missing = error ? t.conversation.notFoundTitle : t.loading;
    const name = shown ? contactTitle(shown) : missing;
    const close = () =>
        void navigate({
            to: '/t/$tenantId/leads',
            params: { tenantId },
            search: (search) => search,
            resetScroll: false,
        });
    return (
        <ConversationPanel
            conversationId={conversationId}
            name={name}
            displayId={shown?.display_id}
            steps={steps}
            onClose={close}
        >
            <DocumentTitle parts={[name, t.leads.title, tenant.name]} />
            {conversation.isPending && <ConversationSkeleton />}
            {error && !data && (
                <ConversationFailure error={error} onRetry={() => void conversation.refetch()} />
            )}
            {data && (
                <ConversationBody
                    key={conversationId}
                    conversation={data}
                    timeZone={tenant.timezone}
                />
            )}
        </ConversationPanel>
    );
}
