import { useCallback, useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Change, MessageStatus } from 'waybill-client';
import { useChanges } from '../data/live.js';
import { useNow } from '../data/now.js';
import { useQuarantine } from '../data/operations.js';
import { may, type Session } from '../data/session.js';
import { useRefresh } from '../data/refresh.js';
import { statuses } from '../data/statuses.js';
import { exactTime, fullTime, relativeTime, span } from '../data/times.js';
import { sentence } from '../data/timeline.js';
import { Panel, ScrollTable } from '../parts/panel.js';
import { Failure, Loading, Void } from '../parts/states.js';
import { Status, Tag } from '../parts/status.js';

/** Older ones go, so that the page stays light in a flood. */
const ARRIVALS_MAX = 200;

/** Shows webhooks as they arrive, and signed webhooks that are in quarantine. */
export function Inspector({ session }: { readonly session: Session }) {
  useEffect(() => {
    document.title = 'Inspector · Waybill';
  }, []);
  return (
    <>
      <div className="headrow">
        <h1 className="page">Webhook inspector</h1>
      </div>
      <Arrivals />
      <SetAside mayAudit={may(session, 'audit')} />
    </>
  );
}

const isWebhook = ({ type }: Change): boolean =>
  /^(?:StatusReported|StatusRefused|ReportAdopted|InboundReceived)$/.test(type);

function Arrivals() {
  const [arrivals, setArrivals] = useState<readonly Change[]>([]);
  const [since] = useState(() => new Date());
  const now = useNow(1_000);
  useChanges(
    useCallback((changes) => {
      const arrived = changes.filter(isWebhook).toReversed();
      if (arrived.length > 0)
        setArrivals((before) => [...arrived, ...before].slice(0, ARRIVALS_MAX));
    }, []),
  );
  return (
    <Panel title="Arriving now" note={`since ${fullTime(since, now)}, when this page was opened`}>
      {arrivals.length === 0 ? (
        <Void title="No webhook has arrived since then." shape="hook">
          <p>
            Each one that Vonage signs appears here within a second. One that is not signed with the
            account’s secret is refused, counted in the metrics and not kept.
          </p>
        </Void>
      ) : (
        <ScrollTable label="Webhooks as they arrive, newest first">
          <thead>
            <tr>
              <th scope="col">Recorded</th>
              <th scope="col">Says</th>
              <th scope="col">Effect</th>
              <th scope="col">On its way</th>
              <th scope="col">Message</th>
            </tr>
          </thead>
          <tbody>
            {arrivals.map((change) => (
              <tr key={change.position}>
                <td className="mono">{exactTime(change.recordedAt)}</td>
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
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Panel>
  );
}

const isStatus = (status: string | undefined): status is MessageStatus =>
  status !== undefined && status in statuses;

const Says = ({ change: { type, status, errorCode } }: { readonly change: Change }) =>
  type === 'InboundReceived' ? (
    <>A person wrote</>
  ) : isStatus(status) ? (
    <>
      <Status status={status} size={14} />
      {errorCode === undefined ? '' : ` ${errorCode}`}
    </>
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

function SetAside({ mayAudit }: { readonly mayAudit: boolean }) {
  const quarantine = useQuarantine(mayAudit);
  const now = useNow();
  useRefresh(['quarantine']);
  const items = quarantine.data?.items ?? [];
  return (
    <section className="panel after" aria-label="Set aside">
      <header>
        <h2>Set aside</h2>
        <span className="note">signed by Vonage, but not understood; kept whole</span>
      </header>
      {!mayAudit ? (
        <Void title="Your key may not see this." shape="lock">
          <p>It needs the scope audit.</p>
        </Void>
      ) : quarantine.isError ? (
        <Failure error={quarantine.error} />
      ) : quarantine.data === undefined ? (
        <Loading label="Looking" rows={3} />
      ) : items.length === 0 ? (
        <Void title="Every signed webhook was understood." shape="check" />
      ) : (
        <ScrollTable label="Webhooks that were set aside">
          <thead>
            <tr>
              <th scope="col">Received</th>
              <th scope="col">Webhook</th>
              <th scope="col">Reason</th>
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
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </section>
  );
}
