import { InvalidRequest, type Fault } from '../../../application/errors.js';
import { cursorProblem, isCursor } from '../../../application/reporting/cursor.js';
import { keywordOf } from '../../../domain/keyword.js';
import { isCountry, type DefaultCountry } from '../../../domain/contacts/phone-number.js';
import {
  readSearchedAddress,
  readWholeAddress,
} from '../../../domain/contacts/searched-address.js';
import { isBlank } from '../../../domain/written-text.js';
import { isPlainText, NOT_PLAIN_TEXT } from '../plain-text.js';
import { isLocal, isTimeZone, timeOf } from './local-time.js';

export type RawQuery = Readonly<Record<string, unknown>>;

const TEXT_CHARACTERS_MAX = 500;
const EMPTY = 'is empty: leave it out, or give it a value';
/** Limit of an unknown parameter's name in an answer. */
const NAME_CHARACTERS_MAX = 50;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Reads query parameters and collects faults, so that one answer names all of them. */
export class QueryReader {
  private readonly faults: Fault[] = [];
  private readonly known = new Set<string>();
  private zone: string | undefined;

  /** @param defaultCountry the country whose national numbers are read */
  constructor(
    private readonly query: RawQuery,
    private readonly defaultCountry: DefaultCountry = null,
  ) {}

  has(parameter: string): boolean {
    return this.query[parameter] !== undefined;
  }

  text(parameter: string): string | undefined {
    this.known.add(parameter);
    const value = this.query[parameter];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.fault(parameter, 'may be given only once');
    if (value === '') return this.fault(parameter, EMPTY);
    if (value.length > TEXT_CHARACTERS_MAX) {
      return this.fault(parameter, `is longer than ${TEXT_CHARACTERS_MAX} characters`);
    }
    if (!isPlainText(value)) return this.fault(parameter, NOT_PLAIN_TEXT);
    return value;
  }

