import { ValidateBy } from 'class-validator';

/**
 * A text of so many characters, counted as everywhere in Waybill: in UTF-16 code units, as SMS counts them. An emoji
 * counts as two or more.
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
