import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { IsText } from '../../fields.js';

const STREAM_CHARACTERS_MAX = 200;
const REVISION = /^\d{1,15}$/;

const IsRevision = (): PropertyDecorator =>
  ValidateBy({
    name: 'isRevision',
    validator: {
      validate: (value) =>
        (typeof value === 'number' || typeof value === 'string') && REVISION.test(String(value)),
      defaultMessage: () => '$property must be a whole number',
    },
  });

export class ReplayWebhookDto {
  @ApiProperty({
    maxLength: STREAM_CHARACTERS_MAX,
    description:
      '`message-<id>`, `inbound-<uuid>`, or the `stream` of a webhook in `GET /v1/quarantine`.',
    example: 'quarantine-2026-11-28',
  })
  @IsText(1, STREAM_CHARACTERS_MAX)
  readonly stream!: string;

  @ApiProperty({
    oneOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: REVISION.source },
    ],
    description: 'Its place in the stream, also as the text that `GET /v1/quarantine` gives.',
    example: 0,
  })
  @IsRevision()
  readonly revision!: number | string;
}
