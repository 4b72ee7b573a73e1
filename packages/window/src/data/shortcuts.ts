import { useEffect } from 'react';

const NAME = 'waybill-shortcuts';

/** Single letters can be switched off: speech input types them by accident (WCAG 2.1.4). */
export const areShortcutsOn = (): boolean => window.localStorage.getItem(NAME) !== 'off';
export const switchShortcuts = (isOn: boolean): void =>
  window.localStorage.setItem(NAME, isOn ? 'on' : 'off');

/** False: the key means nothing here at the moment, and another may take it. */
export type Shortcuts = Readonly<Record<string, () => unknown>>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  (target as HTMLInputElement).type !== 'range';

/**
 * Acts on single keys outside fields. Names are those of `KeyboardEvent.key`, letters in lower case.
 * @param isFirst asked before all others
 */
export function useShortcuts(shortcuts: Shortcuts, isFirst = false): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const act = shortcuts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act === undefined || (event.key.length === 1 && !areShortcutsOn())) return;
      if (act() !== false) event.preventDefault();
    };
    document.addEventListener('keydown', onKey, isFirst);
    return () => document.removeEventListener('keydown', onKey, isFirst);
  }, [shortcuts, isFirst]);
}
