/** Why a document is not run as a feed, told to who sent it. */
import { GraphQLError } from 'graphql';

/** Each error has its code. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

export const refused = (code: string, message: string) =>
  new FeedRefused([new GraphQLError(message, { extensions: { code } })]);

export function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
