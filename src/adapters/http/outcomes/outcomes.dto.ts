import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { resolvedOutcomes, type ResolvedOutcome } from '../../../domain/message/message-events.js';

const REASON_CHARACTERS_MAX = 500;

export class ResolveOutcomeDto {
  @ApiProperty({
    enum: resolvedOutcomes,
    description:
      '`resend`: the next attempt is made, and the person may get a second text. `abandon`: the message failed; a later report of its delivery still applies. `delivered`: the person has it; reports count it apart from what carriers confirm.',
  })
  @IsIn(resolvedOutcomes)
  readonly outcome!: ResolvedOutcome;

  @ApiProperty({
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Kept in the ledger, and shown with the message.',
    example: 'The customer says that no text came.',
  })
  @MaxLength(REASON_CHARACTERS_MAX)
  @IsNotEmpty()
  @IsString()
  readonly reason!: string;
}

export class ResendMessageDto {
  @ApiProperty({
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Kept in the ledger.',
    example: 'The number was barred by mistake.',
  })
  @MaxLength(REASON_CHARACTERS_MAX)
  @IsNotEmpty()
  @IsString()
  readonly reason!: string;
}

const DescribeDryRun = (): PropertyDecorator =>
  ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Changes nothing, and answers what would happen.',
  });

export class BulkResolveDto extends ResolveOutcomeDto {
  @DescribeDryRun()
  @IsOptional()
  @IsBoolean()
  readonly dryRun?: boolean;
}

export class BulkResendDto extends ResendMessageDto {
  @DescribeDryRun()
  @IsOptional()
  @IsBoolean()
  readonly dryRun?: boolean;
}
