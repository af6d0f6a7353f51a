'use client';
/** A button for what cannot be undone: it asks once more, in place, before it does anything. */
import { useEffect, useRef, useState } from 'react';
import styles from './confirm-button.module.css';

interface ConfirmButtonProps {
  name: string;
  /** What will happen, for a person to agree to. */
  question: string;
  confirm: string;
  disabled?: boolean;
  onConfirm(): void;
}

export function ConfirmButton({ name, question, confirm, disabled = false, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) back.current?.focus(); // the harmless answer is the near one
  }, [asking]);

  if (!asking) {
    return (
      <button type="button" className={styles['danger']} disabled={disabled} onClick={() => setAsking(true)}>
        {name}
      </button>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form, and this asks one question
    <div role="group" aria-label={question} className={styles['question']}>
      <p>{question}</p>
      <button
        type="button"
        className={styles['danger']}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </button>
      <button type="button" ref={back} onClick={() => setAsking(false)}>
        No
      </button>
    </div>
  );
}
