import { describe, expect, it } from '@jest/globals';
import { acceptsMultipart } from './accepts-multipart.js';

describe('multipart subscriptions are read by a client that accepts', () => {
  it.each([
    'multipart/mixed;subscriptionSpec=1.0',
    'multipart/mixed; subscriptionSpec="1.0"; boundary="graphql"',
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json',
    // Apollo Client 4.
    'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
    'application/json, MULTIPART/Mixed ; SubscriptionSpec = 1.0',
    'multipart/mixed;deferSpec=20220824, multipart/mixed;subscriptionSpec=1.0;q=0.5',
    'multipart/mixed;boundary="a,b;c";subscriptionSpec=1.0',
  ])('%s', (accept) => expect(acceptsMultipart(accept)).toBe(true));

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'multipart/mixed',
    'multipart/mixed;deferSpec=20220824',
    'multipart/mixed;subscriptionSpec=2.0',
    'multipart/mixed, text/plain;subscriptionSpec=1.0',
    'multipart/mixed;subscriptionSpec=1.0;q=0',
    'text/plain;a="multipart/mixed;subscriptionSpec=1.0"',
    'text/plain;a="multipart/mixed;subscriptionSpec=1.0',
  ])('not: %s', (accept) => expect(acceptsMultipart(accept)).toBe(false));
});
