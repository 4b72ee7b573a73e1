import type { Message } from 'waybill-client';
import type { Session } from '../../data/session.js';
import { adviceFor } from '../../data/tell.js';
import { fullTime, relativeTime } from '../../data/times.js';
import { splitExplanation } from '../../data/timeline.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Icon } from '../../parts/icon.js';
import { NumberLink } from '../../parts/number-link.js';
import { Contradicted, Status } from '../../parts/status.js';
import { readableTimes } from '../../data/readable-times.js';
import { Acts } from './acts.js';

/** A longer headline is set smaller. */
const LONG_CHARACTERS = 72;

/** Shows the explanation, the sentence for the customer, and the actions. */
export function Masthead({
  message,
  now,
  session,
  isEarlier,
}: {
  readonly message: Message;
  readonly now: Date;
  readonly session: Session;
  readonly isEarlier: boolean;
}) {
  const [headline, rest] = splitExplanation(readableTimes(message.explanation, now));
  const { quote, steps } = adviceFor(message, now);
  return (
    <div className="mast">
      <div>
        <div className="line">
          <Status status={message.status} size={18} />
          {message.contradicted && <Contradicted />}
          <span className="nowrap">
            since {fullTime(message.statusSince, now)}, {relativeTime(message.statusSince, now)}
          </span>
          <span className="nowrap">
            to <NumberLink number={message.to} href="/?q=" />
          </span>
        </div>
        <h1 className={headline.length > LONG_CHARACTERS ? 'long' : undefined}>{headline}</h1>
        {rest !== '' && (
          <p className={`but voice ${message.contradicted ? '' : 'noshape'}`}>
            {message.contradicted && <Icon shape="clash" size={18} className="clash" />}
            <span>{rest}</span>
          </p>
        )}
        <Acts message={message} session={session} isEarlier={isEarlier} />
      </div>
      <aside className="tell" aria-label="What to tell the customer">
        <header>
          <h2>What to tell the customer</h2>
          <CopyButton text={quote} />
        </header>
        <blockquote className="voice">“{quote}”</blockquote>
        <ol>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </aside>
    </div>
  );
}
