'use client';
/** Keeps a scrolled box at its end while the reader is there, and lets it alone as soon as they scroll back. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as being there, px. */
const NEAR = 32;

export interface StickToEnd<E extends HTMLElement> {
  box: RefObject<E | null>;
  atEnd: boolean;
  toEnd(): void;
}

/** `content`: anything that changes when the box's content does. */
export function useStickToEnd<E extends HTMLElement>(content: unknown): StickToEnd<E> {
  const box = useRef<E>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    following.current = true;
    setAtEnd(true);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
      following.current = near;
      setAtEnd(near);
    };
    const keep = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', look, { passive: true });
    keep.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      keep.disconnect();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new content is what moves the end
  useLayoutEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [content]);

  return { box, atEnd, toEnd };
}
