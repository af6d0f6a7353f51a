/** What one projection of data has to say besides its result. */
import type { GraphQLFormattedError } from 'graphql';

export class ProjectionRun {
  /** Where the object or list stands that is being completed. */
  readonly path: (string | number)[] = [];
  /** Values that the schema does not allow. */
  readonly invalid: GraphQLFormattedError[] = [];
  /** Answers of subgraphs that are not what a GraphQL answer can be. */
  readonly faults: GraphQLFormattedError[] = [];

  constructor(readonly variables: Readonly<Record<string, unknown>>) {}

  tell(key: string | number, message: string): void {
    this.invalid.push({ message, path: [...this.path, key], extensions: { code: 'INVALID_GRAPHQL' } });
  }

  misshapen(key: string | number, message: string): void {
    this.fault([...this.path, key], `A subgraph answered in another shape than its schema's: ${message}`);
  }

  fault(path: readonly (string | number)[], message: string): void {
    this.faults.push({ message, path, extensions: { code: 'INTERNAL_ERROR' } });
  }
}
