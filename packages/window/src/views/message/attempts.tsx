import type { Message } from 'waybill-client';
import { channelWord } from '../../data/channels.js';
import { timeToPhoneMs } from '../../data/messages.js';
import { money, phoneNumber } from '../../data/numbers.js';
import { isFallback } from '../../data/sent-as.js';
import { fullTime, span } from '../../data/times.js';
import { Panel, ScrollTable } from '../../parts/panel.js';
import { Status } from '../../parts/status.js';

const ADDRESS_CHARACTERS_MAX = 40;

/** Each call. Where a fallback step took another way than the message, the channel and the recipient of each are named. */
export function Attempts({
  message,
  now,
  className,
}: {
  readonly message: Message;
  readonly now: Date;
  readonly className: string;
}) {
  const { attempts } = message;
  if (attempts.length === 0) return null;
  const hasSteps = attempts.some((attempt) => isFallback(message, attempt));
  const charged = attempts.filter(({ usage }) => usage !== null).length;
  return (
    <Panel
      title="Attempts"
      className={className}
      note={charged === 0 ? 'no cost reported' : `${charged} of ${attempts.length} charged`}
    >
      <ScrollTable label="Attempts">
        <thead>
          <tr>
            <th scope="col">{hasSteps ? 'Attempt' : 'No.'}</th>
            <th scope="col">Outcome</th>
            <th scope="col">Started</th>
            <th scope="col">Vonage’s id</th>
            <th scope="col" className="num">
              To phone
            </th>
            <th scope="col" className="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr key={attempt.number}>
              <td className={hasSteps ? 'nowrap' : undefined}>
                {attempt.number}
                {hasSteps && ` ${channelWord(attempt.channel)}`}
                {attempt.to !== message.to && <span className="sub">to {shownTo(attempt.to)}</span>}
              </td>
              <td className="nowrap">
                <Status status={attempt.status} size={14} />
                {attempt.error !== null && (
                  <span className="sub cause">
                    {[...new Set([attempt.error.code, attempt.error.title])].join(' ')}
                  </span>
                )}
              </td>
              <td className="mono">
                {attempt.startedAt === null ? '–' : fullTime(attempt.startedAt, now)}
              </td>
              <td className="mono" title={attempt.messageUuid ?? attempt.externalId ?? undefined}>
                {attempt.messageUuid === null ? (
                  <span className="quiet">
                    {attempt.externalId === null ? 'none' : channelWord(attempt.channel)}
                  </span>
                ) : (
                  shortened(attempt.messageUuid)
                )}
              </td>
              <td className="num">{timeToPhone(attempt)}</td>
              <td className="num">
                {attempt.usage === null
                  ? '–'
                  : money({ currency: attempt.usage.currency, amount: attempt.usage.price })}
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Panel>
  );
}

/** The address of a push message is longer than a line. */
const shownTo = (to: string): string =>
  to.length > ADDRESS_CHARACTERS_MAX ? `${to.slice(0, ADDRESS_CHARACTERS_MAX)}…` : phoneNumber(to);

const shortened = (id: string): string => `${id.slice(0, 8)}…${id.slice(-5)}`;

function timeToPhone(attempt: Message['attempts'][number]): string {
  const ms = timeToPhoneMs(attempt);
  return ms === null ? '–' : span(ms);
}
