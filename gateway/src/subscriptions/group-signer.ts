/**
 * As whom a group asks its subgraphs: as the present member whose token lives longest. All members of a group are
 * answered alike, so it does not matter which; that one's token ends is no reason for the others to lose the feed.
 */
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import type { ViewerContext } from '../graph/subgraph-source.js';
import type { FeedMember } from './feed-member.js';
import type { UpstreamSigner } from './upstream.js';

interface Signing {
  member: FeedMember;
  context: ViewerContext;
}

export class GroupSigner implements UpstreamSigner {
  #current: Signing | undefined;
  /** Whose token a subgraph did not take; a renewed one is another viewer. */
  readonly #refused = new WeakSet<Viewer>();

  constructor(
    private readonly members: ReadonlySet<FeedMember>,
    private readonly internalKey: string,
  ) {}

  /** Somebody came, perhaps with a longer life. */
  joined(member: FeedMember): void {
    const current = this.#current;
    if (current && member.subscriber.viewer().expiresAt > current.context.viewer.expiresAt) this.#current = undefined;
  }

  signedViewer(): string {
    return this.context().signedViewer;
  }

  refused(signedViewer: string): boolean {
    if (this.#current?.context.signedViewer === signedViewer) {
      this.#refused.add(this.#current.context.viewer);
      this.#current = undefined;
    }
    return this.#longestLived() !== undefined && this.signedViewer() !== signedViewer;
  }

  /** @throws Error when there never was a member */
  context(): ViewerContext {
    const current = this.#current;
    if (current && !current.member.gone && current.member.subscriber.viewer() === current.context.viewer) {
      return current.context;
    }
    const member = this.#longestLived() ?? current?.member ?? this.#anybody();
    const viewer = member.subscriber.viewer();
    const context = { viewer, signedViewer: signViewer(viewer, this.internalKey) };
    this.#current = { member, context };
    return context;
  }

  #longestLived(): FeedMember | undefined {
    let found: FeedMember | undefined;
    let until = Date.now() / 1000;
    for (const member of this.members) {
      const viewer = member.subscriber.viewer();
      if (viewer.expiresAt <= until || this.#refused.has(viewer)) continue;
      found = member;
      until = viewer.expiresAt;
    }
    return found;
  }

  #anybody(): FeedMember {
    const [member] = this.members;
    if (!member) throw new Error('A group without members asks nobody.');
    return member;
  }
}
