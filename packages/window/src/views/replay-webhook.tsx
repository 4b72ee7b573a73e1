import { useState } from 'react';
import type { operations } from 'waybill-client';
import { answerOf, http, queries } from '../data/api.js';
import { sentence } from '../data/timeline.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Fault, useSubmit } from '../parts/reason-dialog.js';

type Replayed = operations['replayWebhook']['responses'][200]['content']['application/json'];

/** Where a webhook is kept in the ledger. */
export interface Place {
  readonly stream: string;
  readonly revision: number;
}

export const ReplayButton = ({
  of,
  onAsk,
}: {
  readonly of: string;
  readonly onAsk: () => void;
}) => (
  <button className="link plain" type="button" aria-label={`Replay ${of}…`} onClick={onAsk}>
    Replay…
  </button>
);

/**
 * Asks first, takes a kept webhook in once more, and says what it changed. It is no part of the webhook's row, which may
 * leave its list by this.
 */
export function ReplayDialog({
  place,
  onClose,
}: {
  readonly place: Place;
  readonly onClose: () => void;
}) {
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  const { submit, isWorking, fault } = useSubmit(async () => {
    setReplayed(answerOf(await http.POST('/v1/received-webhooks/replay', { body: place })));
    void queries.invalidateQueries({ queryKey: ['received'] });
  });
  const close = (): void => {
    // One that was recorded leaves the list of those set aside.
    if (replayed !== null) void queries.invalidateQueries({ queryKey: ['quarantine'] });
    onClose();
  };
  return (
    <Dialog title="Replay this webhook?" isWorking={isWorking} onClose={close}>
      <form onSubmit={submit}>
        <p>
          Waybill checks its signature again and reads it as if Vonage repeated it. What is recorded
          already is not recorded twice; what was set aside is recorded if it is understood now.
        </p>
        {replayed !== null && (
          <div className="replayed" role="status">
            <p>
              <Icon shape={replayed.signature === 'valid' ? 'check' : 'warn'} size={14} />
              {signatures(replayed)}
            </p>
            <p>
              <Icon shape={isGood(replayed) ? 'check' : 'warn'} size={14} />
              {results[replayed.result]}
              {replayed.reason === null ? '' : ` ${sentence(replayed.reason)}`}
            </p>
          </div>
        )}
        <Fault text={fault} />
        <div className="acts">
          <button className="btn" type="button" disabled={isWorking} onClick={close}>
            {replayed === null ? 'Leave it' : 'Close'}
          </button>
          {replayed === null && (
            <button className="btn main" type="submit" disabled={isWorking}>
              {isWorking ? 'Working…' : 'Replay'}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

const isGood = ({ result }: Replayed): boolean =>
  result === 'applied' || result === 'refused' || result === 'repeated';

const signatures = ({ signature }: Replayed): string => {
  if (signature === 'valid') return 'Its signature is valid.';
  if (signature === 'not-kept')
    return 'Its token was not kept, so its signature stays as it was found.';
  return `Its signature is not valid by the secrets of now (${signature}).`;
};

const results: Readonly<Record<Replayed['result'], string>> = {
  applied: 'It is recorded now, and changed the message.',
  refused: 'It is recorded now, and changed nothing.',
  repeated: 'It was recorded already, so nothing changed.',
  'not-understood': 'It is still not understood.',
  'not-verified': 'Nothing was recorded.',
};
