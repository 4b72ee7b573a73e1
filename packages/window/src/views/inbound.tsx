import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answerOf, http } from '../data/api.js';
import { useChoices, useTyped } from '../data/choices.js';
import { useNow } from '../data/now.js';
import { isErased, phoneNumber } from '../data/numbers.js';
import { useRefresh } from '../data/refresh.js';
import { isInbound, useReviews } from '../data/reviews.js';
import type { Session } from '../data/session.js';
import { clockTime, listTime, relativeTime } from '../data/times.js';
import { BehindBanner } from '../parts/behind-banner.js';
import { Icon } from '../parts/icon.js';
import { NumberLink } from '../parts/number-link.js';
import { OlderButton } from '../parts/older-button.js';
import { Panel } from '../parts/panel.js';
import { Failure, Loading, Void } from '../parts/states.js';
import { YourTime } from '../parts/your-time.js';

const ROWS = 50;
const TYPING_MS = 250;

/** Lists the inbound messages. */
export function Inbound({ session }: { readonly session: Session }) {
  const [params, choose] = useChoices({ replace: true });
  // Going back from a person finds the list as it was.
  const asked = params.get('from') ?? '';
  const from = asked.trim();
  const [typed, setTyped] = useTyped(asked, (text) => choose('from', text), TYPING_MS);
  const [isShown, setShown] = useState(session.state === 'open');
  const now = useNow();
  useEffect(() => {
    document.title = 'Inbound · Waybill';
  }, []);
  const list = useInfiniteQuery({
    queryKey: ['inbound', from, isShown],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const query = {
        limit: ROWS,
        ...(from === '' ? {} : { from }),
        ...(isShown ? { text: 'shown' as const } : {}),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      };
      return answerOf(await http.GET('/v1/inbound', { params: { query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  useRefresh(['inbound'], isInbound);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const asOf = list.data?.pages[0]?.asOf;
  return (
    <>
      <BehindBanner asOf={asOf} />
      <div className="headrow">
        <h1 className="page">Inbound</h1>
        <div className="end">
          <label className="sr" htmlFor="from">
            Who wrote, as you write the number, or its last digits
          </label>
          <input
            className="input"
            id="from"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="Who wrote"
            autoComplete="off"
            spellCheck={false}
          />
        </div>
      </div>
      <Reviews now={now} />
      <section className="panel" aria-label="Received messages">
        {list.isPending ? (
          <Loading label="Looking" />
        ) : list.data === undefined ? (
          <Failure error={list.error} />
        ) : items.length === 0 ? (
          <Void
            title={from === '' ? 'Nobody has written yet.' : `Nobody wrote from ${from}.`}
            shape="inbox"
          >
            <p>Texts to your numbers appear here by themselves.</p>
          </Void>
        ) : (
          <table className="rows list inbound">
            <caption className="sr">Received messages, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Received</th>
                <th scope="col">From</th>
                <th scope="col">Text</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.messageUuid}>
                  <td className="c-time nowrap">
                    <span className="soft">{listTime(one.occurredAt, now)}</span>
                    <span className="sub">{relativeTime(one.occurredAt, now)}</span>
                  </td>
                  <td className="c-st nowrap">
                    <NumberLink number={one.from} href="/people/" />
                    <span className="sub">to {phoneNumber(one.to)}</span>
                  </td>
                  <td className="c-txt">
                    {isErased(one.from) ? (
                      <span className="quiet">erased with its person</span>
                    ) : (
                      <Text text={one.text} type={one.messageType} isShown={isShown} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {session.state === 'signed-in' && !isShown && items.length > 0 && (
          <p className="say">
            <Icon shape="lock" size={14} />
            <span className="grow">Texts are hidden. Showing them is recorded with your name.</span>
            <button className="link plain" type="button" onClick={() => setShown(true)}>
              Show
            </button>
          </p>
        )}
        <div className="listfoot">
          <span>
            <YourTime times={items.map(({ occurredAt }) => occurredAt)} now={now} />
          </span>
          <span>
            {asOf?.time == null ? '' : `As of ${clockTime(asOf.time)}. `}New ones appear by
            themselves.
          </span>
        </div>
      </section>
      {list.hasNextPage && (
        <div className="acts">
          <OlderButton list={list} label="Show older ones" />
        </div>
      )}
    </>
  );
}

/** The people of whom a text may be a wish to stop. */
function Reviews({ now }: { readonly now: Date }) {
  const waiting = useReviews();
  if (waiting.isError && waiting.data === undefined) {
    return (
      <Panel title={REVIEWS} className="reviews">
        <Failure error={waiting.error} />
      </Panel>
    );
  }
  const people = waiting.data?.items ?? [];
  if (people.length === 0) return null;
  const isMore = waiting.data?.nextCursor != null;
  return (
    <Panel
      title={REVIEWS}
      className="reviews"
      note={`${isMore ? `The first ${people.length}; more wait. ` : ''}Open one to read it and decide.`}
    >
      <ul className="said">
        {people.map(({ number, review }) => (
          <li key={number}>
            <NumberLink number={number} href="/people/" />
            <span className="sub quiet">
              {review === null
                ? ''
                : `contains ${review.keyword ?? 'such a word'}, ${relativeTime(review.since, now)}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const REVIEWS = 'Texts that may be a wish to stop';

function Text({
  text,
  type,
  isShown,
}: {
  readonly text: string | null;
  readonly type: string;
  readonly isShown: boolean;
}) {
  if (text !== null) return <span className="written">{text}</span>;
  if (!isShown && type === 'text') {
    return (
      <span className="mask" role="img" aria-label="hidden">
        ••••••
      </span>
    );
  }
  return <span className="quiet">{type}</span>;
}
