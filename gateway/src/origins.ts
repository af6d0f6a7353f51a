/**
 * Which web pages may call the gateway. Browsers name the page's origin on cross-site requests and on every
 * WebSocket; a request without one does not come from a page and is judged by its token alone.
 */
import type { GatewaySettings } from './settings.js';

export type AllowsOrigin = (origin: string | undefined) => boolean;

/** CORS_ORIGINS when set; in development also the dashboard and the gateway's own pages on this machine. */
export function allowedOrigins(
  settings: Pick<GatewaySettings, 'CORS_ORIGINS' | 'NODE_ENV' | 'DASHBOARD_PORT'>,
  ownPort: () => number,
): AllowsOrigin {
  const listed = new Set(settings.CORS_ORIGINS ?? []);
  const local = settings.NODE_ENV !== 'production' && settings.CORS_ORIGINS === undefined;
  return (origin) => {
    if (origin === undefined || listed.has(origin)) return true;
    if (!local) return false;
    return ['localhost', '127.0.0.1'].some((host) =>
      [settings.DASHBOARD_PORT, ownPort()].some((port) => origin === `http://${host}:${port}`),
    );
  };
}
