import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { answerOf, http, queries } from '../data/api.js';
import { useNow } from '../data/now.js';
import { count, counted, phoneNumber } from '../data/numbers.js';
import {
  useKeys,
  useLimits,
  useLog,
  useParked,
  useQuarantine,
  useReadiness,
} from '../data/operations.js';
import { may, type Session } from '../data/session.js';
import { fullTime, relativeTime } from '../data/times.js';
import { sentence } from '../data/timeline.js';
import { Panel, ScrollTable } from '../parts/panel.js';
import { ReasonDialog } from '../parts/reason-dialog.js';
import { HeldBanner, SendingPanel } from '../parts/sending-panel.js';
import { Unread, Void } from '../parts/states.js';
import { Tag } from '../parts/status.js';
import { YourTime } from '../parts/your-time.js';
import { Endpoints } from './endpoints.js';

/** Shows health, sending, limits, read models and keys, with an operator's actions. */
export function Operations({ session }: { readonly session: Session }) {
  const now = useNow();
  const readiness = useReadiness();
  const times = Object.values(readiness.data?.parts ?? {}).map(({ since }) => since);
  useEffect(() => {
    document.title = 'Operations · Waybill';
  }, []);
  return (
    <>
      <HeldBanner />
      <div className="headrow">
        <h1 className="page">Operations</h1>
        <span className="quiet">
          <YourTime times={times} now={now} />
        </span>
      </div>
      <div className="cols even">
        <Health />
        <SendingPanel session={session} />
        {may(session, 'send') && <Limits />}
        <Checkpoint mayAudit={may(session, 'audit')} />
        {may(session, 'admin') && <Parked />}
        <Quarantined mayAudit={may(session, 'audit')} />
      </div>
      {may(session, 'admin') && <Endpoints />}
      {may(session, 'admin') && <Keys />}
    </>
  );
}

const parts = {
  ledger: 'Ledger',
  readModels: 'Lists and reports',
  sending: 'Sending',
  proof: 'Signed log',
  deliveries: 'Receivers of events',
  erasure: 'Erasure',
} as const;

const families = {
  working: 'arrived',
  standby: 'closed',
  held: 'doubt',
  behind: 'doubt',
  rebuilding: 'doubt',
  damaged: 'lost',
  failing: 'lost',
} as const;

