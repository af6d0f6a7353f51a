/** Which of the published insights arrived, when, and whether each did exactly once and in order. */

export class Arrivals {
  private readonly sentAt = new Map<string, number>();
  private readonly order: string[] = [];
  private readonly arrived: string[] = [];
  private readonly latenciesMs: number[] = [];
  private readonly all = Promise.withResolvers<void>();
  private readonly seen = new Set<string>();

  constructor(private readonly expected: number) {}

  /** Just before the insight of that id is published. */
  sent(id: string): void {
    this.sentAt.set(id, performance.now());
    this.order.push(id);
  }

  /** The subscriber has it, parsed. Ids that were not sent here are another phase's and do not count. */
  received(id: string): void {
    const at = this.sentAt.get(id);
    if (at === undefined) return;
    this.arrived.push(id);
    if (this.seen.has(id)) return;
    this.seen.add(id);
    this.latenciesMs.push(performance.now() - at);
    if (this.seen.size === this.expected) this.all.resolve();
  }

  /** Resolves when every one has arrived, or the limit is over. */
  async complete(limitMs: number): Promise<void> {
    const limit = setTimeout(() => this.all.resolve(), limitMs);
    await this.all.promise;
    clearTimeout(limit);
  }

  get latencies(): readonly number[] {
    return this.latenciesMs;
  }

  get lost(): number {
    return this.order.length - this.seen.size;
  }

  get repeated(): number {
    return this.arrived.length - this.seen.size;
  }

  /** Insights of one round that came before one that was published earlier. */
  get outOfOrder(): number {
    const place = new Map(this.order.map((id, index) => [id, index]));
    let furthest = -1;
    let count = 0;
    for (const id of this.arrived) {
      const index = place.get(id) ?? -1;
      if (index < furthest) count += 1;
      furthest = Math.max(furthest, index);
    }
    return count;
  }
}
