import { count } from '../data/numbers.js';
import { span } from '../data/times.js';
import { Icon } from './icon.js';

export interface AsOf {
  readonly time: string | null;
  readonly behindEvents: number;
  readonly behindSeconds: number;
}

/** Less is no news: lists always follow by a moment. */
const BEHIND_SECONDS_MIN = 5;

/** Says plainly when lists and reports are behind the ledger. */
export function BehindBanner({ asOf }: { readonly asOf: AsOf | undefined }) {
  if (asOf === undefined || asOf.behindSeconds < BEHIND_SECONDS_MIN) return null;
  return (
    <div className="banner doubt" role="status">
      <Icon shape="warn" />
      <p>
        <b>This page is {span(asOf.behindSeconds * 1000)} behind.</b> {count(asOf.behindEvents)}{' '}
        events are still being read in. A message opened on its own page is never behind.
      </p>
    </div>
  );
}
