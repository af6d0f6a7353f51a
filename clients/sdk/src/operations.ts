/** The documents of the product's own pages and of the demo, and the types that they answer: `src/operations/`. */
export * from './generated/graphql.js';
