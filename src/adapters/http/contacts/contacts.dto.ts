import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import {
  reviewOutcomes,
  type ReviewOutcome,
} from '../../../application/contacts/review-contact.js';
import { IsReason, IsText, OptionalField, REASON_CHARACTERS_MAX } from '../fields.js';

const SENDER_CHARACTERS_MAX = 140;

export class EraseDto {
  @ApiProperty({
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Kept in the ledger and in the certificate. It must not name the number.',
    example: 'Request of 3 March, case 4711.',
  })
  @IsReason()
  readonly reason!: string;
}

export class SuppressDto {
  @OptionalField({
    description:
      'Our sender that it is about, a name or a number as people write it. Left out: all.',
    example: '447700900001',
  })
  @IsText(1, SENDER_CHARACTERS_MAX)
  readonly sender?: string;

  @OptionalField({
    enum: ['api', 'operator'],
    default: 'api',
    description: '`operator`: a person here decided it. `api`: a program tells it.',
  })
  @IsIn(['api', 'operator'])
  readonly source?: 'api' | 'operator';

  @OptionalField({
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Kept in the ledger.',
    example: 'Asked for it on the phone.',
  })
  @IsReason(0)
  readonly reason?: string;
}

export class ReviewDto {
  @ApiProperty({
    enum: reviewOutcomes,
    description: '`opt-out`: the text is a wish to stop. `none`: it is not.',
  })
  @IsIn(reviewOutcomes)
  readonly outcome!: ReviewOutcome;

  @ApiProperty({
    minLength: 1,
    maxLength: REASON_CHARACTERS_MAX,
    description: 'Kept in the ledger.',
    example: 'Asks to stop the delivery of a parcel, not our texts.',
  })
  @IsReason()
  readonly reason!: string;
}
