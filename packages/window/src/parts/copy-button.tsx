import { useState, type ReactNode } from 'react';
import { Icon } from './icon.js';
import type { Shape } from './shapes.js';

const SHOWN_MS = 2_000;

/** Copies a text, and says so. */
export function CopyButton({
  text,
  children = 'Copy',
  shape = 'copy',
  className = 'btn bare small',
}: {
  readonly text: string;
  readonly children?: ReactNode;
  readonly shape?: Shape;
  readonly className?: string;
}) {
  const [state, setState] = useState<'rest' | 'copied' | 'failed'>('rest');
  const copy = async (): Promise<void> => {
    setState(
      await copyText(text).then(
        () => 'copied',
        () => 'failed',
      ),
    );
    setTimeout(() => setState('rest'), SHOWN_MS);
  };
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      <Icon
        shape={state === 'copied' ? 'check' : shape}
        size={className.includes('small') ? 14 : 16}
      />
      <span className="lbl" aria-live="polite">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : children}
      </span>
    </button>
  );
}

/** The clipboard exists in secure contexts only. @throws where it is refused */
export const copyText = (text: string): Promise<void> =>
  'clipboard' in navigator
    ? navigator.clipboard.writeText(text)
    : Promise.reject(new Error('There is no clipboard.'));
