import { InvalidRequest, type Fault } from '../../../application/errors.js';
import { cursorProblem, isCursor } from '../../../application/reporting/cursor.js';
import { isPlainText, NOT_PLAIN_TEXT } from '../plain-text.js';

export type RawQuery = Readonly<Record<string, unknown>>;

const TEXT_CHARACTERS_MAX = 500;
/** Of a parameter that nobody knows, in an answer. */
const NAME_CHARACTERS_MAX = 50;
const TIME = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads query parameters and collects faults, so that all of them are named at once. */
export class QueryReader {
  private readonly faults: Fault[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly query: RawQuery) {}

  text(parameter: string): string | undefined {
    this.known.add(parameter);
    const value = this.query[parameter];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.fault(parameter, 'may be given only once');
    if (value === '') return this.fault(parameter, 'is empty: leave it out, or give it a value');
    if (value.length > TEXT_CHARACTERS_MAX) {
      return this.fault(parameter, `is longer than ${TEXT_CHARACTERS_MAX} characters`);
    }
    if (!isPlainText(value)) return this.fault(parameter, NOT_PLAIN_TEXT);
    return value;
  }

  /** Checked here only for its form, so that it is named together with other faults. */
  cursor(): string | undefined {
    const value = this.text('cursor');
    return value === undefined || isCursor(value) ? value : this.fault('cursor', cursorProblem);
  }

  /** A text that must have some form. @param form says what is wanted, for a person */
  matching(parameter: string, pattern: RegExp, form: string): string | undefined {
    const value = this.text(parameter);
    if (value === undefined || pattern.test(value)) return value;
    return this.fault(parameter, `must be ${form}`);
  }

  oneOf<Option extends string>(parameter: string, options: readonly Option[]): Option | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const option = options.find((one) => one === value);
    return option ?? this.fault(parameter, `must be one of ${options.join(', ')}`);
  }

  /** Some of the options, separated by commas, each at most once. */
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
        `knows no ${named}: take of ${options.join(', ')}, with commas between`,
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

  /** Milliseconds since 1970. */
  time(parameter: string): number | undefined {
    const value = this.text(parameter);
    if (value === undefined) return undefined;
    const time = timeOf(value);
    if (!Number.isNaN(time)) return time;
    return this.fault(
      parameter,
      'is not a time: write it as 2030-01-31T09:30:00Z or 2030-01-31, and + of an offset as %2B',
    );
  }

  /** `since` (included) and `until` (excluded). */
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

  /** Call it after everything was read. @throws InvalidRequest naming every fault */
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

/** NaN for what is not a time; a 30th of February would otherwise be taken for a day in March. */
function timeOf(text: string): number {
  const [, year, month, day] = TIME.exec(text) ?? [];
  const date = new Date(`${year}-${month}-01T00:00:00Z`);
  date.setUTCDate(Number(day));
  return date.getUTCMonth() + 1 === Number(month) ? Date.parse(text) : Number.NaN;
}

/** For a route that takes no parameters, so that none is ignored. @throws InvalidRequest */
export const refuseParameters = (query: RawQuery): void => new QueryReader(query).end();

/** Without what is undefined, which is not the same as absent. */
export const given = <Value extends object>(
  values: Value,
): { readonly [Name in keyof Value]?: Exclude<Value[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof Value]?: Exclude<Value[Name], undefined>;
  };
