/** Topics with a queue for each subscriber, as pub/sub libraries for GraphQL have them. */

type Take<T> = (result: IteratorResult<T>) => void;

export class EventTopics<T> {
  readonly #topics = new Map<string, Set<(event: T) => void>>();

  /** @param open called when a topic gets its first subscriber */
  constructor(private readonly open: (topic: string, publish: (event: T) => void) => void) {}

  subscribe(topic: string): AsyncIterableIterator<T> {
    const subscribers = this.#subscribersOf(topic);
    const waiting: Take<T>[] = [];
    const queued: T[] = [];
    const push = (event: T) => {
      const take = waiting.shift();
      if (take) take({ done: false, value: event });
      else queued.push(event);
    };
    subscribers.add(push);
    const iterator: AsyncIterableIterator<T> = {
      next: () => {
        const event = queued.shift();
        if (event !== undefined) return Promise.resolve({ done: false, value: event });
        return new Promise((resolve) => waiting.push(resolve));
      },
      return: () => {
        subscribers.delete(push);
        for (const take of waiting) take({ done: true, value: undefined });
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #subscribersOf(topic: string): Set<(event: T) => void> {
    const known = this.#topics.get(topic);
    if (known) return known;
    const subscribers = new Set<(event: T) => void>();
    this.#topics.set(topic, subscribers);
    this.open(topic, (event) => {
      for (const push of subscribers) push(event);
    });
    return subscribers;
  }
}
