/**
 * Where the graph is, as the browser sees it. Read when a page is asked for, never when it is built: one build
 * serves every deployment.
 */
export interface GatewayAddress {
  /** Of the graph, as set; undefined: at the page's own host, on `port`. */
  url: string | undefined;
  port: number;
}

/** GATEWAY_PUBLIC_URL (`https://api.example.com`), else the gateway's port on the host that the page came from. */
export function gatewayFrom(env: Record<string, string | undefined>): GatewayAddress {
  const set = env['GATEWAY_PUBLIC_URL'] || undefined;
  return {
    url: set === undefined ? undefined : new URL('/graphql', set).href,
    port: Number(env['GATEWAY_PORT'] || 3000),
  };
}

/** `page` is where the browser is: its protocol and host name. */
export function graphUrl(gateway: GatewayAddress, page: Pick<URL, 'protocol' | 'hostname'>): string {
  return gateway.url ?? `${page.protocol}//${page.hostname}:${gateway.port}/graphql`;
}
