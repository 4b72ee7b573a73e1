import { IsIn } from 'class-validator';
import { providers, type Provider } from '../../../domain/sending/provider.js';
import { waitingDecisions, type WaitingDecision } from '../../../domain/sending/sending-events.js';
import { OptionalField, Reason } from '../fields.js';

export class HoldSendingDto {
  @Reason({
    description: 'Shown to whoever asks why messages wait.',
    example: 'The wrong text is going out.',
  })
  readonly reason!: string;

  @OptionalField({
    enum: providers,
    description: 'Holds only what goes to this provider. Without it, all of sending is held.',
  })
  @IsIn(providers)
  readonly provider?: Provider;
}

export class ReleaseSendingDto {
  @Reason({ example: 'The text is corrected.' })
  readonly reason!: string;

  @OptionalField({
    enum: waitingDecisions,
    description:
      'Needed when the ledger is a restored copy or damaged: messages that were waiting in it may have been sent already. ' +
      '`send` sends them. `unknown` records each as of unknown outcome; then only a report can settle it.',
  })
  @IsIn(waitingDecisions)
  readonly waiting?: WaitingDecision;

  @OptionalField({
    enum: providers,
    description:
      'Releases only this provider, with its senders. Without it, everything that is held is released.',
  })
  @IsIn(providers)
  readonly provider?: Provider;
}
