import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Message } from 'waybill-client';
import { isDirect } from '../../../../../src/domain/message/direct-channels.js';
import { answerOf, http, queries } from '../../data/api.js';
import { isErased, phoneNumber } from '../../data/numbers.js';
import { isFallback } from '../../data/sent-as.js';
import { may, type Session } from '../../data/session.js';
import { useShortcuts } from '../../data/shortcuts.js';
import { CopyButton } from '../../parts/copy-button.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { SettleDialog } from './settle-dialog.js';

type Act = 'resend' | 'cancel' | 'settle';

/** The actions on a message. A disabled action gives its reason. */
export function Acts({
  message,
  session,
  isEarlier,
}: {
  readonly message: Message;
  readonly session: Session;
  readonly isEarlier: boolean;
}) {
  const [asking, setAsking] = useState<Act | null>(null);
  const [, navigate] = useLocation();
  const off = reasonsOff(message, session, isEarlier);
  const main: Act = message.status === 'unknown' ? 'settle' : 'resend';
  const shortcuts = useMemo(
    () => ({ r: () => off[main] === null && setAsking(main) }),
    [main, off[main]],
  );
  useShortcuts(shortcuts);
  const close = (): void => setAsking(null);
  const done = (): void => {
    close();
    void queries.invalidateQueries({ queryKey: ['message'] });
  };
  const params = { path: { id: message.id } };
  const why = off[main] ?? off.cancel;
  return (
    <div className="acts">
      {main === 'settle' ? (
        <button
          className="btn main"
          type="button"
          disabled={off.settle !== null}
          aria-describedby={why === null ? undefined : 'why-off'}
          onClick={() => setAsking('settle')}
        >
          Settle… <kbd>R</kbd>
        </button>
      ) : (
        <button
          className="btn main"
          type="button"
          disabled={off.resend !== null}
          aria-describedby={why === null ? undefined : 'why-off'}
          onClick={() => setAsking('resend')}
        >
          Send again… <kbd>R</kbd>
        </button>
      )}
      <CopyButton text={caseOf(message)} className="btn">
        Copy case for Vonage
      </CopyButton>
      <button
        className="btn"
        type="button"
        disabled={off.cancel !== null}
        aria-describedby={why === null ? undefined : 'why-off'}
        onClick={() => setAsking('cancel')}
      >
        Cancel…
      </button>
      {why !== null && (
        <span className="why" id="why-off">
          {why}
        </span>
      )}
      {asking === 'resend' && (
        <ReasonDialog
          title="Send it again?"
          act="Send again"
          onClose={close}
          onAct={async (reason) => {
            const body = { reason };
            const sent = answerOf(await http.POST('/v1/messages/{id}/resend', { params, body }));
            done();
            navigate(`/messages/${sent.id}`);
          }}
        >
          A new message with the same text goes to {phoneNumber(message.to)}. It costs again, and a
          message that has left cannot be called back.
        </ReasonDialog>
      )}
      {asking === 'cancel' && (
        <ReasonDialog
          title="Cancel this message?"
          act="Cancel the message"
          needsReason={false}
          onClose={close}
          onAct={async () => {
            answerOf(await http.POST('/v1/messages/{id}/cancel', { params }));
            done();
          }}
        >
          It is withdrawn before it is handed to Vonage. That cannot be undone; a new one can be
          sent.
        </ReasonDialog>
      )}
      {asking === 'settle' && (
        <SettleDialog
          onClose={close}
          onSettle={async (outcome, reason) => {
            const body = { outcome, reason };
            answerOf(await http.POST('/v1/messages/{id}/resolve', { params, body }));
            done();
          }}
        />
      )}
    </div>
  );
}

/** The reason of a disabled action; null: it is enabled. */
function reasonsOff(
  { status, final, origin, to, resentAs, attempts }: Message,
  session: Session,
  isEarlier: boolean,
): Readonly<Record<Act, string | null>> {
  const all = (reason: string) => ({ resend: reason, cancel: reason, settle: reason });
  if (isEarlier) return all('This is how it was known then. Go to now to act.');
  if (!may(session, 'send')) return all('Your key may not send.');
  if (isErased(to)) return all('Its person was erased.');
  if (origin === 'external') return all('It was not sent by Waybill.');
  const isWaiting = status === 'scheduled' || status === 'accepted' || status === 'retrying';
  return {
    // The service sends each one again once.
    resend: !final
      ? 'It can be sent again once it is over.'
      : resentAs === null
        ? null
        : 'It was sent again already: go on from the message that repeats it.',
    settle: status === 'unknown' ? null : 'Its outcome is known.',
    cancel: isWaiting
      ? null
      : (neverLeft[status] ??
        (status === 'failed' && attempts.every(({ error }) => error?.source === 'call')
          ? 'It is over: nobody took it.'
          : 'It cannot be withdrawn: it has been handed over.')),
  };
}

/** Why there is nothing to withdraw of a message that never left. */
const neverLeft: Partial<Readonly<Record<Message['status'], string>>> = {
  cancelled: 'It was withdrawn already.',
  expired: 'It was not sent: its time had run out.',
};

/** The facts that Vonage's support asks for, without the text of the message. It knows no e-mail and no push message. */
const caseOf = (message: Message): string =>
  [
    `Status: ${message.status}${message.contradicted ? ', contradicted by a later report' : ''}, since ${message.statusSince}`,
    `To: ${message.to}, from: ${message.from}, channel: ${message.channel}`,
    ...message.attempts
      .filter(({ channel }) => !isDirect(channel))
      .map((attempt) => {
        const { number, messageUuid, status, error, networkCode, startedAt, acceptedAt } = attempt;
        const way = isFallback(message, attempt)
          ? ` (to ${attempt.to}, from ${attempt.from}, channel ${attempt.channel})`
          : '';
        return `Attempt ${number}${way}: message_uuid ${messageUuid ?? 'none'}, ${status}, started ${startedAt ?? 'unknown'}, accepted ${acceptedAt ?? 'never'}, network ${networkCode ?? 'unknown'}${error?.code == null ? '' : `, error ${error.code} ${error.title ?? ''}`}`;
      }),
    message.explanation,
  ].join('\n');
