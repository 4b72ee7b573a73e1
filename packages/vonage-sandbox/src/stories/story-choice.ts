import { failedWith, stories, type NamedStory, type Story, type StoryName } from './stories.js';
import type { Random } from '../random.js';

/** A story, and its name in the history. */
export interface ChosenStory {
  readonly name: string;
  readonly story: Story;
}

/** A story ordered through the control route, for one recipient or for the next message to anyone. */
export interface StoryOrder {
  readonly what: { readonly name: StoryName } | { readonly chosen: ChosenStory };
  /** The number of messages that remain; null is for all. */
  usesLeft: number | null;
}

/** The largest number of recipients with an order, or in the middle of a story for several messages. */
export const RECIPIENTS_MAX = 10_000;

/** Shares in percent: the traffic of an ordinary day, with rare results somewhat more frequent. */
const mixed: readonly (readonly [number, StoryName])[] = [
  [84, 'delivered'],
  [4, 'no-receipt'],
  [3, 'rejected'],
  [2, 'undeliverable'],
  [2, 'out-of-order'],
  [2, 'duplicated'],
  [1, 'contradicted'],
  [1, 'before-accepted'],
  [1, 'unsigned-first'],
];

const byDigits: ReadonlyMap<string, StoryName> = new Map(
  Object.entries(stories).map(([name, { digits }]) => [digits, name as keyof typeof stories]),
);

/** Chooses the story of a message: an order comes first, then the digits, then the default. */
export class StoryChoice {
  private readonly orders = new Map<string, StoryOrder>();
  private readonly nextOrders: StoryOrder[] = [];
  private readonly messagesSeen = new Map<string, number>();

  constructor(private readonly random: Random) {}

  order(to: string | null, order: StoryOrder): void {
    if (to === null) {
      this.nextOrders.push(order);
      if (this.nextOrders.length > RECIPIENTS_MAX) this.nextOrders.shift();
    } else {
      setBounded(this.orders, to, order);
    }
  }

  choose(to: string, defaultStory: StoryName): ChosenStory {
    return this.ordered(to) ?? this.byDigits(to) ?? this.named(defaultStory, to);
  }

  /** Returns a named story for this recipient; a story for the first messages counts them. */
  named(name: StoryName, to: string): ChosenStory {
    if (name === 'mixed') return this.named(this.draw(), to);
    const story: NamedStory = stories[name];
    if (story.firstMessages === undefined) return { name, story };
    const seen = this.messagesSeen.get(to) ?? 0;
    if (seen < story.firstMessages) {
      setBounded(this.messagesSeen, to, seen + 1);
      return { name, story };
    }
    this.messagesSeen.delete(to);
    return { name: 'delivered', story: stories.delivered };
  }

  private ordered(to: string): ChosenStory | null {
    const order = this.orders.get(to) ?? this.nextOrders[0];
    if (order === undefined) return null;
    if (order.usesLeft !== null) {
      order.usesLeft -= 1;
      if (order.usesLeft <= 0) this.forget(to, order);
    }
    return 'name' in order.what ? this.named(order.what.name, to) : order.what.chosen;
  }

  private forget(to: string, order: StoryOrder): void {
    if (this.orders.get(to) === order) this.orders.delete(to);
    else this.nextOrders.shift();
  }

  private byDigits(to: string): ChosenStory | null {
    // The end of an e-mail address is its host, so only the digits before the host count.
    const ending = /(?:980(?<story>\d{3})|(?<kind>9[97])(?<code>[12]\d{3}))$/.exec(
      to.split('@', 1)[0] ?? '',
    );
    const { story, kind, code } = ending?.groups ?? {};
    if (kind !== undefined && code !== undefined) {
      const status = kind === '99' ? 'rejected' : 'undeliverable';
      return { name: `${status} ${code}`, story: failedWith(status, code) };
    }
    const name = story === undefined ? undefined : byDigits.get(story);
    return name === undefined ? null : this.named(name, to);
  }

  private draw(): StoryName {
    let left = this.random() * mixed.reduce((sum, [share]) => sum + share, 0);
    for (const [share, name] of mixed) {
      left -= share;
      if (left < 0) return name;
    }
    return 'delivered';
  }
}

/** Sets an entry and drops the oldest one at the limit, so that the map stays bounded. */
function setBounded<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > RECIPIENTS_MAX && oldest.done !== true) map.delete(oldest.value);
}
