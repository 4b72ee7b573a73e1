import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import type { ReadTime } from '../data/read-question.js';

/** Asks for a time as people say it, such as `about 10:15` or `yesterday 9am`. */
export function AroundTime({
  readTime,
  choose,
}: {
  readonly readTime: ReadTime;
  /** Takes the words: they become part of the question. */
  readonly choose: (words: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [isUnclear, setUnclear] = useState(false);
  const id = useId();
  const chip = useRef<HTMLButtonElement>(null);
  const isReturning = useRef(false);
  useEffect(() => {
    if (!isOpen && isReturning.current) chip.current?.focus();
    isReturning.current = isOpen;
  }, [isOpen]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (readTime(words) === null) {
      setUnclear(true);
      return;
    }
    choose(words);
    setOpen(false);
    setWords('');
  };
  if (!isOpen) {
    return (
      <button ref={chip} className="chip" type="button" onClick={() => setOpen(true)}>
        Around a time…
      </button>
    );
  }
  return (
    <form className="around" onSubmit={submit}>
      <label className="sr" htmlFor={id}>
        Around when
      </label>
      <input
        id={id}
        className="input"
        value={words}
        placeholder="10:15, yesterday 9am, 28 Nov"
        autoComplete="off"
        autoFocus
        aria-describedby={isUnclear ? `${id}-why` : undefined}
        onChange={(event) => {
          setWords(event.target.value);
          setUnclear(false);
        }}
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      />
      <button className="btn small" type="submit">
        Narrow
      </button>
      {isUnclear && (
        <span className="err" id={`${id}-why`} role="alert">
          This cannot be read as a time.
        </span>
      )}
    </form>
  );
}
