import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { resolvedOutcomes, type ResolvedOutcome } from '../../../domain/message/message-events.js';
import { OptionalField, Reason } from '../fields.js';

export class ResolveOutcomeDto {
  @ApiProperty({
    enum: resolvedOutcomes,
    description:
      '`resend`: the next attempt is made, and the person may get a second text. `abandon`: the message failed; a later report of its delivery still applies. `delivered`: the person has it; reports count it apart from what carriers confirm.',
  })
  @IsIn(resolvedOutcomes)
  readonly outcome!: ResolvedOutcome;

  @Reason({
    description: 'Kept in the ledger, and shown with the message.',
    example: 'The customer says that no text came.',
  })
  readonly reason!: string;
}

export class ResendMessageDto {
  @Reason({
    description: 'Kept in the ledger.',
    example: 'The number was barred by mistake.',
  })
  readonly reason!: string;
}

const DryRun = (): PropertyDecorator =>
  applyDecorators(
    IsBoolean(),
    OptionalField({
      type: 'boolean',
      default: false,
      description: 'Changes nothing, and answers what would happen.',
    }),
  );

export class BulkResolveDto extends ResolveOutcomeDto {
  @DryRun()
  readonly dryRun?: boolean;
}

export class BulkResendDto extends ResendMessageDto {
  @DryRun()
  readonly dryRun?: boolean;
}
