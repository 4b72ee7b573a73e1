import type { EndpointEvent, EndpointSettings } from '../../domain/webhooks/endpoint-events.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { ApplicationError, InvalidRequest, type Fault } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Delivery, DeliveryKey, DeliveryStore } from '../ports/delivery-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { WebhookOutcome, WebhookSender } from '../ports/webhook-sender.js';
import { decodeCursor, encodeCursor } from '../reporting/cursor.js';
import { cursorFault } from '../reporting/message-list.js';
import type { WebhookEndpoints } from './endpoints.js';

/** Each is followed for itself, so their number is bounded. */
export const ENDPOINTS_MAX = 50;
/** Time in which a rotated secret still signs, so that a receiver can change over. */
const OVERLAP_MS = 24 * 3_600_000;

export interface EndpointPorts {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: DeliveryStore;
  readonly sender: WebhookSender;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
}

export type EndpointPatch = Partial<EndpointSettings> & { readonly enabled?: boolean | undefined };

/** The beginning of a page of deliveries: behind the previous page, or before a time. */
export interface DeliveriesFrom {
  readonly untilMs?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

/** Makes, changes and removes receivers of outgoing webhooks. */
export class ManageEndpoints {
  constructor(private readonly ports: EndpointPorts) {}

  /** Says why nothing can be posted to an address, so that a caller learns of it together with other faults. */
  faultsOf(url: string): readonly Fault[] {
    const fault = this.ports.sender.addressFault(url);
    return fault === undefined ? [] : [{ pointer: '/url', detail: `url ${fault}` }];
  }

  /** @returns the secret, which is shown only now. @throws InvalidRequest; ApplicationError `too-many-endpoints` */
  async create(
    settings: EndpointSettings,
    actor: string | undefined,
  ): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
    this.checkAddress(settings.url);
    const id = this.ports.identifiers.newId();
    const all = await this.ports.endpoints.change((endpoints, occurredAt) => {
      if (endpoints.size >= ENDPOINTS_MAX) {
        throw new ApplicationError(
          'too-many-endpoints',
          `There are ${ENDPOINTS_MAX} endpoints, and no more can be: delete one that nobody needs.`,
        );
      }
      return { type: 'EndpointCreated', data: { id, ...settings, by: actor ?? null, occurredAt } };
    }, actor);
    return { endpoint: found(all.get(id)), secret: await this.ports.endpoints.secret(id, 1) };
  }

  async list(): Promise<readonly Endpoint[]> {
    return [...(await this.ports.endpoints.read()).endpoints.values()];
  }

  /** @throws ApplicationError `endpoint-not-found` */
  async read(id: string): Promise<Endpoint> {
    return found((await this.ports.endpoints.read()).endpoints.get(id));
  }

  /** @throws InvalidRequest; ApplicationError `endpoint-not-found` */
  async patch(id: string, patch: EndpointPatch, actor: string | undefined): Promise<Endpoint> {
    const { enabled, ...settings } = patch;
    if (settings.url !== undefined) this.checkAddress(settings.url);
    if (Object.values(settings).some((value) => value !== undefined)) {
      await this.change(id, actor, (endpoint, common) => ({
        type: 'EndpointChanged',
        data: {
          url: settings.url ?? endpoint.url,
          events: settings.events ?? endpoint.events,
          description: settings.description ?? endpoint.description,
          ...common,
        },
      }));
    }
    if (enabled === undefined) return this.read(id);
    // The time in which it was disabled is none in which it failed.
    if (enabled && (await this.read(id)).disabledBecause !== null) {
      await this.ports.deliveries.setFailingSince(id, undefined);
    }
    return this.change(id, actor, (endpoint, common) => {
      if (enabled === (endpoint.disabledBecause === null)) return undefined;
      return enabled
        ? { type: 'EndpointEnabled', data: common }
        : { type: 'EndpointDisabled', data: { ...common, reason: 'disabled by request' } };
    });
  }

