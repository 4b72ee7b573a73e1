import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { providers, type Provider } from '../../../domain/sending/provider.js';
import { waitingDecisions, type WaitingDecision } from '../../../domain/sending/sending-events.js';

const REASON_CHARACTERS_MAX = 500;

export class HoldSendingDto {
  @ApiProperty({
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Shown to whoever asks why messages wait.',
    example: 'The wrong text is going out.',
  })
  @MaxLength(REASON_CHARACTERS_MAX)
  @IsNotEmpty()
  @IsString()
  readonly reason!: string;

  @ApiPropertyOptional({
    enum: providers,
    description: 'Holds only what goes to this provider. Without it, all of sending is held.',
  })
  @IsOptional()
  @IsIn(providers)
  readonly provider?: Provider;
}

export class ReleaseSendingDto {
  @ApiProperty({ maxLength: REASON_CHARACTERS_MAX, example: 'The text is corrected.' })
  @MaxLength(REASON_CHARACTERS_MAX)
  @IsNotEmpty()
  @IsString()
  readonly reason!: string;

  @ApiPropertyOptional({
    enum: waitingDecisions,
    description:
      'Needed when the ledger is a restored copy: messages that were waiting in it may have been sent already. ' +
      '`send` sends them. `unknown` records each as of unknown outcome; then only a report can settle it.',
  })
  @IsOptional()
  @IsIn(waitingDecisions)
  readonly waiting?: WaitingDecision;

  @ApiPropertyOptional({
    enum: providers,
    description:
      'Releases only this provider, with its senders. Without it, everything that is held is released.',
  })
  @IsOptional()
  @IsIn(providers)
  readonly provider?: Provider;
}
