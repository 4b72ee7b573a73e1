import type { OwnService } from '../../application/ports/provider-account.js';

/** The answer to an unsigned webhook says so; nothing else on the way would. */
const UNSIGNED = 'carries no Authorization header';

/** Asks this service from outside, as Vonage would, and reads its metrics. */
export class RunningService implements OwnService {
  constructor(
    /** Address of the service for its operator. */
    private readonly url: string,
    private readonly apiKey: string | undefined,
    private readonly timeoutMs: number,
  ) {}

  async reach(url: string): Promise<'waybill' | 'other' | { readonly noAnswer: string }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const text = await response.text();
      return response.status === 503 && text.includes(UNSIGNED) ? 'waybill' : 'other';
    } catch (error) {
      const { name, cause } = error as { readonly name?: string; readonly cause?: unknown };
      if (name === 'TimeoutError') return { noAnswer: 'nothing answers in time' };
      const code = (cause as { readonly code?: unknown } | undefined)?.code;
      return { noAnswer: typeof code === 'string' ? code : 'nothing answers' };
    }
  }

  async webhooks(): Promise<{ readonly genuine: number; readonly rejected: number } | null> {
    const headers = this.apiKey === undefined ? {} : { Authorization: `Bearer ${this.apiKey}` };
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(`${this.url}/metrics`, { headers, signal });
      if (!response.ok) return null;
      const page = await response.text();
      return { genuine: sumOf(page, genuine), rejected: sumOf(page, ['rejected']) };
    } catch {
      return null;
    }
  }
}

/** Results of webhooks whose signature was right. */
const genuine = ['applied', 'refused', 'repeated', 'quarantined'];

function sumOf(page: string, results: readonly string[]): number {
  let sum = 0;
  for (const [, labels = '', count] of page.matchAll(
    /^waybill_webhooks_total\{([^}]*)\} (\S+)$/gm,
  )) {
    const [, result = ''] = /result="([^"]*)"/.exec(labels) ?? [];
    if (results.includes(result)) sum += Number(count);
  }
  return sum;
}