  /** @returns the new secret, which is shown only now. @throws ApplicationError `endpoint-not-found` */
  async rotate(
    id: string,
    actor: string | undefined,
  ): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
    const endpoint = await this.change(id, actor, (_, common) => ({
      type: 'EndpointSecretRotated',
      data: {
        ...common,
        overlapUntil: new Date(Date.parse(common.occurredAt) + OVERLAP_MS).toISOString(),
      },
    }));
    return {
      endpoint,
      secret: await this.ports.endpoints.secret(id, endpoint.secretGeneration),
    };
  }

  /** @throws ApplicationError `endpoint-not-found` */
  async remove(id: string, actor: string | undefined): Promise<void> {
    await this.ports.endpoints.change((endpoints, occurredAt) => {
      found(endpoints.get(id));
      return { type: 'EndpointDeleted', data: { id, by: actor ?? null, occurredAt } };
    }, actor);
    await this.ports.deliveries.forget(id);
  }

  /** Delivers an example at once, and tells what the receiver answered. @throws ApplicationError `endpoint-not-found` */
  async test(id: string, signal: AbortSignal): Promise<WebhookOutcome> {
    const endpoint = await this.read(id);
    const at = this.ports.clock.now();
    const body = { type: 'endpoint.test', timestamp: at.toISOString(), data: { endpointId: id } };
    return this.ports.sender.send(
      {
        url: endpoint.url,
        secrets: await this.ports.endpoints.secrets(endpoint),
        id: this.ports.identifiers.newId(),
        at,
        body: JSON.stringify(body),
      },
      signal,
    );
  }

  /**
   * A page, the newest first.
   * @throws ApplicationError `endpoint-not-found`; InvalidRequest for a cursor of another list
   */
  async deliveries(
    id: string,
    { untilMs, cursor }: DeliveriesFrom,
    rowsMax: number,
  ): Promise<DeliveryPage> {
    await this.read(id);
    const question = ['deliveries', id, untilMs ?? null];
    const until = untilMs === undefined ? undefined : { lastAt: untilMs, eventId: '' };
    const before = cursor === undefined ? until : keyOf(cursor, question);
    const rows = await this.ports.deliveries.list(id, before, rowsMax + 1);
    const items = rows.slice(0, rowsMax);
    const last = rows.length > rowsMax ? items.at(-1) : undefined;
    const nextCursor = last ? encodeCursor([last.lastAt, last.eventId], question) : null;
    return { items, nextCursor };
  }

  /** Delivers again what was recorded since then. @throws ApplicationError `endpoint-not-found` */
  async replay(id: string, sinceMs: number): Promise<void> {
    await this.read(id);
    await this.ports.deliveries.requestReplay(id, sinceMs);
  }

  private async change(
    id: string,
    actor: string | undefined,
    decide: (
      endpoint: Endpoint,
      common: { readonly id: string; readonly by: string | null; readonly occurredAt: string },
    ) => EndpointEvent | undefined,
  ): Promise<Endpoint> {
    const all = await this.ports.endpoints.change(
      (endpoints, occurredAt) =>
        decide(found(endpoints.get(id)), { id, by: actor ?? null, occurredAt }),
      actor,
    );
    return found(all.get(id));
  }

  private checkAddress(url: string): void {
    const faults = this.faultsOf(url);
    if (faults.length > 0) throw new InvalidRequest(faults);
  }
}

function keyOf(cursor: string, question: unknown): DeliveryKey {
  const [lastAt, eventId] = decodeCursor(cursor, question) ?? [];
  if (typeof lastAt === 'number' && typeof eventId === 'string') return { lastAt, eventId };
  throw new InvalidRequest([cursorFault]);
}

function found(endpoint: Endpoint | undefined): Endpoint {
  if (endpoint !== undefined) return endpoint;
  throw new ApplicationError('endpoint-not-found', 'There is no such webhook endpoint.');
}
