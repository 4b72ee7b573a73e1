import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

export type Choose = (name: string, value: string) => void;

/** The parameters of the address, and a function that sets one of them: an empty value takes it out. */
export function useChoices(options?: {
  readonly replace: boolean;
}): readonly [params: URLSearchParams, choose: Choose] {
  const [params, setParams] = useSearchParams();
  const choose: Choose = (name, value) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    }, options);
  return [params, choose];
}

/**
 * The text of a field whose value is in the address. It is asked for once nobody has typed for a moment, and follows the address.
 * @param asked the value in the address
 */
export function useTyped(
  asked: string,
  ask: (text: string) => void,
  pauseMs: number,
): readonly [typed: string, setTyped: (text: string) => void] {
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    if (typed === asked) return;
    const timer = setTimeout(() => ask(typed), pauseMs);
    return () => clearTimeout(timer);
  });
  return [typed, setTyped];
}
