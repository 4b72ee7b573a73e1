import * as fc from 'fast-check';
import {
  decideConsent,
  evolveContact,
  suppressionOf,
  unknownContact,
  type Contact,
  type Statement,
} from '../../../src/domain/contacts/contact.js';

const statement = (
  type: Statement['type'],
  sender: string | null,
  more: Partial<Statement> = {},
): Statement => ({
  type,
  number: '447700900123',
  sender,
  channel: null,
  source: 'keyword',
  keyword: null,
  errorCode: null,
  messageUuid: null,
  reason: null,
  by: null,
  occurredAt: '2031-03-04T12:00:00.000Z',
  ...more,
});

function after(statements: readonly Statement[]): Contact {
  let contact = unknownContact;
  for (const one of statements) {
    const event = decideConsent(contact, one);
    if (event !== undefined) contact = evolveContact(contact, event);
  }
  return contact;
}

const from = (sender: string) => ({ sender, channel: 'sms' });

const at = (second: number): string => `2031-03-04T12:00:${String(second).padStart(2, '0')}.000Z`;

it('suppresses one sender or all, as the scope says', () => {
  const contact = after([statement('OptedOut', 'A')]);
  expect(suppressionOf(contact, from('A'), 'sender')).not.toBeNull();
  expect(suppressionOf(contact, from('B'), 'sender')).toBeNull();
  expect(suppressionOf(contact, from('B'), 'all')).not.toBeNull();
});

it('lets a person come back to one sender, and stay away from the others', () => {
  const contact = after([
    statement('OptedOut', null, { occurredAt: at(1) }),
    statement('OptedIn', 'A', { occurredAt: at(2) }),
  ]);
  expect(suppressionOf(contact, from('A'), 'sender')).toBeNull();
  expect(suppressionOf(contact, from('B'), 'sender')).not.toBeNull();
});

it('follows the time of the texts and not the order in which they arrive', () => {
  const stop = statement('OptedOut', null, { occurredAt: at(1) });
  const start = statement('OptedIn', null, { occurredAt: at(2) });
  for (const order of [
    [stop, start],
    [start, stop],
  ]) {
    expect(suppressionOf(after(order), from('A'), 'all')).toBeNull();
  }
});

it.each(['operator', 'api', 'error'] as const)(
  'keeps out whom the %s has put on the list after the START that arrives late',
  (source) => {
    const start = (second: number) => statement('OptedIn', null, { occurredAt: at(second) });
    for (const sender of [null, 'A']) {
      const stop = statement('OptedOut', sender, { source, occurredAt: at(3) });
      expect(suppressionOf(after([stop, start(2)]), from('A'), 'all')).not.toBeNull();
      expect(suppressionOf(after([stop, start(4)]), from('A'), 'all')).toBeNull();
    }
  },
);

const byCode = (
  type: 'OptedOut' | 'ContactBarred',
  second: number,
  sender: string | null = null,
): Statement =>
  statement(type, sender, { source: 'error', channel: 'sms', occurredAt: at(second) });

it.each(['keyword', 'api', 'operator'] as const)(
  'lets no report from before a return by %s end it again, however late it arrives',
  (source) => {
    for (const sender of [null, 'A']) {
      const back = statement('OptedIn', sender, { source, occurredAt: at(3) });
      for (const early of [
        [byCode('OptedOut', 2, sender), back],
        [back, byCode('OptedOut', 2, sender)],
        [byCode('OptedOut', 1, sender), back, byCode('OptedOut', 2, sender)],
      ]) {
        expect(suppressionOf(after(early), from('A'), 'sender')).toBeNull();
      }
      for (const second of [3, 4]) {
        const late = after([back, byCode('OptedOut', second, sender)]);
        expect(suppressionOf(late, from('A'), 'all')).not.toBeNull();
      }
    }
  },
);

it('leaves a bar open that was opened after the report that names it', () => {
  const opened = statement('OptedIn', 'B', { source: 'operator', occurredAt: at(3) });
  expect(suppressionOf(after([opened, byCode('ContactBarred', 2)]), from('A'), 'all')).toBeNull();
  for (const newer of [
    [opened, byCode('ContactBarred', 3)],
    [statement('OptedIn', null, { occurredAt: at(3) }), byCode('ContactBarred', 2)],
  ]) {
    expect(suppressionOf(after(newer), from('A'), 'all')?.state).toBe('barred');
  }
});

it.each([null, 'A'])(
  'keeps out who said STOP again after the START that arrives last (%s)',
  (sender) => {
    const stop = (second: number) => statement('OptedOut', sender, { occurredAt: at(second) });
    const start = (second: number) => statement('OptedIn', sender, { occurredAt: at(second) });
    for (const order of [
      [stop(1), start(2), stop(3)],
      [stop(1), stop(3), start(2)],
      [stop(3), stop(1), start(2)],
    ]) {
      const contact = after(order);
      expect(suppressionOf(contact, from('A'), 'sender')).toMatchObject({ state: 'opted-out' });
      expect(suppressionOf(after([...order, start(4)]), from('A'), 'sender')).toBeNull();
    }
    const [first, again] = [after([stop(1)]), after([stop(1), stop(3)])];
    expect(suppressionOf(again, from('A'), 'all')).toEqual(suppressionOf(first, from('A'), 'all'));
  },
);

