/** Documents that were parsed and validated before: the gateway sends the same few again and again. */
import { type DocumentNode, parse, specifiedRules, validate } from 'graphql';

/** Beyond this many all are forgotten. */
const DOCUMENTS_KEPT = 1000;

export interface KnownDocuments {
  parse: typeof parse;
  /** Remembers what was found valid; what was not is told again each time. */
  validate: typeof validate;
}

export function createKnownDocuments(): KnownDocuments {
  const documents = new Map<string, DocumentNode>();
  const valid = new WeakSet<DocumentNode>();
  return {
    parse(source) {
      const text = typeof source === 'string' ? source : source.body;
      let document = documents.get(text);
      if (!document) {
        document = parse(text);
        if (documents.size >= DOCUMENTS_KEPT) documents.clear();
        documents.set(text, document);
      }
      return document;
    },
    validate(schema, document, rules) {
      if (valid.has(document)) return [];
      const errors = validate(schema, document, rules ?? specifiedRules);
      if (errors.length === 0) valid.add(document);
      return errors;
    },
  };
}
