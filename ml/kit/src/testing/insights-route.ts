/** Answers as the insights subgraph's internal route does, from lists that a test fills. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoredFeedPage, StoredInsight, StoredSegment } from '@interview/schema/messages';

export const INTERNAL_KEY = 'internal-key-of-this-test-0123456789';

export class InsightsRoute {
  readonly insights: StoredInsight[] = [];
  readonly segments: StoredSegment[] = [];
  revision = 0;
  available = true;
  private readonly server: Server = createServer((request, response) => {
    if (request.headers['x-internal-api-key'] !== INTERNAL_KEY || !this.available) {
      response.writeHead(this.available ? 401 : 503).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(this.page(request)));
  });

  /** @param pageSize rows of each kind in one answer */
  constructor(private readonly pageSize = 2) {}

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  store(roundId: string, changes: Partial<StoredInsight> = {}): StoredInsight {
    const insight: StoredInsight = {
      id: randomUUID(),
      roundId,
      sequence: this.insights.filter((other) => other.roundId === roundId).length + 1,
      timestampMs: 0,
      type: 'TAB_SWITCH',
      severity: 'MEDIUM',
      value: { phase: 'START' },
      explanation: 'measured',
      source: 'test/1',
      disposition: 'UNREVIEWED',
      reviewedBy: null,
      reviewNote: null,
      createdAtMs: 0,
      ...changes,
    };
    this.insights.push(insight);
    return insight;
  }

  storeSegment(roundId: string, text: string): StoredSegment {
    const sequence = this.segments.filter((other) => other.roundId === roundId).length + 1;
    const segment: StoredSegment = {
      id: randomUUID(),
      roundId,
      sequence,
      speaker: 'CANDIDATE',
      text,
      timestampMs: sequence * 1000,
      durationMs: 900,
      confidence: null,
      createdAtMs: 0,
    };
    this.segments.push(segment);
    return segment;
  }

  private page(request: IncomingMessage): StoredFeedPage {
    const url = new URL(request.url ?? '', 'http://x');
    const roundId = url.pathname.split('/')[3];
    const after = <Row extends { roundId: string; sequence: number }>(rows: readonly Row[], name: string) =>
      rows.filter((row) => row.roundId === roundId && row.sequence > Number(url.searchParams.get(name)));
    const insights = after(this.insights, 'afterInsight');
    const segments = after(this.segments, 'afterSegment');
    const { pageSize, revision } = this;
    const more = insights.length > pageSize || segments.length > pageSize;
    return { insights: insights.slice(0, pageSize), segments: segments.slice(0, pageSize), revision, more };
  }
}
