import { useState } from 'react';
import { answerOf, http } from '../../data/api.js';
import type { Person } from '../../data/person.js';
import { may, type Session } from '../../data/session.js';
import { fullTime } from '../../data/times.js';
import { Icon } from '../../parts/icon.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { changed } from './consent.js';

type Outcome = 'opt-out' | 'none';

/** A text that may be a wish to stop, and the two answers to it. */
export function Review({
  person: { number, review },
  session,
  now,
}: {
  readonly person: Pick<Person, 'number' | 'review'>;
  readonly session: Session;
  readonly now: Date;
}) {
  const [asking, setAsking] = useState<Outcome | null>(null);
  if (review === null) return null;
  const close = (): void => setAsking(null);
  const decide = async (outcome: Outcome, reason: string): Promise<void> => {
    const params = { path: { number } };
    const body = { outcome, reason };
    answerOf(await http.POST('/v1/contacts/{number}/review', { params, body }));
    changed();
    close();
  };
  return (
    <div className="banner doubt" role="status">
      <Icon shape="unknown" />
      <p>
        <b>A text may be a wish to stop.</b> It contains {review.keyword ?? 'such a word'}, written{' '}
        {fullTime(review.since, now)}. Read it and decide.
      </p>
      {may(session, 'send') ? (
        <span className="decide">
          <button className="btn small" type="button" onClick={() => setAsking('opt-out')}>
            It is an opt-out…
          </button>
          <button className="btn small" type="button" onClick={() => setAsking('none')}>
            It is none…
          </button>
        </span>
      ) : (
        <span className="why">Your key may not decide: it needs the scope send.</span>
      )}
      {asking === 'opt-out' && (
        <ReasonDialog
          title="Is it an opt-out?"
          act="It is an opt-out"
          onClose={close}
          onAct={(reason) => decide('opt-out', reason)}
        >
          Nothing more is sent to this number, and what waits is withdrawn. It can be undone.
        </ReasonDialog>
      )}
      {asking === 'none' && (
        <ReasonDialog
          title="Is it no opt-out?"
          act="It is none"
          onClose={close}
          onAct={(reason) => decide('none', reason)}
        >
          Texts go on as before. The person can still write STOP at any time.
        </ReasonDialog>
      )}
    </div>
  );
}
