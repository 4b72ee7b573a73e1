import { ValidateBy } from 'class-validator';

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
