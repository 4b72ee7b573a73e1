import type { ConsentFact, ContactEvent, Listing } from './contact-events.js';

/** `all`: a wish to stop concerns all our senders. `sender`: only the one that it was said to. */
export const optOutScopes = ['all', 'sender'] as const;
export type OptOutScope = (typeof optOutScopes)[number];

/** The latest word about a sender, or about all. `since` is ISO 8601 UTC. */
export interface Consent extends Omit<ConsentFact, 'ends' | 'number'> {
  readonly state: 'opted-out' | 'opted-in' | 'barred' | 'review';
  readonly since: string;
}

export const suppressionStates = ['opted-out', 'barred'] as const;

/** The reason why nothing may be sent to somebody. */
export interface Suppression extends Consent {
  readonly state: (typeof suppressionStates)[number];
}

/** A contact, folded from the events of its stream. */
export interface Contact {
  readonly number: string | null;
  readonly general: Consent | null;
  /** Words about one sender that are newer than the general one. */
  readonly bySender: ReadonlyMap<string, Consent>;
  /** By channel. */
  readonly bars: ReadonlyMap<string | null, Consent>;
  readonly review: Consent | null;
  /** By sender: the newest text that said the same word again. It is later than the word itself, whose time stays. */
  readonly saidAgainAt: ReadonlyMap<string | null, string>;
}

export const unknownContact: Contact = {
  number: null,
  general: null,
  bySender: new Map(),
  bars: new Map(),
  review: null,
  saidAgainAt: new Map(),
};

export function evolveContact(contact: Contact, event: ContactEvent): Contact {
  const { ends, number, occurredAt, ...fact } = event.data;
  const known = { ...contact, number };
  const consent = { ...fact, since: occurredAt };
  switch (event.type) {
    case 'ContactBarred':
      return {
        ...known,
        bars: new Map([...contact.bars, [fact.channel, { ...consent, state: 'barred' }]]),
      };
    case 'OptOutSuspected':
      return { ...known, review: { ...consent, state: 'review' } };
    case 'OptOutDismissed':
      return { ...known, review: null };
    case 'OptedOut':
      return said(known, { ...consent, state: 'opted-out' }, ends);
    case 'OptedIn':
      return said(known, { ...consent, state: 'opted-in' }, ends);
  }
}

function said(contact: Contact, word: Consent, ends: readonly Listing[]): Contact {
  const { sender, source, since } = word;
  const before = sender === null ? contact.general : contact.bySender.get(sender);
  const isAgain = word.state === 'opted-out' || ends.length === 0;
  if (before?.state !== word.state || source !== 'keyword' || !isAgain) {
    return withWord(contact, word, ends);
  }
  const after = withWord(contact, before, ends);
  return { ...after, saidAgainAt: new Map([...after.saidAgainAt, [sender, since]]) };
}

function withWord(contact: Contact, word: Consent, ends: readonly Listing[]): Contact {
  const isOver = (kind: Listing['kind']): boolean => ends.some((one) => one.kind === kind);
  const { sender } = word;
  return {
    ...contact,
    general: sender === null ? word : contact.general,
    bySender: sender === null ? new Map() : new Map([...contact.bySender, [sender, word]]),
    bars: isOver('barred') ? new Map() : contact.bars,
    review: isOver('review') ? null : contact.review,
    saidAgainAt: new Map(
      [...contact.saidAgainAt].filter(([about]) => sender !== null && about !== sender),
    ),
  };
}

/** The route of a message: our sender and the channel. */
export interface Route {
  readonly sender: string;
  readonly channel: string;
}

/** The reason why nothing may be sent on this route; null: it may. */
export function suppressionOf(
  { bars, general, bySender }: Contact,
  { sender, channel }: Route,
  scope: OptOutScope,
): Suppression | null {
  const words =
    scope === 'sender' ? [bySender.get(sender) ?? general] : [general, ...bySender.values()];
  const reason = words.find((one) => one?.state === 'opted-out') ?? bars.get(channel);
  return (reason as Suppression | undefined) ?? null;
}

/** A fact about consent that somebody states. */
export type Statement = Omit<ConsentFact, 'ends'> & {
  readonly type: ContactEvent['type'];
  /** ISO 8601 UTC. */
  readonly occurredAt: string;
};

