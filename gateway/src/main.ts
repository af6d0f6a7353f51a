/** Starts the gateway process. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createLog } from '@interview/runtime/log';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import { startGateway } from './gateway.js';
import { readManifests } from './graph/registered-operations.js';
import { loadGatewaySettings } from './settings.js';

const log = createLog('gateway');

runMain(log, async () => {
  const settings = loadGatewaySettings();
  log.level = settings.LOG_LEVEL;
  const checkedIn = new URL('../supergraph.graphql', import.meta.resolve('@interview/schema/keys'));
  const operations = fileURLToPath(new URL('../operations', import.meta.resolve('@interview/schema/keys')));
  const { port } = await startGateway({
    settings,
    supergraphSdl: await readFile(settings.SUPERGRAPH_PATH ?? checkedIn, 'utf8'),
    registeredDocuments: await readManifests(settings.OPERATIONS_PATH ?? operations),
    graphiqlFolder: fileURLToPath(new URL('../../clients/graphiql/dist', import.meta.url)),
    log,
    stopper: createProcessStopper(log, settings.DRAIN_DELAY_MS),
  });
  log.info({ port }, 'listening');
});
