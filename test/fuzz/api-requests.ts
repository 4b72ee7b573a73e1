import type { Choice } from './choice.js';
import type { FuzzRequest } from './fuzz-request.js';
import {
  disturbed,
  hostileBody,
  hostileEncoded,
  hostileHeader,
  hostileHeaders,
  percentEncoded,
} from './hostile.js';
import { sampleOf, type Operation, type Parameter } from './operations.js';

const HOSTILE_VALUE_SHARE = 0.3;
const OPTIONAL_SHARE = 0.3;
const OTHER_METHOD_SHARE = 0.03;
const HOSTILE_HEADERS_SHARE = 0.2;
const HOSTILE_BODY_SHARE = 0.15;
const HOSTILE_PATH_SHARE = 0.03;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** The names and ids that the service knows, so that some of the requests find something. */
export interface Known {
  readonly messageIds: readonly string[];
  readonly inboundUuids: readonly string[];
}

/** Values for these parameters, besides those that follow from their schema. */
const plausible: Readonly<Record<string, readonly string[]>> = {
  status: ['delivered', 'sent,submitted', 'rejected'],
  to: ['+447700980000', '0000'],
  from: ['447700900001', 'Waybill'],
  country: ['GB', 'gb', 'ZZ'],
  errorCode: ['1120', '1000'],
  channel: ['sms', 'whatsapp'],
  reference: ['order-1017', 'campaign 7'],
  keyword: ['STOP', 'stop'],
  contradicted: ['true', 'false'],
  since: ['2026-01-01', '2026-11-01T00:00:00Z', '2026-11-01T00:00'],
  until: ['2031-01-01', '2026-12-31T23:59Z'],
  timeZone: ['Europe/London', 'UTC', 'Asia/Kathmandu'],
  limit: ['1', '500'],
  cursor: ['', 'MQ', 'eyJ0IjoxfQ'],
  after: ['0', '1', '999999999'],
  at: ['2026-01-01T00:00:00Z', '2030-01-31T09:30:00Z'],
  groupBy: ['country', 'country,day', 'from,channel,errorCode', 'hour'],
  part: ['ledger', 'readModels'],
  Prefer: ['wait=1', 'wait=0'],
  'Last-Event-ID': ['1', '0'],
};

export class ApiRequests {
  constructor(
    private readonly operations: readonly Operation[],
    private readonly known: Known,
  ) {}

  make(number: number, choice: Choice): FuzzRequest {
    const operation = choice.of(this.operations);
    const hostile = choice.happens(HOSTILE_HEADERS_SHARE) ? hostileHeaders(choice) : {};
    const body =
      operation.sampleBodies.length === 0 && !choice.happens(0.02)
        ? null
        : bodyFor(operation, choice);
    return {
      number,
      route: operation.route,
      method: choice.happens(OTHER_METHOD_SHARE) ? choice.of(methods) : operation.method,
      target: this.target(operation, choice),
      headers: {
        ...(body === null ? {} : { 'Content-Type': 'application/json' }),
        ...this.headersFor(operation, choice),
        ...hostile,
      },
      body,
      genuine: false,
    };
  }

  private target(operation: Operation, choice: Choice): string {
    const path = operation.route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const parameter = operation.parameters.find((each) => each.name === name);
      return parameter === undefined ? name : this.encodedValue(parameter, choice);
    });
    const items = operation.parameters
      .filter((parameter) => parameter.in === 'query' && choice.happens(OPTIONAL_SHARE))
      .flatMap((parameter) => {
        const item = `${queryName(parameter.name, choice)}=${this.encodedValue(parameter, choice)}`;
        return choice.happens(0.05) ? [item, item] : [item];
      });
    if (choice.happens(0.03)) items.push(`${hostileEncoded(choice)}=${hostileEncoded(choice)}`);
    const whole = choice.happens(HOSTILE_PATH_SHARE) ? `${path}/${hostileEncoded(choice)}` : path;
    return items.length === 0 ? whole : `${whole}?${items.join('&')}`;
  }

  private encodedValue(parameter: Parameter, choice: Choice): string {
    return choice.happens(HOSTILE_VALUE_SHARE)
      ? hostileEncoded(choice)
      : percentEncoded(this.plausibleValue(parameter, choice));
  }

  private headersFor(operation: Operation, choice: Choice): Readonly<Record<string, string>> {
    return Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === 'header' && choice.happens(OPTIONAL_SHARE))
        .map((parameter) => [
          parameter.name,
          choice.happens(HOSTILE_VALUE_SHARE)
            ? hostileHeader(choice)
            : this.plausibleValue(parameter, choice),
        ]),
    );
  }

  private plausibleValue({ name, schema }: Parameter, choice: Choice): string {
    switch (name) {
      case 'id':
        return choice.of(this.known.messageIds);
      case 'uuid':
        return choice.of(this.known.inboundUuids);
      case 'Idempotency-Key':
        return `key-${choice.below(1_000_000)}`;
      default:
        return choice.of(plausible[name] ?? (schema.enum ?? [sampleOf(schema, {})]).map(String));
    }
  }
}

const queryName = (name: string, choice: Choice): string =>
  choice.happens(0.05) ? choice.of([`${name}[]`, `${name}[a]`, name.toUpperCase()]) : name;

function bodyFor({ sampleBodies }: Operation, choice: Choice): Buffer {
  return sampleBodies.length === 0 || choice.happens(HOSTILE_BODY_SHARE)
    ? hostileBody(choice)
    : disturbed(choice.of(sampleBodies), choice);
}
