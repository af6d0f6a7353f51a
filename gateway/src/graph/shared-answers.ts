/**
 * Equal questions that pile up are asked once for all of them. One that comes while an equal one is under way
 * waits for the next: the answer that is being made may be older than the reason to ask. So under load there
 * is at most one request under way and one to come for each question, and without load nothing changes.
 */
export type Ask = (body: string, signedViewer: string) => Promise<string>;

interface Question {
  /** Settles with the request that is under way, and never fails. */
  done: Promise<void>;
  /** For those who asked since it began. */
  next?: Promise<string>;
}

/** @param ask must have no effect but its answer. The answer is a text, so that nobody changes another's copy. */
export function sharedAnswers(ask: Ask): Ask {
  const underWay = new Map<string, Question>();

  const begin = (key: string, body: string, signedViewer: string): Promise<string> => {
    const answer = ask(body, signedViewer);
    const question: Question = {
      done: answer.then(
        () => undefined,
        () => undefined,
      ),
    };
    underWay.set(key, question);
    void question.done.then(() => {
      if (!question.next) underWay.delete(key);
    });
    return answer;
  };

  return (body, signedViewer) => {
    const key = `${signedViewer}\n${body}`;
    const question = underWay.get(key);
    if (!question) return begin(key, body, signedViewer);
    question.next ??= question.done.then(() => begin(key, body, signedViewer));
    return question.next;
  };
}
