import { useEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import { countryName, counted, phoneNumber } from '../../data/numbers.js';
import { linesOf, usePerson } from '../../data/person.js';
import { useRefresh } from '../../data/refresh.js';
import { ConsentTag } from './consent.js';
import { Conversation } from './conversation.js';

/** The newest texts: what is older is on the person's own page. */
const LINES_MAX = 12;

/** Both directions beside the messages that were found, and whether the person takes texts. */
export function PersonAside({ number, now }: { readonly number: string; readonly now: Date }) {
  const found = usePerson(number, false);
  useRefresh(['person', number]);
  const pages = found.data?.pages;
  const lines = useMemo(() => linesOf(pages ?? []).slice(-LINES_MAX), [pages]);
  const talk = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newest are last, as in any conversation.
    if (talk.current !== null) talk.current.scrollTop = talk.current.scrollHeight;
  }, [lines]);
  const person = pages?.[0];
  if (person === undefined) return null;
  const { sent, received, atLeast } = person.counts;
  const shown = phoneNumber(person.number);
  return (
    <aside className="panel person beside" aria-label={`Conversation with ${shown}`}>
      <header>
        <div className="grow">
          <h2 className="n">{shown}</h2>
          <span className="quiet">
            {person.country === null ? '' : `${countryName(person.country)}, `}
            {atLeast ? 'at least ' : ''}
            {counted(sent, 'text')} sent, {received} received
          </span>
        </div>
        <ConsentTag consent={person.consent} />
      </header>
      <div ref={talk} className="newest" tabIndex={0} role="region" aria-label="Newest texts">
        <Conversation lines={lines} label={`Newest texts with ${shown}`} now={now} />
      </div>
      <div className="listfoot">
        <Link className="link" href={`/people/${encodeURIComponent(person.number)}`}>
          The whole conversation
        </Link>
        <span className="keys">
          <span>
            <kbd>C</kbd>
          </span>
        </span>
      </div>
    </aside>
  );
}
