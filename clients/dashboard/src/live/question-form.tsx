'use client';
/** Marks a question as put to the candidate: response times count from it, and answers are measured against it. */
import type { InterviewError } from '@interview/sdk/client';
import { MarkQuestionDocument } from '@interview/sdk/operations';
import { type FormEvent, useState } from 'react';
import { Field } from '../form/field';
import { problemOf, problemOutside } from '../form/field-problems';
import form from '../form/form.module.css';
import { useSession } from '../session/session';

export function QuestionForm({ roundId }: { roundId: string }) {
  const { client } = useSession();
  const [text, setText] = useState('');
  const [error, setError] = useState<InterviewError>();
  const [marked, setMarked] = useState<string>();
  const [busy, setBusy] = useState(false);

  const mark = async (event: FormEvent) => {
    event.preventDefault();
    const askedAt = new Date().toISOString(); // when it was put, not when the graph took it
    setBusy(true);
    try {
      const { markQuestion } = await client.mutate(MarkQuestionDocument, { roundId, text: text.trim(), askedAt });
      setMarked(markQuestion.text);
      setText('');
      setError(undefined);
    } catch (refusal) {
      setError(refusal as InterviewError); // all that the client throws
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={form['form']} noValidate onSubmit={(event) => void mark(event)}>
      <Field
        label="Question"
        hint="Mark it as you ask it: response times count from here."
        problem={problemOf(error, 'text') ?? problemOutside(error, ['text'])}
      >
        {(ties) => <textarea {...ties} value={text} onChange={({ target }) => setText(target.value)} />}
      </Field>
      <button type="submit" disabled={busy}>
        Asked now
      </button>
      <p role="status" className={form['hint']}>
        {marked && `Marked: ${marked}`}
      </p>
    </form>
  );
}
