/** What the test world's rounds subgraph tells of its rounds: a state that changes, or an end. */
import { EventEmitter } from 'node:events';
import { GraphQLError } from 'graphql';

export interface ToldRound {
  id: string;
  status: string;
  consent: { given: boolean };
}

export class RoundNews extends EventEmitter {
  readonly #states = new Map<string, ToldRound>();

  constructor() {
    super();
    // A listener for each open feed.
    this.setMaxListeners(0);
  }

  /** Changes a round, for those who follow it and those who come. */
  change(id: string, status: string, consentGiven: boolean): void {
    const state = { id, status, consent: { given: consentGiven } };
    this.#states.set(id, state);
    this.emit(id, state);
  }

  /** Ends what follows the round, as a subgraph does for whom the round is not any more. */
  refuse(id: string, code: string): void {
    this.emit(id, new GraphQLError('This round is not yours any more.', { extensions: { code } }));
  }

  /**
   * The present state and each next one; of a round that is not told of, its id and nothing more. A plain
   * iterator, so that leaving is immediate.
   */
  follow(id: string): AsyncIterableIterator<{ roundUpdated: Partial<ToldRound> }, undefined> {
    const present = this.#states.get(id);
    const waiting: (Partial<ToldRound> | GraphQLError)[] = [present ?? { id }];
    let over = false;
    let wake: (() => void) | undefined;
    const onNews = (news: ToldRound | GraphQLError) => {
      waiting.push(news);
      wake?.();
    };
    const leave = async (): Promise<IteratorResult<never, undefined>> => {
      over = true;
      this.off(id, onNews);
      wake?.();
      return { done: true, value: undefined };
    };
    this.on(id, onNews);
    return {
      async next() {
        for (;;) {
          const news = waiting.shift();
          if (over || (!news && !present)) return leave();
          if (news instanceof GraphQLError) throw news;
          if (news) return { done: false, value: { roundUpdated: news } };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      return: leave,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
