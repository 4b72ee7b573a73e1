import { useState } from 'react';
import { Dialog } from '../../parts/dialog.js';
import { Fault, useSubmit } from '../../parts/reason-dialog.js';

const outcomes = {
  delivered: ['The customer has it', 'It counts as delivered, by the word of a person.'],
  resend: [
    'Send it again',
    'Another attempt is made now. If the first one left, a second text comes.',
  ],
  abandon: [
    'Give it up',
    'It counts as failed. A report of its delivery is still taken into account.',
  ],
} as const;

type Outcome = keyof typeof outcomes;

/** A person settles what nobody can know: whether a call that got no answer was taken. */
export function SettleDialog({
  onSettle,
  onClose,
}: {
  readonly onSettle: (outcome: Outcome, reason: string) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [outcome, setOutcome] = useState<Outcome>('delivered');
  const [reason, setReason] = useState('');
  const { submit, isWorking, fault } = useSubmit(() => onSettle(outcome, reason.trim()));
  return (
    <Dialog title="What became of it?" onClose={onClose}>
      <form onSubmit={submit}>
        <p>Nobody knows whether Vonage took this message. Ask the customer first.</p>
        <fieldset className="choices">
          <legend className="sr">Outcome</legend>
          {(Object.keys(outcomes) as Outcome[]).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="outcome"
                checked={name === outcome}
                onChange={() => setOutcome(name)}
              />
              <span>
                {outcomes[name][0]}
                <small>{outcomes[name][1]}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="field">
          <label htmlFor="reason">Reason, which is recorded with your name</label>
          <textarea
            id="reason"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
            maxLength={500}
          />
        </div>
        <Fault text={fault} />
        <div className="acts">
          <button className="btn" type="button" onClick={onClose}>
            Leave it
          </button>
          <button className="btn main" type="submit" disabled={isWorking}>
            {isWorking ? 'Working…' : 'Settle it'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
