import { useRef, useState } from 'react';
import { answerOf, http } from '../../data/api.js';
import { freshKey } from '../../data/fresh-key.js';
import { phoneNumber } from '../../data/numbers.js';
import { isSuppressed, type Person, type Route } from '../../data/person.js';
import { may, type Session } from '../../data/session.js';
import { Fault, useSubmit } from '../../parts/reason-dialog.js';
import { changed } from './consent.js';

/** Writes to the person, on the route of their last text. */
export function Reply({
  person,
  session,
  route,
}: {
  readonly person: Person;
  readonly session: Session;
  readonly route: Route | null;
}) {
  const [text, setText] = useState('');
  /** The same for every try of one text, so that a lost answer never sends it twice. */
  const idempotencyKey = useRef(freshKey());
  const { number } = person;
  const off = reasonOff(person, session, route);
  const { submit, isWorking, fault } = useSubmit(async () => {
    if (route === null) return;
    const params = { header: { 'Idempotency-Key': idempotencyKey.current } };
    const { from, channel, inReplyTo } = route;
    const body = {
      to: number,
      text,
      from,
      channel: channel as 'sms',
      ...(inReplyTo === null ? {} : { inReplyTo }),
    };
    answerOf(await http.POST('/v1/messages', { params, body }));
    // What was typed meanwhile is the next text.
    setText((now) => (now === text ? '' : now));
    idempotencyKey.current = freshKey();
    changed();
  });
  return (
    <form className="reply" onSubmit={submit}>
      <label htmlFor="reply">
        {route === null
          ? 'Your text'
          : `Your text, from ${phoneNumber(route.from)}${route.channel === 'sms' ? '' : ` by ${route.channel}`}`}
      </label>
      <textarea
        id="reply"
        className="input"
        rows={2}
        value={text}
        onChange={(event) => {
          idempotencyKey.current = freshKey();
          setText(event.target.value);
        }}
        disabled={off !== null}
        aria-describedby={off === null ? undefined : 'why-reply'}
        required
      />
      <Fault text={fault} />
      <div className="acts">
        <button className="btn main" type="submit" disabled={off !== null || isWorking}>
          {isWorking ? 'Working…' : 'Send'}
        </button>
        {off !== null && (
          <span className="why" id="why-reply">
            {off}
          </span>
        )}
      </div>
    </form>
  );
}

/** The reason why nothing can be sent from here; null: it can. */
function reasonOff(person: Person, session: Session, route: Route | null): string | null {
  if (!may(session, 'send')) return 'Your key may not send.';
  if (isSuppressed(person.consent)) return 'Nothing is sent to this number: see consent.';
  if (route === null) return 'There is no earlier text whose sender could be used.';
  return null;
}
