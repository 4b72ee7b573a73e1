import { Fragment, useState } from 'react';
import { useNow } from '../data/now.js';
import type { Sending } from '../data/operations.js';
import { may, type Session } from '../data/session.js';
import { fullTime } from '../data/times.js';
import { sentence } from '../data/timeline.js';
import { ScrollTable } from './panel.js';
import { SendingTag } from './sending-tag.js';
import { SteerDialog } from './steer-dialog.js';

type Shown = Sending['providers'][number];

const names: Readonly<Record<Shown['provider'], string>> = {
  vonage: 'Vonage',
  email: 'E-mail',
  'web-push': 'Web Push',
  fcm: 'Firebase',
};

/** Shows who takes messages from Waybill, each with its own rate and hold. */
export function ProvidersTable({
  sending,
  session,
}: {
  readonly sending: Sending;
  readonly session: Session;
}) {
  const now = useNow();
  const [asked, setAsked] = useState<Shown>();
  // A hold of all ends for all together.
  const isAllHeld = sending.providers.every(
    ({ state, since }) => state === 'held' && since === sending.since,
  );
  return (
    <>
      <ScrollTable label="Providers">
        <thead>
          <tr>
            <th scope="col">Provider</th>
            <th scope="col">State</th>
            <th scope="col" className="num whole">
              Calls a second
            </th>
            <th scope="col">
              <span className="sr">Act</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sending.providers.map((one) => (
            <Fragment key={one.provider}>
              <tr>
                <td>{names[one.provider]}</td>
                <td>
                  <SendingTag state={one.state} />
                </td>
                <td className="num">
                  {one.pace.current} of {one.pace.permitted}
                </td>
                <td className="act">
                  {may(session, 'admin') && !isAllHeld && (
                    <button className="link plain" type="button" onClick={() => setAsked(one)}>
                      {one.state === 'held' ? 'Release' : 'Hold'}
                      <span className="sr"> {names[one.provider]}</span>…
                    </button>
                  )}
                </td>
              </tr>
              {one.reason !== null && one.reason !== sending.reason && (
                <tr>
                  <td colSpan={4} className="quiet whole">
                    <span className="sr">{names[one.provider]}: </span>
                    {sentence(one.reason)}
                    {one.until !== null && ` Next try ${fullTime(one.until, now)}.`}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </ScrollTable>
      {asked !== undefined && <SteerOne one={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function SteerOne({
  one: { provider, state },
  onClose,
}: {
  readonly one: Shown;
  readonly onClose: () => void;
}) {
  const isHeld = state === 'held';
  const name = names[provider];
  return (
    <SteerDialog name={name} isHeld={isHeld} provider={provider} onClose={onClose}>
      {isHeld
        ? `What waits for ${name} is handed over, and cannot be called back.`
        : `Nothing is handed to ${name} until somebody releases it. Everything else goes on.`}
    </SteerDialog>
  );
}
