/**
 * What a subscription field promises about its events, told to the gateway in the supergraph and kept from the
 * public schema. A field bears one of them by type-graphql's `@Directive('@resumable')`; without any, its events
 * pass: whoever is not there when one comes never has it, and nothing stands for it.
 *
 * The specification's address is a name of ours; nobody fetches it.
 */
export const FEED_DIRECTIVES = `extend schema
  @link(url: "https://specs.ai-interview-assistant.dev/feeds/v1.0", import: ["@resumable", "@startsWithState"])
  @composeDirective(name: "@resumable")
  @composeDirective(name: "@startsWithState")

"""
Every event of this subscription counts. Its argument \`after\` takes the \`cursor\` of an event, and the feed goes on behind
that one with no gap and no repeat, or refuses with CURSOR_EXPIRED.
"""
directive @resumable on FIELD_DEFINITION

"""
This subscription begins with the present state, where there is one. A later state stands for all before it: those that were
overtaken may be skipped, the newest never.
"""
directive @startsWithState on FIELD_DEFINITION`;
