import { useState } from 'react';
import { answerOf, http, queries } from '../../data/api.js';
import { phoneNumber } from '../../data/numbers.js';
import { isSuppressed, tellChange, type Consent, type Person } from '../../data/person.js';
import { may, type Session } from '../../data/session.js';
import { fullTime } from '../../data/times.js';
import { Panel } from '../../parts/panel.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { Tag } from '../../parts/status.js';

/** Shows by shape, word and colour whether a person may be written to. */
export function ConsentTag({ consent }: { readonly consent: Consent }) {
  switch (consent.state) {
    case 'opted-out':
      return (
        <Tag family="closed" shape="cancelled">
          Opted out
        </Tag>
      );
    case 'barred':
      return (
        <Tag family="lost" shape="stop">
          Barred
        </Tag>
      );
    case 'opted-in':
    case 'unknown':
      return (
        <Tag family="arrived" shape="check">
          Receives texts
        </Tag>
      );
  }
}

/** Shows a person's consent with its history, and lets an operator change it. */
export function ConsentPanel({
  person,
  session,
  now,
}: {
  readonly person: Person;
  readonly session: Session;
  readonly now: Date;
}) {
  const [isAsking, setAsking] = useState(false);
  const { number, consent, history } = person;
  const isOff = isSuppressed(consent);
  const scope = isOff ? 'admin' : 'send';
  const isAllowed = may(session, scope);
  const close = (): void => setAsking(false);
  return (
    <Panel title="Consent" tag={<ConsentTag consent={consent} />}>
      <div className="inside">
        {history.length === 0 ? (
          <p className="quiet">Nothing was ever said about consent.</p>
        ) : (
          <ol className="said" aria-label="History of consent, newest first">
            {history.map((change) => (
              <li key={`${change.change} ${change.at}`}>
                <b>{tellChange(change)}</b>
                <span className="sub quiet">{fullTime(change.at, now)}</span>
                {change.reason !== null && <span className="sub">“{change.reason}”</span>}
              </li>
            ))}
          </ol>
        )}
        <div className="acts">
          <button
            className="btn"
            type="button"
            disabled={!isAllowed}
            aria-describedby={isAllowed ? undefined : 'why-consent'}
            onClick={() => setAsking(true)}
          >
            {isOff ? 'Allow texts again…' : 'Send nothing more…'}
          </button>
          {!isAllowed && (
            <span className="why" id="why-consent">
              It needs the scope {scope}.
            </span>
          )}
        </div>
      </div>
      {isAsking && !isOff && (
        <ReasonDialog
          title="Send nothing more?"
          act="Send nothing more"
          onClose={close}
          onAct={async (reason) => {
            const params = { path: { number } };
            const body = { reason, source: 'operator' as const };
            answerOf(await http.PUT('/v1/suppressions/{number}', { params, body }));
            changed();
            close();
          }}
        >
          Sends to {phoneNumber(number)} are refused from now on, and what waits is withdrawn when
          it is due. It can be undone.
        </ReasonDialog>
      )}
      {isAsking && isOff && (
        <ReasonDialog
          title="Allow texts again?"
          act="Allow texts again"
          onClose={close}
          onAct={async (reason) => {
            const params = { path: { number }, query: { reason } };
            answerOf(await http.DELETE('/v1/suppressions/{number}', { params }));
            changed();
            close();
          }}
        >
          Only do this when the person asked for it. A block by Vonage or the carrier is theirs:
          their next refusal ends it again.
        </ReasonDialog>
      )}
    </Panel>
  );
}

/** Reads the person anew after an act, under whatever form of the number the address has. The act does not wait for it. */
export const changed = (): void => {
  for (const kind of ['person', 'consent', 'reviews']) {
    void queries.invalidateQueries({ queryKey: [kind] });
  }
};
