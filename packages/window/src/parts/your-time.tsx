import { zoneName } from '../data/times.js';

/** Names the zone of the times that a view shows. */
export const YourTime = ({
  times,
  now,
}: {
  readonly times: readonly string[];
  readonly now: Date;
}) => <>Your time, {zoneName(times, now)}</>;
