import { useState } from 'react';
import type { operations } from 'waybill-client';
import { answerOf, http } from '../../data/api.js';
import { counted, phoneNumber } from '../../data/numbers.js';
import { saveJson } from '../../data/save-file.js';
import { may, type Session } from '../../data/session.js';
import { fullTime } from '../../data/times.js';
import { Panel } from '../../parts/panel.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { Tag } from '../../parts/status.js';

/** Certifies an erasure: its extent, time and actor. It holds nothing personal. */
export type Certificate =
  operations['erasePerson']['responses'][200]['content']['application/json'];

/** The personal data of a person: what there is to say about it, and the way to erase it. */
export function ErasePanel({
  number,
  session,
  onErased,
}: {
  readonly number: string;
  readonly session: Session;
  readonly onErased: (certificate: Certificate) => void;
}) {
  const [isAsking, setAsking] = useState(false);
  const isAllowed = may(session, 'admin');
  return (
    <Panel title="Personal data">
      <div className="inside">
        <p className="quiet">
          Number, texts and references can be erased for good. Messages then still count, without
          the person.
        </p>
        <div className="acts">
          <button
            className="btn"
            type="button"
            disabled={!isAllowed}
            aria-describedby={isAllowed ? undefined : 'why-erase'}
            onClick={() => setAsking(true)}
          >
            Erase this person…
          </button>
          {!isAllowed && (
            <span className="why" id="why-erase">
              It needs the scope admin.
            </span>
          )}
        </div>
      </div>
      {isAsking && (
        <ReasonDialog
          title={`Erase ${phoneNumber(number)}?`}
          act="Erase for good"
          onClose={() => setAsking(false)}
          onAct={async (reason) => {
            const params = { path: { number } };
            const certificate = answerOf(
              await http.DELETE('/v1/contacts/{number}/data', { params, body: { reason } }),
            );
            onErased(certificate);
          }}
          details={<Consequences />}
        >
          The keys of everything recorded about this person are destroyed. It cannot be undone.
        </ReasonDialog>
      )}
    </Panel>
  );
}

const Consequences = () => (
  <div className="fates">
    <section>
      <h3>Goes</h3>
      <ul>
        <li>The number, all texts in both directions, references and raw webhooks.</li>
        <li>The person in lists and in search.</li>
        <li>What waits to be sent: it is withdrawn.</li>
      </ul>
    </section>
    <section>
      <h3>Stays</h3>
      <ul>
        <li>
          Each message with its status, times, country, network and cost, so reports count as
          before.
        </li>
        <li>An opt-out, without the number: nothing is sent to it.</li>
        <li>Your name and the reason. Do not name the person in it.</li>
      </ul>
    </section>
  </div>
);

/** The end of an erasure: the certificate, to be taken away. */
export function Erased({
  certificate,
  now,
}: {
  readonly certificate: Certificate;
  readonly now: Date;
}) {
  const { person, erasedAt, by, reason, keysDestroyed, messages, inbound, remains } = certificate;
  return (
    <Panel
      label="Certificate of the erasure"
      title="Certificate"
      tag={
        <Tag family="closed" shape="check">
          Person erased
        </Tag>
      }
    >
      <h1 className="erased">This person is erased. What was recorded about them still counts.</h1>
      <dl className="facts">
        <dt>Erased</dt>
        <dd>
          {fullTime(erasedAt, now)}
          {by === null ? '' : `, by ${by}`}
        </dd>
        <dt>Reason</dt>
        <dd>{reason}</dd>
        <dt>Forgotten</dt>
        <dd>
          {counted(messages, 'message')} to the person, {inbound} from them
        </dd>
        <dt>Keys</dt>
        <dd>{counted(keysDestroyed, 'key')} destroyed</dd>
        <dt>Copies</dt>
        <dd>
          <ul>
            {remains.map((place) => (
              <li key={place}>{place}</li>
            ))}
          </ul>
        </dd>
        <dt>Person</dt>
        <dd>
          <span className="mono" title={person}>
            {person}
          </span>
        </dd>
      </dl>
      <div className="inside">
        <button
          className="btn main"
          type="button"
          onClick={() => saveJson(`erasure-${person}.json`, certificate)}
        >
          Take the certificate away
        </button>
        <span className="sub quiet">
          It holds nothing personal. Erasing the number again gives the same one.
        </span>
      </div>
    </Panel>
  );
}
