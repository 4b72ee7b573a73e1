import { useMemo, useState } from 'react';
import { saveFile } from '../data/save-file.js';
import { useShortcuts } from '../data/shortcuts.js';
import { Icon } from './icon.js';

/** Saves what is shown as a file, also by the key E. */
export function ExportButton({
  name,
  read,
  isEmpty,
  className,
  children,
}: {
  /** Of the file. */
  readonly name: string;
  readonly read: () => Promise<Response>;
  readonly isEmpty: boolean;
  readonly className: string;
  readonly children: React.ReactNode;
}) {
  const [state, setState] = useState<'rest' | 'working' | 'failed'>('rest');
  const save = async (): Promise<void> => {
    setState('working');
    try {
      const response = await read();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      saveFile(name, await response.blob());
      setState('rest');
    } catch {
      setState('failed');
    }
  };
  const isOff = isEmpty || state === 'working';
  useShortcuts(useMemo(() => ({ e: () => isOff || void save() }), [isOff, name, read]));
  return (
    <button className={className} type="button" disabled={isOff} onClick={() => void save()}>
      <Icon shape="down" size={className.includes('small') ? 14 : 16} />
      <span className="lbl" aria-live="polite">
        {state === 'failed' ? 'Not saved. Again?' : children}
      </span>
    </button>
  );
}
