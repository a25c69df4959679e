import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isTransient, isUnauthenticated } from './errors';

const retriesMax = 2;
const staleTimeMs = 30_000;

/** `onSessionLost` runs when any query learns that there is no session (any more). */
export function createQueryClient(onSessionLost: () => void): QueryClient {
    return new QueryClient({
        queryCache: new QueryCache({
            onError: (error, query) => {
                if (query.meta?.ownsSessionLoss !== true && isUnauthenticated(error))
                    onSessionLost();
            },
        }),
        defaultOptions: {
            queries: {
                staleTime: staleTimeMs,
                retry: (failures, error) => isTransient(error) && failures < retriesMax,
            },
        },
    });
}