function Health() {
  const readiness = useReadiness();
  const states = readiness.data?.parts;
  const now = useNow();
  return (
    <Panel
      title="Health"
      note={
        readiness.data === undefined
          ? undefined
          : readiness.data.accepting
            ? 'What is acknowledged is kept'
            : 'Nothing can be acknowledged now'
      }
    >
      {states === undefined ? (
        <Unread query={readiness} label="Asking" rows={3} />
      ) : (
        <dl className="facts">
          {(Object.keys(parts) as (keyof typeof parts)[]).map((name) => {
            const part = states[name];
            return (
              <div className="fact" key={name}>
                <dt>{parts[name]}</dt>
                <dd>
                  <Tag family={families[part.state]}>{part.state}</Tag>{' '}
                  <span className="quiet">since {fullTime(part.since, now)}</span>
                  {part.reason !== undefined && (
                    <span className="sub">{sentence(part.reason)}</span>
                  )}
                  {'behindEvents' in part && part.behindEvents > 0 && (
                    <span className="sub">{counted(part.behindEvents, 'event')} behind</span>
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </Panel>
  );
}

/** Shows the newest checkpoint of the transparency log. */
function Checkpoint({ mayAudit }: { readonly mayAudit: boolean }) {
  const log = useLog(mayAudit);
  const now = useNow();
  if (!mayAudit) {
    return (
      <Panel title="Newest checkpoint">
        <Void title="Your key may not see this." shape="lock">
          <p>It needs the scope audit.</p>
        </Void>
      </Panel>
    );
  }
  if (log.data === undefined) {
    return (
      <Panel title="Newest checkpoint">
        <Unread query={log} label="Asking" rows={3} />
      </Panel>
    );
  }
  if (log.data === null) {
    return (
      <Panel title="Newest checkpoint">
        <Void title="Nothing is signed yet." shape="hook">
          <p>The first checkpoint follows the first event within a second.</p>
        </Void>
      </Panel>
    );
  }
  const { size, root, signers, coversUntil } = log.data;
  return (
    <Panel title="Newest checkpoint" note="of the signed log">
      <dl className="facts">
        <dt>Size</dt>
        <dd>{counted(size, 'entry', 'entries')}</dd>
        <dt>Covers</dt>
        <dd>
          {coversUntil === null ? (
            'events whose time cannot be read'
          ) : (
            <>
              what was recorded until {fullTime(coversUntil, now)}
              <span className="sub">{relativeTime(coversUntil, now)}</span>
            </>
          )}
        </dd>
        <dt>Root</dt>
        <dd className="mono">{root}</dd>
        <dt>{signers.length === 1 ? 'Signer' : 'Signers'}</dt>
        <dd>
          {signers.map((signer) => (
            <span className="mono sub" key={signer}>
              {signer}
            </span>
          ))}
        </dd>
      </dl>
    </Panel>
  );
}

/** Counts the signed webhooks that were not understood; the inspector lists them. */
function Quarantined({ mayAudit }: { readonly mayAudit: boolean }) {
  const quarantine = useQuarantine(mayAudit);
  if (!mayAudit) return null;
  if (quarantine.data === undefined) {
    return (
      <Panel title="Webhooks set aside">
        <Unread query={quarantine} label="Asking" rows={3} />
      </Panel>
    );
  }
  const { items, nextCursor } = quarantine.data;
  const number = nextCursor === null ? count(items.length) : `More than ${count(items.length)}`;
  return (
    <Panel title="Webhooks set aside" note="signed, but not understood; kept whole">
      {items.length === 0 ? (
        <Void title="Every signed webhook was understood." shape="check" />
      ) : (
        <div className="body">
          <p>
            {number} {items.length === 1 ? 'webhook' : 'webhooks'}.{' '}
            <Link className="link" href="/inspector">
              See them and the reasons
            </Link>
          </p>
        </div>
      )}
    </Panel>
  );
}

function Limits() {
  const limits = useLimits();
  if (limits.data === undefined) {
    return (
      <Panel title="Limits">
        <Unread query={limits} label="Asking" rows={3} />
      </Panel>
    );
  }
  const {
    messagesPerDay,
    costPerDay,
    countriesAllowed,
    countriesBlocked,
    messagesPerRecipientHour,
  } = limits.data.all;
  return (
    <Panel title="Limits" note="of all keys together, days in UTC">
      <dl className="facts">
        <dt>Messages</dt>
        <dd>
          {messagesPerDay === null
            ? 'no limit'
            : `${count(messagesPerDay.used)} of ${count(messagesPerDay.cap)} today`}
        </dd>
        <dt>Cost</dt>
        <dd>
          {costPerDay === null
            ? 'no limit'
            : `${costPerDay.used} of ${costPerDay.cap} ${costPerDay.currency ?? ''} today`}
        </dd>
        <dt>Recipient</dt>
        <dd>
          {messagesPerRecipientHour === null
            ? 'no limit'
            : `${counted(messagesPerRecipientHour, 'message')} an hour`}
        </dd>
        <dt>Countries</dt>
        <dd>
          {countriesAllowed === null ? 'all' : countriesAllowed.join(', ')}
          {countriesBlocked.length === 0 ? '' : `, without ${countriesBlocked.join(', ')}`}
        </dd>
      </dl>
    </Panel>
  );
}

function Parked() {
  const parked = useParked(true);
  const [isAsking, setAsking] = useState(false);
  const counts = Object.entries(parked.data?.counts ?? {}).filter(([, events]) => events > 0);
  return (
    <Panel
      title="Read models"
      note={
        counts.length > 0 ? (
          <button className="link plain" type="button" onClick={() => setAsking(true)}>
            Try again…
          </button>
        ) : undefined
      }
    >
      {parked.data === undefined ? (
        <Unread query={parked} label="Asking" rows={3} />
      ) : counts.length === 0 ? (
        <Void title="Lists and reports lack nothing." shape="check" />
      ) : (
        <dl className="facts">
          {counts.map(([name, events]) => (
            <div className="fact" key={name}>
              <dt>{name}</dt>
              <dd>{counted(events, 'event')} not taken in</dd>
            </div>
          ))}
          {parked.data.items.slice(0, 5).map((item) => (
            <div className="fact" key={item['eventId']}>
              <dt>{item['eventType']}</dt>
              <dd>{item['error']}</dd>
            </div>
          ))}
        </dl>
      )}
      {isAsking && (
        <ReasonDialog
          title="Take them in again?"
          act="Try again"
          needsReason={false}
          onClose={() => setAsking(false)}
          onAct={async () => {
            answerOf(await http.POST('/v1/parked-events/retry'));
            void queries.invalidateQueries({ queryKey: ['parked'] });
            setAsking(false);
          }}
        >
          Mend the cause first. What still cannot be taken in stays here.
        </ReasonDialog>
      )}
    </Panel>
  );
}

function Keys() {
  const keys = useKeys(true);
  const now = useNow();
  const [revoking, setRevoking] = useState<string | null>(null);
  return (
    <section className="panel after" aria-label="API keys">
      <header>
        <h2>API keys</h2>
        <span className="note">
          {keys.data?.nextCursor != null &&
            `The first ${keys.data.items.length}; npm run keys lists all. `}
          Make one with npm run keys
        </span>
      </header>
      {keys.data === undefined ? (
        <Unread query={keys} label="Asking" rows={3} />
      ) : keys.data.items.length === 0 ? (
        <Void title="There is no API key yet." shape="lock" />
      ) : (
        <ScrollTable label="API keys">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Scopes</th>
              <th scope="col">State</th>
              <th scope="col">Last used</th>
              <th scope="col">
                <span className="sr">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.data.items.map((key) => (
              <tr key={key.name}>
                <td>{phoneNumber(key.name)}</td>
                <td>{key.scopes?.join(', ') ?? '–'}</td>
                <td>{key.state}</td>
                <td>{key.lastUsedAt === null ? 'never' : relativeTime(key.lastUsedAt, now)}</td>
                <td className="num">
                  {key.state === 'active' && key.source === 'ledger' && (
                    <button
                      className="btn small"
                      type="button"
                      onClick={() => setRevoking(key.name)}
                    >
                      Revoke…
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      {revoking !== null && (
        <ReasonDialog
          title={`Revoke ${revoking}?`}
          act="Revoke"
          needsReason={false}
          onClose={() => setRevoking(null)}
          onAct={async () => {
            const params = { path: { name: revoking } };
            answerOf(await http.DELETE('/v1/keys/{name}', { params }));
            void queries.invalidateQueries({ queryKey: ['keys'] });
            setRevoking(null);
          }}
        >
          The key is refused from now on, for ever, and so are the sessions that were opened with
          it.
        </ReasonDialog>
      )}
    </section>
  );
}
