/** Probe of the dashboard's own server; the gateway's `/health` tells of everything behind it. */
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json({ status: 'healthy' });
}
