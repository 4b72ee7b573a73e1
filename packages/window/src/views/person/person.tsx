import { useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useNow } from '../../data/now.js';
import { countryName, counted, phoneNumber } from '../../data/numbers.js';
import {
  forgetPersons,
  linesOf,
  routeOf,
  useConsentRefresh,
  usePerson,
} from '../../data/person.js';
import { useRefresh } from '../../data/refresh.js';
import type { Session } from '../../data/session.js';
import { relativeTime } from '../../data/times.js';
import { BehindBanner } from '../../parts/behind-banner.js';
import { Icon } from '../../parts/icon.js';
import { OlderButton } from '../../parts/older-button.js';
import { Failure, Loading } from '../../parts/states.js';
import { YourTime } from '../../parts/your-time.js';
import { ConsentPanel, ConsentTag } from './consent.js';
import { Conversation } from './conversation.js';
import { Erased, ErasePanel, type Certificate } from './erase.js';
import { Reply } from './reply.js';
import { Review } from './review.js';

/** One person: both directions as a conversation, consent with its history, and an answer. */
export function PersonView({
  number,
  session,
}: {
  readonly number: string;
  readonly session: Session;
}) {
  const now = useNow();
  const [isShown, setShown] = useState(session.state === 'open');
  const [certificate, setCertificate] = useState<Certificate | null>(null);
  const found = usePerson(number, isShown, certificate === null);
  useRefresh(['person', number]);
  const pages = found.data?.pages;
  const lines = useMemo(() => linesOf(pages ?? []), [pages]);
  const person = pages?.[0];
  useConsentRefresh(number, certificate === null ? person : undefined, found);
  const shown = person === undefined ? number : phoneNumber(person.number);
  useEffect(() => {
    document.title = `${certificate === null ? shown : 'Person erased'} · Waybill`;
  }, [shown, certificate]);
  if (certificate !== null) return <Erased certificate={certificate} now={now} />;
  if (found.isPending) return <Loading label="Opening the conversation" />;
  if (person === undefined) {
    return (
      <div className="panel">
        <Failure error={found.error} level={1} />
      </div>
    );
  }
  const { sent, received, atLeast } = person.counts;
  const route = routeOf(person.conversation.items);
  return (
    <>
      <div className="crumb">
        <Link className="btn bare" href={`/?q=${encodeURIComponent(person.number)}`}>
          <Icon shape="back" />
          <span className="lbl">Messages to {shown}</span>
        </Link>
      </div>
      <BehindBanner asOf={person.asOf} />
      <Review person={person} session={session} now={now} />
      <div className="cols">
        <section className="panel person" aria-label={`Conversation with ${shown}`}>
          <header>
            <div className="grow">
              <h1 className="n">{shown}</h1>
              <span className="quiet">
                {person.country === null ? '' : `${countryName(person.country)}, `}
                {atLeast ? 'at least ' : ''}
                {counted(sent, 'text')} sent, {counted(received, 'text')} received
                {person.lastContactAt === null
                  ? ''
                  : `, last contact ${relativeTime(person.lastContactAt, now)}`}
              </span>
            </div>
            <ConsentTag consent={person.consent} />
          </header>
          {found.hasNextPage && (
            <div className="acts older">
              <OlderButton list={found} label="Show older ones" />
            </div>
          )}
          {lines.length === 0 ? (
            <p className="talk quiet">No text went to this number, and none came from it.</p>
          ) : (
            <Conversation lines={lines} label={`Texts with ${shown}`} now={now} />
          )}
          {session.state === 'signed-in' && !isShown && lines.length > 0 && (
            <p className="say">
              <Icon shape="lock" size={14} />
              <span className="grow">
                Texts are hidden. Showing them is recorded with your name.
              </span>
              <button className="link plain" type="button" onClick={() => setShown(true)}>
                Show
              </button>
            </p>
          )}
          <Reply person={person} session={session} route={route} />
          <div className="listfoot">
            <span>
              <YourTime times={lines.map(({ at }) => at)} now={now} />
            </span>
            <span>New ones appear by themselves.</span>
          </div>
        </section>
        <div className="stackv">
          <ConsentPanel person={person} session={session} now={now} />
          <ErasePanel
            number={person.number}
            session={session}
            onErased={(erased) => {
              setCertificate(erased);
              forgetPersons();
            }}
          />
        </div>
      </div>
    </>
  );
}
