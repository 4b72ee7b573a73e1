import { useEffect, useId, useRef, type ReactNode } from 'react';

/** A dialog of the browser's own: it keeps the focus inside, and Escape closes it. */
export function Dialog({
  title,
  isWorking = false,
  onClose,
  children,
}: {
  readonly title: string;
  /** An act is under way. To leave the dialog would not undo it, and would hide what became of it. */
  readonly isWorking?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const { current } = dialog;
    const { activeElement } = document;
    current?.showModal();
    return () => {
      current?.close();
      if (activeElement instanceof HTMLElement) activeElement.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      // Spread, because React's types do not know this attribute yet.
      {...{ closedby: isWorking ? 'none' : 'closerequest' }}
      onCancel={(event) => (isWorking ? event.preventDefault() : onClose())}
      onClose={onClose}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
