/** What a resolver is given: who asks, a database of its own for the request, the rounds' access data. */
import type { Viewer } from '@interview/runtime/viewer';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { loadRoundAccess, type RoundAccess } from './round-access.js';

export interface SubgraphContext {
  readonly viewer: Viewer;
  /** Of this request. In a subscription a new one at each use, so that no event reads an earlier one's rows. */
  readonly em: SqlEntityManager;
  /** Batched; remembered for the request, and not at all in a subscription. */
  readonly rounds: DataLoader<string, RoundAccess | null>;
  /** A request's own loader, made once by `make` and remembered under `key`. */
  loader<K, V, C = K>(key: symbol, make: (context: SubgraphContext) => DataLoader<K, V, C>): DataLoader<K, V, C>;
  /** Set by a resumable feed's `subscribe`: where it starts. The server tells the gateway before any event. */
  startCursor?: string;
}

export function requestContext(orm: MikroORM, viewer: Viewer): SubgraphContext {
  // Made when first asked for: much of what is answered needs neither.
  let em: SqlEntityManager | undefined;
  let rounds: SubgraphContext['rounds'] | undefined;
  const loaders = new Map<symbol, unknown>();
  const context: SubgraphContext = {
    viewer,
    get em() {
      em ??= orm.em.fork() as SqlEntityManager;
      return em;
    },
    get rounds() {
      rounds ??= new DataLoader((ids) => loadRoundAccess(context.em, ids));
      return rounds;
    },
    loader: (key, make) => {
      if (!loaders.has(key)) loaders.set(key, make(context));
      // The key is the maker's own symbol, so what is under it is what this maker made.
      return loaders.get(key) as ReturnType<typeof make>;
    },
  };
  return context;
}

export function subscriptionContext(orm: MikroORM, viewer: Viewer): SubgraphContext {
  const fork = () => orm.em.fork() as SqlEntityManager;
  const loaders = new Map<symbol, { clearAll(): unknown }>();
  const context: SubgraphContext = {
    viewer,
    get em() {
      return fork();
    },
    rounds: new DataLoader((ids) => loadRoundAccess(fork(), ids), { cache: false }),
    loader: (key, make) => {
      const known = loaders.get(key);
      // Same reason as above; what an earlier event loaded is forgotten.
      if (known) return known.clearAll() as ReturnType<typeof make>;
      const made = make(context);
      loaders.set(key, made);
      return made;
    },
  };
  return context;
}
