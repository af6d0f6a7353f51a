/**
 * A small graph of three subgraphs with what the product's own does not have: interface objects, `@requires` with
 * arguments and of nested objects, `@provides`, `@override`, several keys, unions and interfaces of entities, lists
 * in lists, fields that are asked under another name because their types differ in one subgraph, and names that
 * clients do not see.
 */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
  "@key", "@shareable", "@provides", "@external", "@requires", "@interfaceObject", "@override", "@inaccessible"
])`;

const catalogue = `${LINK}
  interface Media @key(fields: "id") { id: ID! title: String author: Author }
  interface Named { name: String }
  type Book implements Media & Named @key(fields: "id") {
    id: ID! title: String name: String! pages: Int! author: Author size: Size kind: Kind price(currency: Currency!): Float
    chapters: [Chapter!]! editions: [[Edition]!] publisher: Publisher @shareable
  }
  type Film implements Media & Named @key(fields: "id") {
    id: ID! title: String name: String minutes: Float author: Author! kind: Kind! stills: [String] size: Size
  }
  type Note implements Named { name: String text: String! about: Media pinned: [[Media!]]! }
  type Draft @inaccessible { id: ID! }
  union Work = Book | Film | Note | Draft
  type Size { width: Int height: Int! weight: Weight }
  type Weight { grams: Int! }
  type Chapter { heading: String! notes: [Note!] }
  type Edition @key(fields: "isbn") { isbn: ID! year: Int }
  type Publisher @shareable { name: String city: String }
  type Author @key(fields: "id") @key(fields: "email") {
    id: ID! email: String name: String @shareable books(first: Int = 2, kind: Kind): [Book!] latest: Work bio: String
  }
  type Box @key(fields: "id") { id: ID! label: String! @shareable labels: [Labelled!] }
  type Tag { label: String sticker: Sticker! }
  type Sticker { label: String! @shareable }
  union Labelled = Box | Tag
  enum Kind { PRINT SCREEN SECRET @inaccessible }
  enum Currency { EUR CHF }
  input Filter { text: String kinds: [Kind!] limit: Int = 3 }
  type Query {
    media(id: ID!): Media library(filter: Filter): [Media!]! works: [Work] shelves: [[Media]!]
    author(id: ID!): Author named: [Named!] labelled: [Labelled!]! matrix: [[Book!]]! strict: Book!
  }
  type Mutation { addBook(title: String!): Book! retitle(id: ID!, title: String): Media removeAll: Boolean }
`;

const reviews = `${LINK}
  type Media @interfaceObject @key(fields: "id") {
    id: ID! reviews(first: Int): [Review!]! score(scale: Int = 10): Float! pick: Review
  }
  type Review @key(fields: "id") { id: ID! text: String! author: Author! @provides(fields: "name") of: Media! stars: Int }
  type Author @key(fields: "id") { id: ID! name: String @external karma: Int! reviews: [Review] }
  type Query { latest: [Review!] best: Media review(id: ID!): Review! }
  type Mutation { review(id: ID!, stars: Int!): Review }
  type Subscription { reviewed(id: ID): Review! scored: Media }
`;

const stock = `${LINK}
  type Book @key(fields: "id") {
    id: ID! pages: Int! @external size: Size @external price(currency: Currency!): Float @external
    shipping(express: Boolean = false): Float @requires(fields: "pages size { height weight { grams } }")
    total: Float! @requires(fields: "price(currency: EUR)")
    publisher: Publisher @shareable inStock: Boolean! places: [[Place!]!]
  }
  type Film @key(fields: "id") { id: ID! size: Size @external inStock: Boolean label: String @requires(fields: "size { width }") }
  type Size @external { width: Int height: Int! weight: Weight }
  type Weight @external { grams: Int! }
  type Box @key(fields: "id") { id: ID! label: String @shareable full: Boolean }
  enum Currency { EUR CHF }
  type Edition @key(fields: "isbn") { isbn: ID! left: Int! }
  type Publisher @shareable { name: String city: String }
  type Place { code: String! keeper: Author }
  type Author @key(fields: "email") { email: String bio: String @override(from: "catalogue") orders: Int }
  type Query { offers: [Offer!] }
  union Offer = Book | Film
  type Mutation { order(id: ID!): Book! }
`;

export const LIBRARY_SUBGRAPHS: Readonly<Record<string, string>> = { catalogue, reviews, stock };

export function composeLibrary(): string {
  const services = Object.entries(LIBRARY_SUBGRAPHS).map(([name, sdl]) => ({ name, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(`The library does not compose: ${errors?.map((e) => e.message).join('; ')}`);
  return supergraphSdl;
}