/** Decides what a statement changes; undefined: nothing. */
export function decideConsent(contact: Contact, statement: Statement): ContactEvent | undefined {
  const { type, ...fact } = statement;
  const { sender } = fact;
  const word = wordAbout(contact, sender);
  switch (type) {
    case 'ContactBarred':
      if (contact.bars.has(fact.channel) || isOpenedSince(contact, statement)) return undefined;
      return { type, data: { ...fact, ends: [] } };
    case 'OptOutSuspected':
      return word?.state === 'opted-out' ? undefined : doubted(contact, fact);
    case 'OptOutDismissed':
      if (contact.review === null) return undefined;
      return { type, data: { ...fact, ends: [reviewListing(contact.review)] } };
    case 'OptedOut':
      if (word?.state === 'opted-out' && !isSaidAgain(contact, word, statement)) return undefined;
      if (isOvertaken(contact, word, statement)) {
        return fact.source === 'keyword' ? doubted(contact, fact) : undefined;
      }
      return { type, data: { ...fact, ends: endedBy(contact, statement) } };
    case 'OptedIn': {
      const ends = endedBy(contact, statement);
      if (wordsAbout(contact, sender).some((one) => isOvertaken(contact, one, statement)))
        return undefined;
      if (ends.length === 0 && word?.state === 'opted-in') {
        if (word.sender !== sender || !isSaidAgain(contact, word, statement)) return undefined;
      }
      return { type, data: { ...fact, ends } };
    }
  }
}

const wordAbout = ({ general, bySender }: Contact, sender: string | null): Consent | null =>
  (sender === null ? undefined : bySender.get(sender)) ?? general;

/** The words that a return to one sender, or to all, takes the place of. */
const wordsAbout = (contact: Contact, sender: string | null): readonly (Consent | null)[] =>
  sender === null ? [contact.general, ...contact.bySender.values()] : [wordAbout(contact, sender)];

/**
 * True for an older text that arrived late. Of two in one second the wish to stop counts. A text to start is older than
 * any later wish to stop, whoever recorded it. One to stop is older only than a later text of the person; the clock of
 * one of them may be wrong, so a person decides. A report tells what was true when the message was sent, so it ends no
 * later return: webhooks repeat, and records are compared late.
 */
function isOvertaken(
  contact: Contact,
  word: Consent | null,
  { type, source, occurredAt }: Statement,
): boolean {
  if (word === null) return false;
  if (source === 'error') return word.state === 'opted-in' && occurredAt < newestOf(contact, word);
  if (source !== 'keyword') return false;
  if (type === 'OptedIn' && word.state === 'opted-out')
    return occurredAt <= newestOf(contact, word);
  if (word.source !== 'keyword') return false;
  const newest = newestOf(contact, word);
  return type === 'OptedIn' ? occurredAt <= newest : occurredAt < newest;
}

/** True for a later STOP or START: an older one of the other kind may still arrive, and must not end it. */
const isSaidAgain = (contact: Contact, word: Consent, { source, occurredAt }: Statement): boolean =>
  source === 'keyword' && occurredAt > newestOf(contact, word);

/** The time of the newest text that says the same as a word. */
const newestOf = ({ saidAgainAt }: Contact, { sender, since }: Consent): string =>
  saidAgainAt.get(sender) ?? since;

/** True for a report from before a decision that opened all bars. */
const isOpenedSince = (contact: Contact, { occurredAt }: Statement): boolean =>
  wordsAbout(contact, null).some(
    (word) => word?.state === 'opted-in' && liftsBars(word) && occurredAt < word.since,
  );

/** A person's own word cannot open what a carrier has closed. */
const liftsBars = ({ source }: Pick<ConsentFact, 'source'>): boolean => source !== 'keyword';

/** A person decides, once about all such texts until then. */
const doubted = (
  { review }: Contact,
  fact: Omit<ContactEvent['data'], 'ends'>,
): ContactEvent | undefined =>
  review === null ? { type: 'OptOutSuspected', data: { ...fact, ends: [] } } : undefined;

function endedBy(contact: Contact, statement: Statement): readonly Listing[] {
  const { general, bySender, bars, review } = contact;
  const { type, sender } = statement;
  const words = sender === null ? [general, ...bySender.values()] : [bySender.get(sender) ?? null];
  const barred = type === 'OptedIn' && liftsBars(statement) ? [...bars.keys()] : [];
  return [
    ...words
      .filter((word) => word?.state === 'opted-out')
      .map((word): Listing => ({
        kind: 'opted-out',
        sender: word?.sender ?? null,
        channel: null,
      })),
    ...barred.map((channel): Listing => ({ kind: 'barred', sender: null, channel })),
    ...(review !== null && settles(statement, review) ? [reviewListing(review)] : []),
  ];
}

/** True where a word leaves nothing to decide: it is about the same sender, or all, and no START from before the text. */
const settles = ({ type, sender, source, occurredAt }: Statement, review: Consent): boolean =>
  (sender === null || sender === review.sender) &&
  (type === 'OptedOut' || source !== 'keyword' || occurredAt > review.since);

const reviewListing = ({ sender }: Consent): Listing => ({ kind: 'review', sender, channel: null });
