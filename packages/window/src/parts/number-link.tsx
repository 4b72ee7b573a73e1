import { Link } from 'wouter';
import { isErased, phoneNumber } from '../data/numbers.js';

/** A number that leads somewhere; an erased person leads nowhere. */
export const NumberLink = ({
  number,
  href,
}: {
  readonly number: string;
  /** An address up to the number, such as `/people/`. */
  readonly href: string;
}) =>
  isErased(number) ? (
    <span className="quiet">{phoneNumber(number)}</span>
  ) : (
    <Link className="link" href={`${href}${encodeURIComponent(number)}`}>
      {phoneNumber(number)}
    </Link>
  );
