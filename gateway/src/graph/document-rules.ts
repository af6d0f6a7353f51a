/** What a document must keep besides GraphQL's own rules, whichever way it comes in. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LIMITS, withinLimits } from './limits.js';
import { storableText } from './text.js';
import { unconditionalRoot } from './unconditional-root.js';

export const PARSE_OPTIONS = { maxTokens: LIMITS.tokens };

/** In this order: the first ones end the validation of what they refuse. */
export const DOCUMENT_RULES: readonly ValidationRule[] = [withinLimits, unconditionalRoot, storableText];

/** @returns undefined when the document does not parse or breaks a rule */
export function validDocument(schema: GraphQLSchema, source: string, introspection: boolean): DocumentNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(source, PARSE_OPTIONS);
  } catch (error) {
    // The same text is refused, with the reason, when somebody sends it.
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
  const rules = [...DOCUMENT_RULES, ...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  return validate(schema, document, rules).length === 0 ? document : undefined;
}
