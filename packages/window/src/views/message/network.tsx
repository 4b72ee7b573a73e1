import { useQuery } from '@tanstack/react-query';
import type { Message } from 'waybill-client';
import { answerOf, http } from '../../data/api.js';
import { counted, countryName, share } from '../../data/numbers.js';
import { span } from '../../data/times.js';
import { Panel } from '../../parts/panel.js';
import { Tag } from '../../parts/status.js';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** Shows the trust in receipts of this network, or of this country. */
export function Network({ message }: { readonly message: Message }) {
  const networkCode = message.attempts.findLast((one) => one.networkCode !== null)?.networkCode;
  const confidence = useQuery({
    queryKey: ['confidence'],
    staleTime: 60_000,
    queryFn: async () => {
      const since = new Date(Date.now() - DAYS * DAY_MS).toISOString();
      const params = { query: { since } };
      return answerOf(await http.GET('/v1/reports/confidence', { params }));
    },
  });
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
            : `Of ${counted(row.messages, 'message')} in ${DAYS} days, ${share(row.deliveredShare)} were reported delivered${row.timeToDelivery.p50Ms === null ? '' : `, half within ${span(row.timeToDelivery.p50Ms)}`}.`}{' '}
          {meanings[row.receipts]}
          {row.basis === 'hint' ? ' This is a general hint: too little was measured here.' : ''}
        </p>
      </div>
    </Panel>
  );
}

const meanings = {
  reliable: 'A “delivered” from here can be believed.',
  limited:
    'Some receipts from here are false or missing: a phone may have it all the same, or not.',
  unknown: 'How far a receipt from here can be believed is not known.',
} as const;

export function Receipts({ rating }: { readonly rating: keyof typeof meanings }) {
  switch (rating) {
    case 'reliable':
      return (
        <Tag family="arrived" shape="check">
          Receipts reliable
        </Tag>
      );
    case 'limited':
      return (
        <Tag family="doubt" shape="unconfirmed">
          Receipts doubtful
        </Tag>
      );
    case 'unknown':
      return <Tag family="closed">Receipts not rated</Tag>;
  }
}
