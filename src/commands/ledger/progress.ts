/** Intervals between two updates, for a person and for a log. */
const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5_000;
const BAR_CHARACTERS = 24;

export interface ProgressDisplay {
  /** @param total undefined while it is unknown */
  show(label: string, done: number, total: number | undefined): void;
  /** Ends the line that is being redrawn, so that others can be printed. */
  end(): void;
}

/** Shows one line that is redrawn on a terminal; elsewhere prints a line now and then. */
export function progressOn(stream: NodeJS.WriteStream): ProgressDisplay {
  const isTerminal = stream.isTTY;
  const intervalMs = isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let shownMs = performance.now();
  let work = { label: '', startedMs: shownMs };
  let isOpen = false;
  return {
    show(label, done, total) {
      const nowMs = performance.now();
      if (label !== work.label) work = { label, startedMs: nowMs };
      if (nowMs - shownMs < intervalMs && done !== total) return;
      shownMs = nowMs;
      isOpen = isTerminal;
      const line = lineOf(label, done, total, nowMs - work.startedMs);
      stream.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}

function lineOf(label: string, done: number, total: number | undefined, elapsedMs: number): string {
  const counted = grouped(done);
  if (total === undefined || total === 0) return `${label} ${counted}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS, '░');
  const left = share === 0 ? '' : `  ${Math.ceil((elapsedMs / share - elapsedMs) / 1000)} s left`;
  return `${label} ${bar} ${Math.floor(share * 100)} %  ${counted} of ${grouped(total)}${left}`;
}

const grouped = (value: number): string => value.toLocaleString('en-GB');
