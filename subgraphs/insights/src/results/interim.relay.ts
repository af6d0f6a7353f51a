/**
 * Interim segments pass by the database: from the speech service's channel straight to the round's topic. With
 * several replicas each passes them on; the same text under the same id replaces itself.
 */

import type { Logger } from '@interview/runtime/log';
import { channels } from '@interview/schema/keys';
import { type FeedMessage, SegmentResult } from '@interview/schema/messages';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';

/** @returns what ends it. A lost interim segment is replaced by the next one: nothing is repeated. */
export function relayInterimSegments(topics: Topics, log: Logger): Promise<() => void> {
  return topics.listen(channels.insights('speech'), {
    onMessage(value) {
      // Everything that the speech service finds passes here.
      if ((value as { isFinal?: unknown } | null)?.isFinal !== false) return;
      const parsed = SegmentResult.safeParse(value);
      if (!parsed.success || parsed.data.isFinal) return;
      const message: FeedMessage = { interim: parsed.data };
      topics.publish(channels.feed(parsed.data.roundId), message).catch((error: unknown) => {
        log.debug({ err: error }, 'an interim segment was dropped');
      });
    },
    onDoubt: () => undefined,
  });
}