it.each([null, 'A'])(
  'lets in who said START again after the STOP that arrives last (%s)',
  (sender) => {
    const stop = (second: number) => statement('OptedOut', sender, { occurredAt: at(second) });
    const start = (second: number) => statement('OptedIn', sender, { occurredAt: at(second) });
    const byError = statement('OptedOut', sender, { source: 'error', occurredAt: at(2) });
    for (const order of [
      [start(1), start(3), stop(2)],
      [start(3), start(1), stop(2)],
      [start(1), start(3), byError],
    ]) {
      expect(suppressionOf(after(order), from('A'), 'all')).toBeNull();
      expect(suppressionOf(after([...order, stop(4)]), from('A'), 'all')).not.toBeNull();
    }
    const words = ({ general, bySender }: Contact) => [general, ...bySender.values()];
    expect(words(after([start(1), start(3)]))).toEqual(words(after([start(1)])));
  },
);

it.each([null, 'A'])('leaves to a person a STOP that looks older than a START (%s)', (sender) => {
  const late = statement('OptedOut', sender, { occurredAt: at(1), keyword: 'STOP' });
  const start = statement('OptedIn', sender, { occurredAt: at(2) });
  const contact = after([start, late]);
  expect(suppressionOf(contact, from('A'), 'all')).toBeNull();
  expect(contact.review).toMatchObject({ sender, since: at(1), keyword: 'STOP' });
  expect(after([start, late, { ...start, occurredAt: at(3) }]).review).toBeNull();
  expect(after([start, { ...late, source: 'error' }]).review).toBeNull();
});

it('goes on asking a person about a text after the older START that arrives late', () => {
  const doubtful = statement('OptOutSuspected', null, { occurredAt: at(2) });
  const start = (second: number) => statement('OptedIn', null, { occurredAt: at(second) });
  expect(after([doubtful, start(1)]).review).not.toBeNull();
  expect(after([doubtful, start(2)]).review).not.toBeNull();
  expect(after([doubtful, start(3)]).review).toBeNull();
  expect(after([doubtful, { ...start(1), source: 'operator' }]).review).toBeNull();
});

it('goes on asking a person about a text to one sender after a word about another', () => {
  const doubtful = statement('OptOutSuspected', 'A');
  for (const type of ['OptedIn', 'OptedOut'] as const) {
    const word = (sender: string | null) => statement(type, sender, { occurredAt: at(2) });
    expect(after([doubtful, word('B')]).review).not.toBeNull();
    expect(after([doubtful, word('A')]).review).toBeNull();
    expect(after([doubtful, word(null)]).review).toBeNull();
    const ofAll = statement('OptOutSuspected', null);
    expect(after([ofAll, word('A')]).review).not.toBeNull();
  }
});

it('counts the wish to stop where both texts are of one second', () => {
  const stop = statement('OptedOut', null);
  const start = statement('OptedIn', null);
  expect(suppressionOf(after([stop, start]), from('A'), 'all')).not.toBeNull();
  expect(suppressionOf(after([start, stop]), from('A'), 'all')).not.toBeNull();
});

it('opens a bar by a decision here and not by a word of the person', () => {
  const barred = statement('ContactBarred', null, {
    source: 'error',
    errorCode: '1050',
    channel: 'sms',
  });
  const start = statement('OptedIn', null, { occurredAt: at(2) });
  expect(suppressionOf(after([barred, start]), from('A'), 'all')?.state).toBe('barred');
  const lifted = after([barred, { ...start, source: 'operator' }]);
  expect(suppressionOf(lifted, from('A'), 'all')).toBeNull();
});

it('names in its events all that ends, so that a list follows from them alone', () => {
  const types = [
    'OptedOut',
    'OptedIn',
    'ContactBarred',
    'OptOutSuspected',
    'OptOutDismissed',
  ] as const;
  const step = fc.record({
    type: fc.constantFrom(...types),
    sender: fc.constantFrom(null, 'A', 'B'),
    channel: fc.constantFrom('sms', 'whatsapp'),
    source: fc.constantFrom('keyword' as const, 'api' as const),
    occurredAt: fc.nat({ max: 59 }).map(at),
  });
  const kinds = {
    OptedOut: 'opted-out',
    ContactBarred: 'barred',
    OptOutSuspected: 'review',
  } as const;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let contact = unknownContact;
      const listed = new Set<string>();
      for (const { type, sender: named, channel: on, ...more } of steps) {
        const isBar = type === 'ContactBarred';
        const sender = isBar ? null : named;
        const channel = isBar ? on : null;
        const event = decideConsent(contact, statement(type, sender, { ...more, channel }));
        if (event === undefined) continue;
        contact = evolveContact(contact, event);
        for (const over of event.data.ends) {
          listed.delete(`${over.kind} ${over.sender} ${over.channel}`);
        }
        if (event.type === 'OptedIn' || event.type === 'OptOutDismissed') continue;
        listed.add(`${kinds[event.type]} ${sender} ${channel}`);
      }
      const { general, bySender, bars, review } = contact;
      const words = [general, ...bySender.values(), ...bars.values(), review];
      const now = words.filter((word) => word !== null && word.state !== 'opted-in');
      expect([...listed].toSorted()).toEqual(
        now.map((word) => `${word?.state} ${word?.sender} ${word?.channel}`).toSorted(),
      );
    }),
  );
});
