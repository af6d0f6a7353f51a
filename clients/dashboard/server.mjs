/**
 * Starts the built dashboard: `node clients/dashboard/server.mjs`, after `npm run build`.
 * Settings: DASHBOARD_PORT (5173), HOST (127.0.0.1), PORT (the gateway's, 3000), GATEWAY_PUBLIC_URL (where browsers
 * reach the gateway, if not at this host and that port), ANALYSIS_PROCESSORS (who outside takes part in the analysis,
 * comma-separated: the consent page names them). Ends on SIGTERM, SIGINT, or with the process that forked it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('.next/standalone/clients/dashboard/server.js', import.meta.url);
if (!existsSync(built)) {
  process.stderr.write('The dashboard is not built: run "npm run build" first.\n');
  process.exit(1);
}

// Next reads its own address from PORT and HOSTNAME; in this product PORT is the gateway's.
process.env.GATEWAY_PORT = process.env.PORT || '3000';
process.env.PORT = process.env.DASHBOARD_PORT || '5173';
process.env.HOSTNAME = process.env.HOST || '127.0.0.1';
process.env.NEXT_TELEMETRY_DISABLED = '1';
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

await import(fileURLToPath(built));
