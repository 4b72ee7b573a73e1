import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Change, MessageStatus } from 'waybill-client';
import { useChanges } from '../data/live.js';
import { useNow } from '../data/now.js';
import { queries } from '../data/api.js';
import { count } from '../data/numbers.js';
import { useQuarantine, useReceived, useRefused } from '../data/operations.js';
import { may, type Session } from '../data/session.js';
import { statuses } from '../data/statuses.js';
import { fullTime, listTime, relativeTime, span } from '../data/times.js';
import { sentence } from '../data/timeline.js';
import { CopyButton } from '../parts/copy-button.js';
import { Panel, ScrollTable } from '../parts/panel.js';
import { Failure, Loading, Unread, Void } from '../parts/states.js';
import { Status, Tag } from '../parts/status.js';
import { YourTime } from '../parts/your-time.js';
import { ReplayButton, ReplayDialog, type Place } from './replay-webhook.js';

/** Asks about the webhook that is kept there; null for a key that may not replay. */
type Replay = ((place: Place) => void) | null;

/** Older ones go, so that the page stays light in a flood. */
const ARRIVALS_MAX = 200;

/** Shows webhooks as they arrive and those before, those not accepted, and those in quarantine. */
export function Inspector({ session }: { readonly session: Session }) {
  useEffect(() => {
    document.title = 'Inspector · Waybill';
  }, []);
  const [asked, setAsked] = useState<Place | null>(null);
  const replay = may(session, 'admin') ? setAsked : null;
  return (
    <>
      <div className="headrow">
        <h1 className="page">Webhook inspector</h1>
      </div>
      <Arrivals replay={replay} />
      <Refused />
      <SetAside mayAudit={may(session, 'audit')} replay={replay} />
      {asked !== null && <ReplayDialog place={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const isWebhook = ({ type }: Change): boolean =>
  /^(?:StatusReported|StatusRefused|ReportAdopted|InboundReceived)$/.test(type);

/** What came while the page is open, before what came earlier. */
function useArrivals() {
  const [arrivals, setArrivals] = useState<readonly Change[]>([]);
  const history = useReceived();
  useChanges(
    useCallback((changes) => {
      const arrived = changes.filter(isWebhook).toReversed();
      if (arrived.length > 0)
        setArrivals((before) => [...arrived, ...before].slice(0, ARRIVALS_MAX));
    }, []),
  );
  const pages = history.data?.pages;
  // Behind a flood the page would lack some of those between: they are read from the ledger then.
  const isFlooded = arrivals.length === ARRIVALS_MAX;
  const items = useMemo(() => {
    if (isFlooded) return arrivals;
    const known = new Set(arrivals.map(({ position }) => position));
    const earlier = (pages ?? []).flatMap((page) => page.items);
    return [...arrivals, ...earlier.filter(({ position }) => !known.has(position))];
  }, [arrivals, pages, isFlooded]);
  const { fetchNextPage } = history;
  const loadMore = (): void => {
    if (!isFlooded) {
      void fetchNextPage();
      return;
    }
    void queries.resetQueries({ queryKey: ['received'] });
    setArrivals([]);
  };
  return { items, history, hasMore: isFlooded || history.hasNextPage, loadMore };
}

function Arrivals({ replay }: { readonly replay: Replay }) {
  const { items, history, hasMore, loadMore } = useArrivals();
  const [effect, setEffect] = useState<'all' | 'nothing'>('all');
  const [rowsMax, setRowsMax] = useState(ARRIVALS_MAX);
  const now = useNow();
  const wanted = effect === 'all' ? items : items.filter(({ type }) => type === 'StatusRefused');
  const shown = wanted.slice(0, rowsMax);
  const earlier = (wanted.length > rowsMax || hasMore) && (
    <div className="listfoot">
      <button
        className="btn small"
        type="button"
        disabled={history.isFetching}
        onClick={() => {
          setRowsMax(rowsMax + ARRIVALS_MAX);
          if (wanted.length < rowsMax + ARRIVALS_MAX) loadMore();
        }}
      >
        Show earlier ones
      </button>
      {history.isFetchNextPageError && (
        <span role="status">They could not be read now. Try again.</span>
      )}
    </div>
  );
  return (
    <Panel
      title="Recorded"
      note={
        <>
          newest first; new ones appear by themselves.{' '}
          <YourTime times={shown.map(({ recordedAt }) => recordedAt)} now={now} />
        </>
      }
    >
      <div className="filters inside">
        <Chip isOn={effect === 'all'} choose={() => setEffect('all')}>
          All
        </Chip>
        <Chip isOn={effect === 'nothing'} choose={() => setEffect('nothing')}>
          Changed nothing
        </Chip>
        <CopyButton
          text={`curl -H "Authorization: Bearer $WAYBILL_KEY" ${window.location.origin}/v1/received-webhooks`}
          className="btn bare small end"
        >
          Copy as curl
        </CopyButton>
      </div>
      {history.isError && items.length === 0 ? (
        <Failure error={history.error} />
      ) : history.isPending && items.length === 0 ? (
        <Loading label="Looking" rows={6} />
      ) : shown.length === 0 ? (
        <Void
          title={
            effect === 'all' ? 'No webhook has arrived lately.' : 'Each of these changed something.'
          }
          shape="hook"
        >
          <p>Each one that Vonage signs appears here within a second.</p>
        </Void>
      ) : (
        <ScrollTable label="Webhooks, newest first">
          <thead>
            <tr>
              <th scope="col">Recorded</th>
              <th scope="col">Says</th>
              <th scope="col">Effect</th>
              <th scope="col">On its way</th>
              <th scope="col">Message</th>
              {replay !== null && <ReplayHead />}
            </tr>
          </thead>
          <tbody>
            {shown.map((change) => (
              <Arrival key={change.position} change={change} now={now} replay={replay} />
            ))}
          </tbody>
        </ScrollTable>
      )}
      {earlier}
    </Panel>
  );
}

const Chip = ({
  isOn,
  choose,
  children,
}: {
  readonly isOn: boolean;
  readonly choose: () => void;
  readonly children: string;
}) => (
  <button className={`chip ${isOn ? 'on' : ''}`} type="button" aria-pressed={isOn} onClick={choose}>
    {children}
  </button>
);

const ReplayHead = () => (
  <th scope="col">
    <span className="sr">Replay</span>
  </th>
);

/** Where the event of a webhook is; null for one that no webhook of its own led to. */
const placeOf = ({ type, messageId, messageUuid, revision }: Change) =>
  type === 'ReportAdopted'
    ? null
    : {
        stream: messageId === undefined ? `inbound-${messageUuid}` : `message-${messageId}`,
        revision,
      };

const Arrival = ({
  change,
  now,
  replay,
}: {
  readonly change: Change;
  readonly now: Date;
  readonly replay: Replay;
}) => (
  <tr>
    <td className="nowrap">
      <span className="mono" title={fullTime(change.recordedAt, now)}>
        {listTime(change.recordedAt, now)}
      </span>
      <span className="sub">{relativeTime(change.recordedAt, now)}</span>
    </td>
    <td className="nowrap">
      <Says change={change} />
    </td>
    <td>
      <EffectOf change={change} />
    </td>
    <td className="nowrap">
      {span(Math.max(0, Date.parse(change.recordedAt) - Date.parse(change.occurredAt)))}
    </td>
    <td className="mono">
      {change.messageId === undefined ? (
        '–'
      ) : (
        <Link className="link" href={`/messages/${change.messageId}`}>
          {change.messageId.slice(0, 13)}…
        </Link>
      )}
    </td>
    {replay !== null && <ReplayCell change={change} replay={replay} />}
  </tr>
);

function ReplayCell({
  change,
  replay,
}: {
  readonly change: Change;
  readonly replay: NonNullable<Replay>;
}) {
  const place = placeOf(change);
  const of = change.type === 'InboundReceived' ? 'what a person wrote' : (change.status ?? '');
  return (
    <td className="num">
      {place !== null && <ReplayButton of={of} onAsk={() => replay(place)} />}
    </td>
  );
}

/** Says which webhooks were not accepted, and what to look at. */
function Refused() {
  const refused = useRefused();
  const now = useNow();
  const items = refused.data ?? [];
  return (
    <section className="panel after" aria-label="Not accepted">
      <header>
        <h2>Not accepted</h2>
        <span className="note">by this instance since it started; nothing of them is kept</span>
      </header>
      {refused.data === undefined ? (
        <Unread query={refused} label="Asking" rows={3} />
      ) : items.length === 0 ? (
        <Void title="Every webhook was accepted." shape="check" />
      ) : (
        <ScrollTable label="Webhooks that were not accepted">
          <thead>
            <tr>
              <th scope="col">Last</th>
              <th scope="col">Webhook</th>
              <th scope="col" className="num">
                How many
              </th>
              <th scope="col" className="num">
                Answered
              </th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.webhook} ${item.reason} ${item.status} ${item.firstAt}`}>
                <td className="nowrap">
                  {fullTime(item.lastAt, now)}
                  <span className="sub">
                    {item.count === 1
                      ? relativeTime(item.lastAt, now)
                      : `since ${fullTime(item.firstAt, now)}`}
                  </span>
                </td>
                <td>{item.webhook}</td>
                <td className="num">{count(item.count)}</td>
                <td className="num">{item.status}</td>
                <td>{refusals[item.reason]}</td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </section>
  );
}

type Reason = NonNullable<ReturnType<typeof useRefused>['data']>[number]['reason'];

/** What each reason means, and where to look. */
const refusals: Readonly<Record<Reason, string>> = {
  unsigned:
    'It carried no signature. Vonage is asked for a signed one. If all come so, switch signed webhooks on, and set the default SMS setting of the account to “Messages API”.',
  'too-large': 'It was larger than 256 KiB.',
  unfinished: 'Its body did not come to its end in time. Vonage sends it again.',
  busy: 'Too many came at once. Vonage sends it again.',
  failed: 'Waybill could not record it. Vonage sends it again; Operations says what fails.',
  scheme: 'Its Authorization header is no bearer token, so Vonage did not send it.',
  'malformed-token': 'Its token cannot be read.',
  algorithm: 'Its token is not signed with HS256.',
  'unknown-api-key': 'It is signed for an account whose secret is not configured.',
  signature: 'Its signature is wrong: compare VONAGE_SIGNATURE_SECRET with the dashboard.',
  'payload-hash': 'Its body is not the one that was signed: something on the way changed it.',
  issuer: 'Its token does not say that Vonage made it.',
  application: 'It is for another application than VONAGE_APPLICATION_ID.',
  'too-old': 'Its signature is older than 25 hours.',
  'in-the-future': 'Its signature is from the future: compare the clock of this machine.',
};

const isStatus = (status: string | undefined): status is MessageStatus =>
  status !== undefined && status in statuses;

const Says = ({ change: { type, status, errorCode } }: { readonly change: Change }) =>
  type === 'InboundReceived' ? (
    <>A person wrote</>
  ) : isStatus(status) ? (
    <span className="says">
      <Status status={status} size={14} />
      {errorCode !== undefined && <span className="code">{errorCode}</span>}
    </span>
  ) : (
    <>{status ?? type}</>
  );

const EffectOf = ({ change: { type, refusedBecause } }: { readonly change: Change }) =>
  type === 'StatusRefused' ? (
    <Tag family={refusedBecause === 'contradiction' ? 'clash' : 'closed'}>
      Changed nothing: {refusedBecause}
    </Tag>
  ) : (
    <span className="soft">applied</span>
  );

function SetAside({ mayAudit, replay }: { readonly mayAudit: boolean; readonly replay: Replay }) {
  const quarantine = useQuarantine(mayAudit);
  const now = useNow();
  const items = quarantine.data?.items ?? [];
  return (
    <section className="panel after" aria-label="Set aside">
      <header>
        <h2>Set aside</h2>
        <span className="note">
          {quarantine.data?.nextCursor != null && `the newest ${items.length} of more; `}
          signed by Vonage, but not understood; kept whole
        </span>
      </header>
      {!mayAudit ? (
        <Void title="Your key may not see this." shape="lock">
          <p>It needs the scope audit.</p>
        </Void>
      ) : quarantine.data === undefined ? (
        <Unread query={quarantine} label="Looking" rows={3} />
      ) : items.length === 0 ? (
        <Void title="Every signed webhook was understood." shape="check" />
      ) : (
        <ScrollTable label="Webhooks that were set aside">
          <thead>
            <tr>
              <th scope="col">Received</th>
              <th scope="col">Webhook</th>
              <th scope="col">Reason</th>
              {replay !== null && <ReplayHead />}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.eventId}>
                <td className="nowrap">
                  {fullTime(item.receivedAt, now)}
                  <span className="sub">{relativeTime(item.receivedAt, now)}</span>
                </td>
                <td>{item.webhook}</td>
                <td>{sentence(item.reason)}</td>
                {replay !== null && (
                  <td className="num">
                    <ReplayButton
                      of={`the ${item.webhook} webhook that was set aside`}
                      onAsk={() => replay({ stream: item.stream, revision: Number(item.revision) })}
                    />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </section>
  );
}
