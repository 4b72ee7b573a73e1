import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.js';

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
  return (
    <ReasonDialog
      title="What became of it?"
      act="Settle it"
      onClose={onClose}
      onAct={(reason) => onSettle(outcome, reason)}
      details={<Outcomes chosen={outcome} choose={setOutcome} />}
    >
      Nobody knows whether Vonage took this message. Ask the customer first.
    </ReasonDialog>
  );
}

const Outcomes = ({
  chosen,
  choose,
}: {
  readonly chosen: Outcome;
  readonly choose: (outcome: Outcome) => void;
}) => (
  <fieldset className="choices">
    <legend className="sr">Outcome</legend>
    {(Object.keys(outcomes) as Outcome[]).map((name) => (
      <label key={name}>
        <input
          type="radio"
          name="outcome"
          checked={name === chosen}
          onChange={() => choose(name)}
        />
        <span>
          {outcomes[name][0]}
          <small>{outcomes[name][1]}</small>
        </span>
      </label>
    ))}
  </fieldset>
);
