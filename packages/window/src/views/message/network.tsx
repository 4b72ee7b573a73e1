import type { Message } from 'waybill-client';
import { counted, countryName, share } from '../../data/numbers.js';
import { useConfidence } from '../../data/report.js';
import { span } from '../../data/times.js';
import { Panel } from '../../parts/panel.js';
import { meanings, Receipts } from '../../parts/receipts.js';

const DAYS = 30;

/** The fewest messages for which a share is shown. Fewer are counted, because their share says little. */
const SHARED_FROM = 20;

/** `98.6% were`, `1 was`, `none were` */
function reportedDelivered(row: {
  readonly messages: number;
  readonly deliveredShare: number | null;
}): string {
  if (row.messages >= SHARED_FROM) return `${share(row.deliveredShare)} were`;
  const delivered = Math.round(row.messages * (row.deliveredShare ?? 0));
  if (delivered === 0) return row.messages === 1 ? 'which was not' : 'none were';
  return delivered === 1 ? '1 was' : `${delivered} were`;
}

/** Shows the trust in receipts of this network, or of this country. */
export function Network({ message }: { readonly message: Message }) {
  const networkCode = message.attempts.findLast((one) => one.networkCode !== null)?.networkCode;
  const confidence = useConfidence(DAYS);
  const { country } = message;
  if (country === null) return null;
  const network = confidence.data?.networks.find(
    (row) => row.country === country && row.networkCode === networkCode,
  );
  const row = network ?? confidence.data?.countries.find((one) => one.country === country);
  if (row === undefined) return null;
  const place =
    network === undefined
      ? countryName(country)
      : `Network ${networkCode?.slice(0, 3)} ${networkCode?.slice(3)}, ${country}`;
  return (
    <Panel title={place} label="Network" tag={<Receipts rating={row.receipts} />}>
      <div className="body">
        <p className="soft">
          {row.messages === 0
            ? `No messages in ${DAYS} days.`
            : `Of ${counted(row.messages, 'message')} in ${DAYS} days, ${reportedDelivered(row)} reported delivered${row.timeToDelivery.p50Ms === null ? '' : `, half within ${span(row.timeToDelivery.p50Ms)}`}.`}{' '}
          {meanings[row.receipts]}
          {row.basis === 'hint' ? ' This is a general hint: too little was measured here.' : ''}
        </p>
      </div>
    </Panel>
  );
}
