import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';

const STREAM_CHARACTERS_MAX = 200;

export class ReplayWebhookDto {
  @ApiProperty({
    maxLength: STREAM_CHARACTERS_MAX,
    description:
      '`message-<id>`, `inbound-<uuid>`, or the `stream` of a webhook in `GET /v1/quarantine`.',
    example: 'quarantine-2026-11-28',
  })
  @MaxLength(STREAM_CHARACTERS_MAX)
  @IsNotEmpty()
  @IsString()
  readonly stream!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Its place in the stream.', example: 0 })
  @Min(0)
  @IsInt()
  readonly revision!: number;
}
