import type { FallbackStep, MessageRequest } from '../../domain/message/message-events.js';
import { segmentsOf } from '../../domain/segments.js';
import { countryOfAddress } from '../../domain/contacts/address.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { DeliveryTotal, DeliveryTotalsSource } from '../ports/delivery-totals.js';
import { HOUR_MS } from '../projecting/messages/delivery-contribution.js';
import { HOURS_PER_DAY, medianOf, pricedUnits, recentTotals } from '../reporting/typical-cost.js';

/** Age at which the prices are learnt anew, while the old ones are still used. */
const PRICES_AGE_MS_MAX = 10_000;
const SMS = 'sms';

/** Prices from reports of the last `COST_DAYS` days. Amounts are integers, see `money.ts`. */
interface Prices {
  /** The currency in which most groups were charged; null: no report named a price. */
  readonly currency: string | null;
  /** Median of a segment, or of a message of a channel without segments, by country and channel. */
  readonly usual: ReadonlyMap<string, number>;
  /** The highest of them by channel. */
  readonly highest: ReadonlyMap<string, number>;
  /** Charged so far, by days since 1970. */
  readonly charged: ReadonlyMap<number, number>;
}

const placeOf = (country: string | null, channel: string): string => `${country ?? ''} ${channel}`;

/** Estimates the cost of a message before it is sent, from the prices that reports named. */
export class ExpectedCosts {
  private latest: Prices | undefined;
  private learntAtMs = 0;
  private learning: Promise<Prices> | undefined;

  constructor(
    private readonly source: DeliveryTotalsSource,
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
  ) {}

  /**
   * The cost of a message and of all its fallback steps, because each of them may follow by itself. A country without a
   * known price counts as the dearest one that is known. 0 while no price is known at all.
   * @throws ProjectorUnavailable while nothing was learnt yet
   */
  async of(request: MessageRequest): Promise<number> {
    const prices = await this.prices();
    const { channel, country, segments, fallback } = request;
    const own = unitPrice(prices, country, channel) * (channel === SMS ? segments.count : 1);
    return fallback.reduce((sum, step) => sum + costOfStep(prices, step, request), own);
  }

  /** The cost that reports name for the messages of a day. @throws ProjectorUnavailable */
  async chargedOn(day: Date): Promise<number> {
    const { charged } = await this.prices();
    return charged.get(Math.floor(day.getTime() / HOUR_MS / HOURS_PER_DAY)) ?? 0;
  }

  /** The account's currency; null while no report named a price. @throws ProjectorUnavailable */
  async currency(): Promise<string | null> {
    return (await this.prices()).currency;
  }

  /** Only the first caller waits: the prices of ten seconds ago are as good. */
  private async prices(): Promise<Prices> {
    const { latest } = this;
    if (latest === undefined) return this.learn();
    if (this.monotonic.elapsedMs() - this.learntAtMs > PRICES_AGE_MS_MAX) {
      this.learn().catch(() => undefined);
    }
    return latest;
  }

  private learn(): Promise<Prices> {
    this.learning ??= this.ask().finally(() => {
      this.learning = undefined;
    });
    return this.learning;
  }

  private async ask(): Promise<Prices> {
    // A failed attempt is not repeated at once either.
    this.learntAtMs = this.monotonic.elapsedMs();
    this.latest = pricesOf(await recentTotals(this.source, this.clock));
    return this.latest;
  }
}

function costOfStep(
  prices: Prices,
  { channel, to, text }: FallbackStep,
  request: MessageRequest,
): number {
  const price = unitPrice(prices, countryOfAddress(to, channel), channel);
  if (channel !== SMS || price === 0) return price;
  const segments = segmentsOf(text ?? request.text, request.encoding);
  return price * (segments.ok ? segments.segments.count : 1);
}

const unitPrice = ({ usual, highest }: Prices, country: string | null, channel: string): number =>
  usual.get(placeOf(country, channel)) ?? highest.get(channel) ?? 0;

function pricesOf(totals: readonly DeliveryTotal[]): Prices {
  const currency = mostUsedCurrency(totals);
  const perDay = new Map<string, number[]>();
  const charged = new Map<number, number>();
  for (const { group, amounts, priced } of totals) {
    const [country, channel, day] = group as [string | null, string, number];
    const amount = currency === null ? 0 : (amounts.get(currency) ?? 0);
    charged.set(day, (charged.get(day) ?? 0) + amount);
    const units = pricedUnits(channel, priced);
    if (amount <= 0 || units <= 0) continue;
    const place = placeOf(country, channel);
    perDay.set(place, [...(perDay.get(place) ?? []), amount / units]);
  }
  const usual = new Map([...perDay].map(([place, costs]) => [place, Math.ceil(medianOf(costs))]));
  const highest = new Map<string, number>();
  for (const [place, price] of usual) {
    const channel = place.slice(place.indexOf(' ') + 1);
    highest.set(channel, Math.max(price, highest.get(channel) ?? 0));
  }
  return { currency, usual, highest, charged };
}

function mostUsedCurrency(totals: readonly DeliveryTotal[]): string | null {
  const uses = new Map<string, number>();
  for (const { amounts } of totals) {
    for (const currency of amounts.keys()) uses.set(currency, (uses.get(currency) ?? 0) + 1);
  }
  const [first] = [...uses].toSorted(([, left], [, right]) => right - left);
  return first?.[0] ?? null;
}
