import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, ValidateBy } from 'class-validator';
import { isBlank } from '../../domain/written-text.js';
import { hasZone, timeOf } from './reporting/local-time.js';

// Checks are made, and their faults named, in the order in which a decorator here applies them.

type About = Parameters<typeof ApiPropertyOptional>[0];

/** A field that may be left out. */
export const OptionalField = (about: About): PropertyDecorator =>
  applyDecorators(IsOptional(), ApiPropertyOptional(about));

export const REASON_CHARACTERS_MAX = 500;

/** The text of a person that says why, kept in the ledger. */
export const Reason = (about: About): PropertyDecorator =>
  applyDecorators(IsReason(), ApiProperty({ maxLength: REASON_CHARACTERS_MAX, ...about }));

/** @param least 0: it may be empty, but not of blanks alone */
export const IsReason = (least: 0 | 1 = 1): PropertyDecorator =>
  applyDecorators(IsText(least, REASON_CHARACTERS_MAX), IsVisible());

const IsVisible = (): PropertyDecorator =>
  ValidateBy({
    name: 'visible',
    validator: {
      validate: (value) => typeof value !== 'string' || value === '' || !isBlank(value),
      defaultMessage: () => '$property is blank: say why',
    },
  });

/** The same times as in a query, but for everybody the same moment. */
export const IsTimeWithZone = (): PropertyDecorator =>
  ValidateBy({
    name: 'timeWithZone',
    validator: {
      validate: (value) =>
        typeof value === 'string' && hasZone(value) && !Number.isNaN(timeOf(value)),
      defaultMessage: () =>
        '$property must be a time with a zone: write it as 2030-01-31T09:30:00Z',
    },
  });

/** A text of that length. */
export const IsText = (least: number, most: number): PropertyDecorator =>
  applyDecorators(IsString(), TextLength(least, most));

/**
 * Checks the length of a text in UTF-16 code units, as everywhere in Waybill and as SMS counts them. An emoji counts
 * as two or more.
 */
export const TextLength = (least: number, most: number): PropertyDecorator =>
  ValidateBy({
    name: 'textLength',
    validator: {
      validate: (value) =>
        typeof value !== 'string' || (value.length >= least && value.length <= most),
      defaultMessage: () =>
        `$property must have ${least} to ${most} characters (an emoji counts as two)`,
    },
  });
