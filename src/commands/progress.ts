/** Intervals between two updates, for a person and for a log. */
const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5_000;
const BAR_CHARACTERS = 30;

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
  let isOpen = false;
  return {
    show(label, done, total) {
      const nowMs = performance.now();
      if (nowMs - shownMs < intervalMs && done !== total) return;
      shownMs = nowMs;
      isOpen = isTerminal;
      stream.write(
        isTerminal ? `\r\u001b[K${lineOf(label, done, total)}` : `${lineOf(label, done, total)}\n`,
      );
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}

function lineOf(label: string, done: number, total: number | undefined): string {
  const counted = done.toLocaleString('en-GB');
  if (total === undefined || total === 0) return `${label} ${counted}`;
  const share = Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(share * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS, '.');
  return `${label} [${bar}] ${Math.floor(share * 100)} %  ${counted} of ${total.toLocaleString('en-GB')}`;
}
