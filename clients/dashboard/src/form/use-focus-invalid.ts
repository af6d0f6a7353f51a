'use client';
/** After a refusal the first wrong control has the focus: who cannot see the form is led there, and so is who scrolled. */
import { type RefObject, useEffect, useRef } from 'react';

/** `refusal`: another object after each refusal; undefined where there was none. */
export function useFocusInvalid(refusal: object | undefined): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusal) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusal]);
  return form;
}
