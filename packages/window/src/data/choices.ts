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
