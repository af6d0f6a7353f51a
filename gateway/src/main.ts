/** Starts the gateway process. */
import { fileURLToPath } from 'node:url';
import { createLog } from '@interview/runtime/log';
import { createProcessStopper, runMain } from '@interview/runtime/stop';
import { startGateway } from './gateway.js';
import { readManifests } from './graph/registered-operations.js';
import { SupergraphFile } from './graph/supergraph-file.js';
import { loadGatewaySettings } from './settings.js';

const log = createLog('gateway');

runMain(log, async () => {
  const settings = loadGatewaySettings();
  log.level = settings.LOG_LEVEL;
  const checkedIn = fileURLToPath(new URL('../supergraph.graphql', import.meta.resolve('@interview/schema/keys')));
  const operations = fileURLToPath(new URL('../operations', import.meta.resolve('@interview/schema/keys')));
  const stopper = createProcessStopper(log, settings.DRAIN_DELAY_MS);
  const supergraph = new SupergraphFile(settings.SUPERGRAPH_PATH ?? checkedIn, log);
  // Early: without a listener the signal ends the process.
  process.on('SIGHUP', () => void supergraph.offerNow());
  const { port, offerSupergraph } = await startGateway({
    settings,
    supergraphSdl: await supergraph.read(),
    registeredDocuments: await readManifests(settings.OPERATIONS_PATH ?? operations),
    graphiqlFolder: fileURLToPath(new URL('../../clients/graphiql/dist', import.meta.url)),
    log,
    stopper,
  });
  supergraph.follow({ pollMs: settings.SUPERGRAPH_POLL_MS, offer: offerSupergraph });
  stopper.onStop('supergraph', () => supergraph.close());
  log.info({ port }, 'listening');
});
