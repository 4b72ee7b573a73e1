import type { ReactNode } from 'react';

/** A part of a page, with a heading of its own. */
export function Panel({
  title,
  label,
  note,
  tag,
  className = '',
  children,
}: {
  readonly title?: string;
  /** For screen readers, where there is no title or it says too little. */
  readonly label?: string;
  readonly note?: ReactNode;
  readonly tag?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={`panel ${className}`} aria-label={label ?? title}>
      {title !== undefined && (
        <header>
          <h2>{title}</h2>
          {tag}
          {note !== undefined && <span className="note">{note}</span>}
        </header>
      )}
      {children}
    </section>
  );
}

/** A table that scrolls inside its panel, also by the keyboard. */
export function ScrollTable({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="tablewrap" tabIndex={0} role="region" aria-label={`${label}, table`}>
      <table className="rows dense">
        <caption className="sr">{label}</caption>
        {children}
      </table>
    </div>
  );
}
