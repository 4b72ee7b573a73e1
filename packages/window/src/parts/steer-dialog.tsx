import type { ReactNode } from 'react';
import { answerOf, http, queries } from '../data/api.js';
import type { Sending } from '../data/operations.js';
import { ReasonDialog } from './reason-dialog.js';

/** Asks for a reason, and holds or releases all of sending or one provider. */
export function SteerDialog({
  name,
  isHeld,
  provider,
  onClose,
  children,
}: {
  readonly name: string;
  readonly isHeld: boolean;
  /** Absent: all of sending. */
  readonly provider?: Sending['providers'][number]['provider'];
  readonly onClose: () => void;
  /** What follows from it. */
  readonly children: ReactNode;
}) {
  const act = isHeld ? 'Release' : 'Hold';
  return (
    <ReasonDialog
      title={`${act} ${name}?`}
      act={act}
      onClose={onClose}
      onAct={async (reason) => {
        const body = provider === undefined ? { reason } : { reason, provider };
        answerOf(
          await (isHeld
            ? http.POST('/v1/sending/release', { body })
            : http.POST('/v1/sending/hold', { body })),
        );
        void queries.invalidateQueries({ queryKey: ['sending'] });
        onClose();
      }}
    >
      {children}
    </ReasonDialog>
  );
}
