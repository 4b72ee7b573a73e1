import { useState, type FormEvent, type ReactNode } from 'react';
import { WaybillError } from 'waybill-client';
import { isOutOfTime } from '../data/api.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

/** Asks before an act: says what will happen, and takes the reason where it is recorded. */
export function ReasonDialog({
  title,
  act,
  needsReason = true,
  details,
  onAct,
  onClose,
  children,
}: {
  readonly title: string;
  /** The label of the button. */
  readonly act: string;
  readonly needsReason?: boolean;
  /** Lists or choices between the sentence and the reason. */
  readonly details?: ReactNode;
  readonly onAct: (reason: string) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const { submit, isWorking, fault } = useSubmit(() => onAct(reason.trim()));
  return (
    <Dialog title={title} isWorking={isWorking} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{children}</p>
        {details}
        {needsReason && (
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
        )}
        <Fault text={fault} />
        <div className="acts">
          <button className="btn" type="button" disabled={isWorking} onClick={onClose}>
            Leave it
          </button>
          <button className="btn main" type="submit" disabled={isWorking}>
            {isWorking ? 'Working…' : act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the service said against an act. */
export function faultOf(error: unknown): string {
  if (error instanceof WaybillError) return error.message;
  return isOutOfTime(error)
    ? 'No answer came in time, so it may be done. Look before you try it again.'
    : 'Waybill cannot be reached. Try again.';
}

/** Runs an act once at a time, and keeps what the service said against it. */
export function useSubmit(act: () => Promise<void>) {
  const [isWorking, setWorking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    setWorking(true);
    setFault(null);
    try {
      await act();
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setWorking(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run();
  };
  return { submit, isWorking, fault };
}

export const Fault = ({ text }: { readonly text: string | null }) =>
  text === null ? null : (
    <p className="err" role="alert">
      <Icon shape="warn" />
      {text}
    </p>
  );
