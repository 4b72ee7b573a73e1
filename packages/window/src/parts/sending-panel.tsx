import { useState } from 'react';
import { channelWord } from '../data/channels.js';
import { useNow } from '../data/now.js';
import { count, counted, phoneNumber } from '../data/numbers.js';
import { useSending, type Sending } from '../data/operations.js';
import { may, type Session } from '../data/session.js';
import { fullTime, span } from '../data/times.js';
import { sentence } from '../data/timeline.js';
import { ProvidersTable } from './providers-table.js';
import { Panel } from './panel.js';
import { Failure, Loading } from './states.js';
import { Icon } from './icon.js';
import { SendingTag } from './sending-tag.js';
import { SteerDialog } from './steer-dialog.js';

/** Each lane is counted up to here. */
const WAITING_MAX = 10_000;

const lanes = ['high', 'normal', 'bulk'] as const;

const countOf = ({ high, normal, bulk }: Sending['waiting']): number => high + normal + bulk;

const waitingWords = (waiting: Sending['waiting']): string =>
  countOf(waiting) > WAITING_MAX
    ? 'More than 10,000 messages'
    : counted(countOf(waiting), 'message');

/** `1 message waits`, `12 messages wait` */
const waitWords = (waiting: Sending['waiting']): string =>
  `${waitingWords(waiting)} ${countOf(waiting) === 1 ? 'waits' : 'wait'}`;

/** `1 high, 12 bulk`; empty lanes are left out. */
const laneWords = (waiting: Sending['waiting']): string =>
  lanes
    .filter((lane) => waiting[lane] > 0)
    .map((lane) => {
      const inLane = waiting[lane];
      return `${inLane > WAITING_MAX ? 'more than 10,000' : count(inLane)} ${lane}`;
    })
    .join(', ');

/** Shows the state of sending and the waiting messages, and holds or releases it. */
export function SendingPanel({ session }: { readonly session: Session }) {
  const sending = useSending();
  const now = useNow();
  const [asked, setAsked] = useState<'hold' | 'release'>();
  if (sending.data === undefined) {
    return (
      <Panel title="Sending">
        {sending.isError ? <Failure error={sending.error} /> : <Loading label="Asking" rows={3} />}
      </Panel>
    );
  }
  const { state, since, reason, by, until, waiting, oldestWaitingSeconds, pace } = sending.data;
  const { heldSenders, awaitsReports } = sending.data;
  return (
    <Panel
      title="Sending"
      tag={<SendingTag state={state} />}
      note={
        may(session, 'admin') ? (
          <>
            {(state === 'held' || heldSenders.length > 0) && (
              <button className="link plain" type="button" onClick={() => setAsked('release')}>
                Release…
              </button>
            )}{' '}
            {state !== 'held' && (
              <button className="link plain" type="button" onClick={() => setAsked('hold')}>
                Hold…
              </button>
            )}
          </>
        ) : undefined
      }
    >
      <dl className="facts">
        <dt>Waiting</dt>
        <dd>{countOf(waiting) === 0 ? 'nothing' : waitingWords(waiting)}</dd>
        {countOf(waiting) > 0 && (
          <>
            <dt>By lane</dt>
            <dd>{laneWords(waiting)}</dd>
          </>
        )}
        <dt>Oldest</dt>
        <dd>{oldestWaitingSeconds === null ? '–' : span(oldestWaitingSeconds * 1000)}</dd>
        <dt>Rate</dt>
        <dd>
          {pace.current} of {pace.permitted} calls a second
        </dd>
        {since !== null && (
          <>
            <dt>Since</dt>
            <dd>
              {fullTime(since, now)}
              {by === null ? '' : `, by ${by}`}
            </dd>
          </>
        )}
        {reason !== null && (
          <>
            <dt>Reason</dt>
            <dd>{sentence(reason)}</dd>
          </>
        )}
        {until !== null && (
          <>
            <dt>Next try</dt>
            <dd>{fullTime(until, now)}</dd>
          </>
        )}
        {awaitsReports && (
          <>
            <dt>Second texts</dt>
            <dd>
              wait, and confirmation windows stay open, since {fullTime(awaitsReports.since, now)}{' '}
              until {fullTime(awaitsReports.until, now)}: after an outage Vonage repeats reports
              that were not taken in.
            </dd>
          </>
        )}
        {heldSenders.length > 0 && (
          <>
            <dt>Held senders</dt>
            <dd>
              {heldSenders.map((held) => (
                <p key={`${held.channel} ${held.from}`}>
                  <b>
                    {phoneNumber(held.from)} ({channelWord(held.channel)})
                  </b>{' '}
                  since {fullTime(held.since, now)}: {sentence(held.reason)} Next try{' '}
                  {fullTime(held.until, now)}.
                </p>
              ))}
            </dd>
          </>
        )}
      </dl>
      {sending.data.providers.length > 1 && (
        <ProvidersTable sending={sending.data} session={session} />
      )}
      {asked !== undefined && (
        <SteerAll act={asked} sending={sending.data} onClose={() => setAsked(undefined)} />
      )}
    </Panel>
  );
}

function SteerAll({
  act,
  sending: { state, waiting },
  onClose,
}: {
  readonly act: 'hold' | 'release';
  readonly sending: Sending;
  readonly onClose: () => void;
}) {
  if (act === 'release' && state !== 'held') {
    return (
      <SteerDialog name="what is held" isHeld onClose={onClose}>
        Every held sender and provider is released: what waits for them is handed over, and cannot
        be called back. A sender that is refused again is held again.
      </SteerDialog>
    );
  }
  const isHeld = act === 'release';
  return (
    <SteerDialog name="sending" isHeld={isHeld} onClose={onClose}>
      {isHeld
        ? `${countOf(waiting) === 0 ? 'Nothing waits' : waitWords(waiting)}: what waits is handed to Vonage, and cannot be called back.`
        : 'Messages are still taken and recorded, and none is handed to Vonage until somebody releases them. Reports still arrive.'}
    </SteerDialog>
  );
}

/** Says on every page that concerns it that nothing is sent. */
export function HeldBanner() {
  const { data } = useSending();
  const now = useNow();
  if (data === undefined || data.state === 'flowing') return null;
  const { state, since, reason, waiting } = data;
  return (
    <div className="banner doubt" role="status">
      <Icon shape="warn" />
      <p>
        <b>
          Sending is {state === 'held' ? 'held' : 'slowed down'}
          {since === null ? '' : ` since ${fullTime(since, now)}`}.
        </b>{' '}
        {reason === null ? '' : `${sentence(reason)} `}
        {countOf(waiting) === 0 ? 'Nothing waits.' : `${waitWords(waiting)} and nothing is lost.`}
      </p>
    </div>
  );
}
