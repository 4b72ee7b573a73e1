import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

/** Longer than any key. */
const KEY_CHARACTERS_MAX = 200;

export class SignInDto {
  @ApiProperty({ description: 'An API key.', maxLength: KEY_CHARACTERS_MAX, example: 'wb_…' })
  @MaxLength(KEY_CHARACTERS_MAX)
  @IsString()
  readonly key!: string;
}
