import type { Caps } from '../../domain/limits/quota-events.js';
import type { Window } from '../../domain/limits/window.js';
import type { Cache } from '../ports/cache.js';
import { limitStream } from '../streams.js';
import { QuotaLedger, type QuotaPorts } from './quota-ledger.js';

/** Finds the quota of a scope and a window. */
export class Quotas {
  constructor(
    private readonly ports: QuotaPorts,
    /** One that is dropped while in use only causes conflicts with its successor. */
    private readonly known: Cache<string, QuotaLedger>,
  ) {}

  /** @param scope for example `all` or `key.shop`; part of the name of a stream, so never a number of a person */
  of(scope: string, window: Window, caps: Caps): QuotaLedger {
    const name = `${scope}:${window.name}`;
    let quota = this.known.get(name);
    if (quota === undefined) {
      quota = new QuotaLedger(this.ports, (page) => limitStream(name, page), caps);
      this.known.set(name, quota);
    }
    return quota;
  }
}