  /** Reads a text that has a visible character, and trims it. */
  words(parameter: string): string | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    return isBlank(value) ? this.fault(parameter, EMPTY) : value.trim();
  }

  /** Checks only the cursor's form, so that its fault is named together with others. */
  cursor(parameter = 'cursor'): string | undefined {
    const value = this.text(parameter);
    return value === undefined || isCursor(value) ? value : this.fault(parameter, cursorProblem);
  }

  /** Reads a text of some form. @param form describes the form for a person */
  matching(parameter: string, pattern: RegExp, form: string): string | undefined {
    const value = this.text(parameter);
    if (value === undefined || pattern.test(value)) return value;
    return this.fault(parameter, `must be ${form}`);
  }

  country(): string | undefined {
    const value = this.text('country');
    if (value === undefined || isCountry(value)) return value;
    return this.fault('country', 'must be one in two capital letters (ISO 3166-1), for example GB');
  }

  oneOf<Option extends string>(parameter: string, options: readonly Option[]): Option | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const option = options.find((one) => one === value);
    return option ?? this.fault(parameter, `must be one of ${options.join(', ')}`);
  }

  /** Reads a number as people write it, its last digits, or an id. */
  address(parameter: string): { readonly is?: string; readonly endsWith?: string } | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const address = readSearchedAddress(value, this.defaultCountry);
    return address.ok ? address : this.fault(parameter, address.reason);
  }

  /** Reads the whole of an address: a number as people write it, or an id or a name. */
  wholeAddress(parameter: string): string | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const address = readWholeAddress(value, this.defaultCountry);
    return address.ok ? address.is : this.fault(parameter, address.reason);
  }

  /** Reads the first word of a text. */
  keyword(parameter: string): string | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const keyword = keywordOf(value);
    if (keyword === null) return this.fault(parameter, 'has neither letters nor digits');
    if (/\S\s+\S/u.test(value)) return this.fault(parameter, 'must be one word: a text’s first');
    return keyword;
  }

  /** Reads message ids, separated by commas; at least one. */
  ids(parameter: string, most: number): readonly string[] {
    this.known.add(parameter);
    const value = this.query[parameter];
    const ids = typeof value === 'string' ? value.toLowerCase().split(',') : [];
    if (ids.length > 0 && ids.length <= most && ids.every((id) => UUID.test(id))) return ids;
    this.fault(parameter, `must be 1 to ${most} ids of messages, with commas between`);
    return [];
  }

  /** Reads some of the options, separated by commas, each at most once. */
  someOf<Option extends string>(parameter: string, options: readonly Option[]): readonly Option[] {
    const words =
      this.text(parameter)
        ?.split(',')
        .map((word) => word.trim()) ?? [];
    const chosen = words.flatMap((word) => options.find((one) => one === word) ?? []);
    if (chosen.length < words.length) {
      const unknown = words.filter((word) => !options.some((one) => one === word));
      const named = unknown.map((word) => JSON.stringify(word)).join(', ');
      this.fault(
        parameter,
        `knows no ${named}: give some of ${options.join(', ')}, with commas between`,
      );
    } else if (new Set(chosen).size < chosen.length) {
      this.fault(parameter, 'names something twice');
    }
    return chosen;
  }

  flag(parameter: string): boolean | undefined {
    const value = this.oneOf(parameter, ['true', 'false']);
    return value === undefined ? undefined : value === 'true';
  }

  integer(parameter: string, least: number, most: number): number | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return this.fault(parameter, `must be a whole number from ${least} to ${most}`);
  }

  /** Reads a time, milliseconds since 1970. */
  time(parameter: string): number | undefined {
    const value = this.text(parameter);
    // Read the zone even for an absent time: a client may always send it, and must learn of a wrong one.
    const timeZone = this.timeZone();
    if (value === undefined) return undefined;
    if (isLocal(value) && timeZone === undefined) {
      return this.fault(
        parameter,
        'has no time zone: append Z for UTC, or give timeZone, for example Europe/London',
      );
    }
    const time = timeOf(value, timeZone);
    if (!Number.isNaN(time)) return time;
    return this.fault(
      parameter,
      'is not a time: write it as 2030-01-31T09:30:00Z or 2030-01-31, and + of an offset as %2B',
    );
  }

  /** The zone of times and days without one of their own. An unknown zone is reported once. */
  private timeZone(): string | undefined {
    if (this.known.has('timeZone')) return this.zone;
    const name = this.text('timeZone');
    if (name === undefined || isTimeZone(name)) this.zone = name;
    else this.fault('timeZone', 'is no time zone: write it as Europe/London or UTC');
    return this.zone;
  }

  /** Reads `since` (included) and `until` (excluded). */
  range(): { readonly since?: number; readonly until?: number } {
    const since = this.time('since');
    const until = this.time('until');
    if (since !== undefined && until !== undefined && since >= until) {
      this.fault('until', 'must be later than since');
    }
    return given({ since, until });
  }

  fault(parameter: string, problem: string): undefined {
    this.faults.push({ parameter, detail: `${parameter} ${problem}` });
  }

  /** Call it after all parameters are read. @throws InvalidRequest naming every fault */
  end(): void {
    for (const parameter of Object.keys(this.query)) {
      if (this.known.has(parameter)) continue;
      this.fault(parameter.slice(0, NAME_CHARACTERS_MAX), `is no parameter here; ${this.choice()}`);
    }
    if (this.faults.length > 0) throw new InvalidRequest(this.faults);
  }

  private choice(): string {
    const all = [...this.known].toSorted();
    if (all.length === 0) return 'there are none';
    return all.length === 1 ? `there is only ${all[0]}` : `there are ${all.join(', ')}`;
  }
}

/** Refuses all parameters on a route that takes none, so that none is ignored. @throws InvalidRequest */
export const refuseParameters = (query: RawQuery): void => new QueryReader(query).end();

/** Removes undefined properties, because undefined is not the same as absent. */
export const given = <Value extends object>(
  values: Value,
): { readonly [Name in keyof Value]?: Exclude<Value[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof Value]?: Exclude<Value[Name], undefined>;
  };
