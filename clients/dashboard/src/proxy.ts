/**
 * The page's content security policy, made for each request: its scripts carry a nonce, and it may talk to the
 * gateway and nobody else. The token lives in this page, so no foreign script may.
 */
import { type NextRequest, NextResponse } from 'next/server';
import { gatewayFrom, graphUrl } from './gateway';

export function proxy(request: NextRequest): NextResponse {
  const page = pageAddress(request);
  if (!page) return new NextResponse('The Host header is not a host.', { status: 400 });
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, graphUrl(gatewayFrom(process.env), page));
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy); // Next takes the nonce for its own scripts from here
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('referrer-policy', 'no-referrer');
  response.headers.set('x-content-type-options', 'nosniff');
  return response;
}

export const config = { matcher: '/((?!_next/static|icon.svg|health).*)' };

function contentSecurityPolicy(nonce: string, graph: string): string {
  const { origin, protocol, host } = new URL(graph);
  const feeds = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `connect-src 'self' ${origin} ${feeds}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Letters, digits and what addresses need: nothing that could end a directive of the policy. */
const HOST = /^[\w.\-:[\]]+$/;

/** The address that the browser used, which is what it will resolve the gateway's host name against. */
function pageAddress(request: NextRequest): URL | undefined {
  const host = request.headers.get('host') ?? '';
  const address = `${request.nextUrl.protocol}//${host}`;
  return HOST.test(host) && URL.canParse(address) ? new URL(address) : undefined;
}
