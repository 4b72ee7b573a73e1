import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, http, isOutOfTime, queries } from '../data/api.js';
import { useNow } from '../data/now.js';
import { relativeTime } from '../data/times.js';
import { ScrollTable } from '../parts/panel.js';
import { faultOf, ReasonDialog } from '../parts/reason-dialog.js';
import { Unread, Void } from '../parts/states.js';
import { Tag } from '../parts/status.js';

const EVERY_MS = 10_000;
const DELIVERIES = 10;
const REPLAYED_MS = 24 * 60 * 60 * 1000;

const useEndpoints = () =>
  useQuery({
    queryKey: ['endpoints'],
    refetchInterval: EVERY_MS,
    queryFn: async () => answerOf(await http.GET('/v1/webhook-endpoints')).items,
  });

type Endpoint = NonNullable<ReturnType<typeof useEndpoints>['data']>[number];

/** The receivers of outgoing webhooks: their state, their last deliveries, a test and a replay. */
export function Endpoints() {
  const endpoints = useEndpoints();
  return (
    <section className="panel after" aria-label="Outgoing webhooks">
      <header>
        <h2>Outgoing webhooks</h2>
        <span className="note">Make one with POST /v1/webhook-endpoints</span>
      </header>
      {endpoints.data === undefined ? (
        <Unread query={endpoints} label="Asking" rows={3} />
      ) : endpoints.data.length === 0 ? (
        <Void title="Nobody is told what happens." shape="hook">
          <p>An endpoint has events posted to another system.</p>
        </Void>
      ) : (
        <ul className="endpoints">
          {endpoints.data.map((endpoint) => (
            <OneEndpoint key={endpoint.id} endpoint={endpoint} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OneEndpoint({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, url, description, events, enabled, disabledBecause } = endpoint;
  const [told, setTold] = useState<string | null>(null);
  const [isTesting, setTesting] = useState(false);
  const [isReplaying, setReplaying] = useState(false);
  const params = { path: { id } };
  const test = async (): Promise<void> => {
    setTesting(true);
    setTold('A test is under way.');
    try {
      const posted = answerOf(await http.POST('/v1/webhook-endpoints/{id}/test', { params }));
      setTold(
        posted.delivered
          ? 'The receiver took the test.'
          : `The test was not taken: ${posted.error ?? 'no reason is known'}.`,
      );
    } catch (error) {
      setTold(isOutOfTime(error) ? faultOf(error) : `No test was made. ${faultOf(error)}`);
    } finally {
      setTesting(false);
    }
  };
  return (
    <li>
      <div className="headrow">
        <div className="grow">
          <h3>{url}</h3>
          <p className="quiet">
            {description === '' ? '' : `${description}. `}
            {events.join(', ')}
          </p>
        </div>
        <Tag family={enabled ? 'arrived' : 'lost'}>{enabled ? 'Enabled' : 'Disabled'}</Tag>
      </div>
      {disabledBecause !== null && <p>Disabled, because {disabledBecause}.</p>}
      <Deliveries id={id} url={url} />
      <div className="acts">
        <button
          className="btn small"
          type="button"
          disabled={isTesting}
          onClick={() => void test()}
        >
          Send a test
        </button>
        <button className="btn small" type="button" onClick={() => setReplaying(true)}>
          Post the last day again…
        </button>
        <span className="why" role="status">
          {told}
        </span>
      </div>
      {isReplaying && (
        <ReasonDialog
          title="Post the last day again?"
          act="Post it again"
          needsReason={false}
          onClose={() => setReplaying(false)}
          onAct={async () => {
            const since = new Date(Date.now() - REPLAYED_MS).toISOString();
            const body = { since };
            answerOf(await http.POST('/v1/webhook-endpoints/{id}/replay', { params, body }));
            void queries.invalidateQueries({ queryKey: ['deliveries', id] });
            setReplaying(false);
          }}
        >
          Every event of the last 24 hours is posted again, with the same ids, so that the receiver
          can tell a repeat.
        </ReasonDialog>
      )}
    </li>
  );
}

function Deliveries({ id, url }: { readonly id: string; readonly url: string }) {
  const now = useNow();
  const deliveries = useQuery({
    queryKey: ['deliveries', id],
    refetchInterval: EVERY_MS,
    queryFn: async () => {
      const params = { path: { id }, query: { limit: DELIVERIES } };
      return answerOf(await http.GET('/v1/webhook-endpoints/{id}/deliveries', { params })).items;
    },
  });
  if (deliveries.data === undefined) {
    return <Unread query={deliveries} label="Asking" rows={2} />;
  }
  const items = deliveries.data;
  if (items.length === 0) return <p className="quiet">Nothing was posted yet.</p>;
  return (
    <ScrollTable label={`Last deliveries to ${url}`}>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col">Tries</th>
          <th scope="col">Answer</th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.eventId}>
            <td>{one.type}</td>
            <td>{one.state}</td>
            <td>{one.attempts}</td>
            <td>{one.error ?? one.httpStatus ?? '–'}</td>
            <td>{relativeTime(one.lastAt, now)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
