import type { Message } from 'waybill-client';
import { channelWord } from '../../data/channels.js';
import { Link } from 'wouter';
import { phoneNumber } from '../../data/numbers.js';
import type { Session } from '../../data/session.js';
import { CopyButton } from '../../parts/copy-button.js';
import { NumberLink } from '../../parts/number-link.js';
import { Panel } from '../../parts/panel.js';
import { MessageText } from './message-text.js';

/** The fields of the message. Ids come last, because a person needs them least. */
export function Details({
  message,
  session,
}: {
  readonly message: Message;
  readonly session: Session;
}) {
  const { id, from, to, channel, reference, priority, segments, attempts } = message;
  const uuid = attempts.findLast(({ messageUuid }) => messageUuid !== null)?.messageUuid;
  return (
    <Panel title="Details" note={<CopyButton text={id}>Copy id</CopyButton>}>
      <dl className="facts">
        <dt>Text</dt>
        <dd>
          <MessageText message={message} session={session} />
        </dd>
        {segments !== null && (
          <>
            <dt>Size</dt>
            <dd>
              {segments.count} {segments.count === 1 ? 'segment' : 'segments'}, {segments.encoding}
            </dd>
          </>
        )}
        <dt>From</dt>
        <dd>
          {phoneNumber(from)}, {channelWord(channel)}
        </dd>
        <dt>To</dt>
        <dd>
          <NumberLink number={to} href="/people/" />
        </dd>
        {reference !== null && (
          <>
            <dt>Reference</dt>
            <dd>
              <bdi>{reference}</bdi>
            </dd>
          </>
        )}
        {priority !== null && priority !== 'normal' && (
          <>
            <dt>Priority</dt>
            <dd>{priority}</dd>
          </>
        )}
        <Repeat name="Repeats" id={message.resendOf} />
        <Repeat name="Sent again as" id={message.resentAs} />
        <dt>Id</dt>
        <dd>
          <span className="mono" title={id}>
            {id}
          </span>
        </dd>
        {uuid != null && (
          <>
            <dt>Vonage’s id</dt>
            <dd>
              <span className="mono" title={uuid}>
                {uuid}
              </span>
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

const Repeat = ({ name, id }: { readonly name: string; readonly id: string | null }) =>
  id === null ? null : (
    <>
      <dt>{name}</dt>
      <dd>
        <Link className="link" href={`/messages/${id}`}>
          Message {id.slice(0, 8)}…
        </Link>
      </dd>
    </>
  );
