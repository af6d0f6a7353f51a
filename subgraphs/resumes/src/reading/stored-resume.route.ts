/**
 * `GET /internal/rounds/:id/resume`: a round's resume as it was read, for the services that compare what is said with
 * it (nlp). Services ask for themselves, with the internal key and without a viewer.
 */
import { AppError, notFound } from '@interview/runtime/errors';
import type { StoredResume } from '@interview/schema/messages';
import { isUuid, loadRoundAccess } from '@interview/subgraph-kit/round-access';
import type { Route } from '@interview/subgraph-kit/server';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { ResumeReading } from './reading.entity.js';

export function storedResumeRoute(orm: MikroORM): Route {
  return {
    method: 'GET',
    path: /^\/internal\/rounds\/(?<roundId>[^/]+)\/resume$/,
    async handle({ response, params, viewer }) {
      if (viewer) throw new AppError('ACCESS_DENIED', 'This is for services only.');
      const resume = await readStored(orm.em.fork() as SqlEntityManager, params['roundId'] ?? '');
      if (!resume) throw notFound('The resume');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(resume));
    },
  };
}

async function readStored(em: SqlEntityManager, roundId: string): Promise<StoredResume | null> {
  if (!isUuid(roundId)) return null;
  // A round that is being erased does not exist to anyone.
  const [round] = await loadRoundAccess(em, [roundId]);
  const reading = round && (await em.findOne(ResumeReading, { roundId: round.id }, { populate: ['resumeJson'] }));
  if (!reading) return null;
  return {
    resumeId: reading.resumeId,
    text: reading.resumeJson?.text ?? null,
    facts: reading.keyFacts,
    parseError: reading.parseError,
  };
}
