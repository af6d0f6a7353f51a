import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse, print, validate } from 'graphql';
import { resumableDocument } from './feed-document.js';

const schema = buildSchema(`
  type Insight { id: ID! cursor: String! }
  type Query { ok: Boolean }
  type Subscription {
    insightAdded(roundId: ID!, after: String): Insight!
  }
`);

function rewritten(source: string) {
  const document = parse(source);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const resumable = resumableDocument(schema, document, operation);
  expect(validate(schema, resumable.document)).toEqual([]);
  return { ...resumable, text: print(resumable.document).replace(/\s+/g, ' ') };
}

describe('a resumable document', () => {
  it('asks for the cursor under a name of its own, and takes `after` from a variable', () => {
    expect(rewritten('subscription { insightAdded(roundId: "r") { id } }')).toMatchObject({
      cursorKey: 'gatewayCursor',
      afterVariable: 'gatewayAfter',
      text: 'subscription ($gatewayAfter: String) { insightAdded(roundId: "r", after: $gatewayAfter) { id gatewayCursor: cursor } }',
    });
  });

  it('replaces an `after` of the client’s', () => {
    const text = rewritten('subscription ($r: ID!) { insightAdded(after: "5", roundId: $r) { cursor } }').text;
    expect(text).toContain('insightAdded(roundId: $r, after: $gatewayAfter) { cursor gatewayCursor: cursor }');
  });

  it('finds the root field in fragments', () => {
    const text = rewritten(
      'subscription { ... { ...F } } fragment F on Subscription { insightAdded(roundId: "r") { id } }',
    );
    expect(text.text).toContain('fragment F on Subscription { insightAdded(roundId: "r", after: $gatewayAfter)');
  });

  it('takes no name that the client uses', () => {
    const source = 'subscription ($gatewayAfter: ID!) { insightAdded(roundId: $gatewayAfter) { gatewayCursor: id } }';
    expect(rewritten(source)).toMatchObject({ cursorKey: 'gatewayCursor_', afterVariable: 'gatewayAfter_' });
  });
});
