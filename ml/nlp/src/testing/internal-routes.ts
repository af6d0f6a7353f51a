/** The internal routes of the insights and resumes subgraphs, as HTTP servers whose answers a test fills. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoredFeedPage, StoredInsight, StoredResume, StoredSegment } from '@interview/schema/messages';

export const internalKey = 'internal-key-of-this-test-0123456789';

abstract class InternalRoute {
  /** False: it answers 503. */
  available = true;
  asked = 0;
  private readonly server: Server = createServer((request, response) => {
    this.asked += 1;
    const keyed = request.headers['x-internal-api-key'] === internalKey;
    const answer = keyed && this.available ? this.answer(request) : null;
    response.writeHead(keyed ? (this.available ? (answer === null ? 404 : 200) : 503) : 401, {
      'content-type': 'application/json',
    });
    response.end(answer === null ? '' : JSON.stringify(answer));
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has an address of this shape.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  protected abstract answer(request: IncomingMessage): unknown;
}

export class InsightsRoute extends InternalRoute {
  readonly insights: StoredInsight[] = [];
  readonly segments: StoredSegment[] = [];
  revision = 0;

  protected override answer(request: IncomingMessage): StoredFeedPage {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const after = (name: string) => Number(query.get(name));
    return {
      insights: this.insights.filter(({ sequence }) => sequence > after('afterInsight')),
      segments: this.segments.filter(({ sequence }) => sequence > after('afterSegment')),
      revision: this.revision,
      more: false,
    };
  }
}

export class ResumesRoute extends InternalRoute {
  resume: StoredResume | null = null;

  protected override answer(): StoredResume | null {
    return this.resume;
  }
}
