import { describe, expect, test } from '@jest/globals';
import { gatewayFrom, graphUrl } from './gateway';

describe('the address of the graph', () => {
  test('is the host that the page came from, on the gateway’s port', () => {
    const page = new URL('http://192.168.1.7:5173/rounds/1');
    expect(graphUrl(gatewayFrom({ GATEWAY_PORT: '3100' }), page)).toBe('http://192.168.1.7:3100/graphql');
    expect(graphUrl(gatewayFrom({ GATEWAY_PORT: '' }), page)).toBe('http://192.168.1.7:3000/graphql');
  });

  test('is the one that is set, wherever the page came from', () => {
    const gateway = gatewayFrom({ GATEWAY_PUBLIC_URL: 'https://api.example.com', GATEWAY_PORT: '3100' });
    expect(graphUrl(gateway, new URL('https://app.example.com'))).toBe('https://api.example.com/graphql');
  });
});
