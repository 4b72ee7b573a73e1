import * as fc from 'fast-check';
import { readStatusWebhook } from '../../../../src/adapters/http/webhooks/read-status-webhook.js';
import { reportStatuses, type Report } from '../../../../src/domain/report.js';
import { sha256Of, webhookFixture } from '../../../support/facts/webhook-fixtures.js';

const receivedAt = '2031-05-05T05:05:05.555Z';
const read = (body: Buffer) => readStatusWebhook(body, { sha256: sha256Of(body), receivedAt });
const readJson = (value: unknown) => read(Buffer.from(JSON.stringify(value)));

const messageUuid = '3f2b8c1e-5d4a-4e6f-9b70-1a2c3d4e5f60';
const clientRef = '0190a7d2-4b1c-7e3f-8a5b-0123456789ab.2';
const minimal = {
  message_uuid: messageUuid,
  to: '447700900042',
  from: 'Waybill',
  channel: 'sms',
  timestamp: '2030-01-01T12:00:00Z',
  status: 'delivered',
};
const plain: Omit<Report, 'reportId'> = {
  messageUuid,
  attempt: null,
  status: 'delivered',
  to: '447700900042',
  from: 'Waybill',
  channel: 'sms',
  clientRef: null,
  error: null,
  usage: null,
  networkCode: null,
  segmentCount: null,
  segments: [],
  workflow: null,
};

const reportOf = (changes: Readonly<Record<string, unknown>>) => {
  const result = readJson({ ...minimal, ...changes });
  if (result.kind !== 'report') throw new Error(result.reason);
  return result;
};

describe('a status webhook', () => {
  it.each<[string, Partial<Report>, string?]>([
    [
      'status-sms-submitted',
      {
        status: 'submitted',
        clientRef,
        attempt: 2,
        usage: { currency: 'EUR', price: '0.0412' },
        networkCode: '23410',
        segmentCount: 2,
      },
    ],
    [
      'status-sms-delivered-in-parts',
      {
        clientRef,
        attempt: 2,
        segmentCount: 2,
        segments: [
          { occurredAt: '2030-01-01T12:00:00.000Z', status: 'delivered', errorCode: null },
          { occurredAt: '2030-01-01T12:00:03.000Z', status: 'rejected', errorCode: '1230' },
        ],
      },
    ],
    [
      'status-sms-rejected',
      {
        status: 'rejected',
        clientRef,
        attempt: 2,
        error: {
          code: '1170',
          title: '1170',
          detail: 'Invalid or Missing Msisdn Param',
          type: 'https://developer.vonage.com/api-errors/messages#1170',
          class: 'permanent',
        },
      },
    ],
    [
      'status-sms-undeliverable-nested-error',
      {
        status: 'undeliverable',
        error: {
          code: '1260',
          title: '1260',
          detail: 'Destination unreachable',
          type: 'https://developer.nexmo.com/api-errors/messages-olympus#1260',
          class: 'permanent',
        },
      },
    ],
    [
      'status-whatsapp-read-to-bsuid',
      {
        status: 'read',
        channel: 'whatsapp',
        to: 'GB.48120937465520193847',
        from: '447700900001',
        workflow: { workflowId: 'Wf7Kq2', itemNumber: 1, itemsTotal: 2 },
      },
      '2030-01-01T12:00:00.010Z',
    ],
    [
      'status-rcs-rejected-in-workflow',
      {
        status: 'rejected',
        channel: 'rcs',
        from: 'WaybillAgent',
        workflow: { workflowId: 'Wf7Kq2', itemNumber: 1, itemsTotal: 2 },
        error: {
          code: '1331',
          title: 'Provider error',
          detail: null,
          type: 'https://developer.vonage.com/api-errors/messages#1331',
          class: 'transient',
        },
      },
    ],
    [
      'status-sms-v0.1',
      {
        status: 'undeliverable',
        from: '447700900001',
        clientRef,
        attempt: 2,
        usage: { currency: 'EUR', price: '0.0412' },
        error: {
          code: '1300',
          title: null,
          detail: 'Not part of the provider network',
          type: null,
          class: 'permanent',
        },
      },
    ],
    [
      'status-messenger-v0.1',
      { channel: 'messenger', to: '6401283355', from: '2299108845', clientRef: 'campaign 7' },
    ],
  ])('is read: %s', (name, differences, occurredAt = '2030-01-01T12:00:00.000Z') => {
    expect(read(webhookFixture(name))).toEqual({
      kind: 'report',
      report: { ...plain, reportId: expect.any(String), ...differences },
      formerReportId: expect.any(String),
      occurredAt,
    });
  });

  it('of the older form names Viber as the newer form does', () => {
    const to = { type: 'viber_service_msg', number: '447700900123' };
    const from = { type: 'viber_service_msg', id: '16273' };
    const body = { message_uuid: messageUuid, status: 'delivered', to, from };
    expect(readJson(body)).toMatchObject({ report: { channel: 'viber_service', from: '16273' } });
  });

  it.each([
    [{ channel: ' SMS ' }, 'sms'],
    [{ channel: 'Viber_Service_Msg' }, 'viber_service'],
    [{ channel: ' ', to: { type: 'WhatsApp', number: '447700900042' } }, 'whatsapp'],
  ])('names its channel in lower case: %j', (changes, channel) => {
    expect(reportOf(changes).report.channel).toBe(channel);
  });

  it('may hold nothing but an id and a status', () => {
    expect(readJson({ message_uuid: messageUuid, status: 'delivered' })).toEqual({
      kind: 'report',
      report: { ...plain, reportId: expect.any(String), to: '', from: '', channel: 'unknown' },
      formerReportId: expect.any(String),
      occurredAt: receivedAt,
    });
  });

  it('has an id that its bytes alone decide', () => {
    const body = Buffer.from(JSON.stringify(minimal));
    const spaced = Buffer.from(JSON.stringify(minimal, null, 1));
    expect(read(body)).toEqual(read(body));
    const [one, other] = [read(body), read(spaced)];
    expect(one).toMatchObject({ report: { reportId: expect.stringMatching(uuid8) } });
    expect(other).not.toEqual(one);
  });

  it.each(reportStatuses)('is understood as %s, however it is written', (status) => {
    expect(reportOf({ status }).report.status).toBe(status);
    expect(reportOf({ status: ` ${status.toUpperCase()}` }).report.status).toBe(status);
  });

  it.each([
    ['2030-01-01T12:00:00Z', '2030-01-01T12:00:00.000Z'],
    ['2030-01-01T12:00:00.000Z', '2030-01-01T12:00:00.000Z'],
    ['2030-01-01T12:00:03.01Z', '2030-01-01T12:00:03.010Z'],
    ['2030-01-01T12:00:03.123456Z', '2030-01-01T12:00:03.123Z'],
    ['2030-01-01 14:00:00 UTC', '2030-01-01T14:00:00.000Z'],
    ['2030-01-01 14:00:00', '2030-01-01T14:00:00.000Z'],
    ['2030-01-01T14:00:00', '2030-01-01T14:00:00.000Z'],
    ['2030-01-01T14:00:00+02:00', '2030-01-01T12:00:00.000Z'],
    ['2030-01-01T14:00:00 -0130', '2030-01-01T15:30:00.000Z'],
    [1_893_499_200, '2030-01-01T12:00:00.000Z'],
    ['1893499200123', '2030-01-01T12:00:00.123Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['2024-02-29T23:30:00-02:00', '2024-03-01T01:30:00.000Z'],
    ['2010-01-01T00:00:00Z', '2010-01-01T00:00:00.000Z'],
    ['2031-05-06T05:05:05Z', '2031-05-06T05:05:05.000Z'],
    [undefined, receivedAt],
    [null, receivedAt],
    ['', receivedAt],
    [{}, receivedAt],
  ])('happened, by the timestamp %j, at %s', (timestamp, occurredAt) => {
    expect(reportOf({ timestamp }).occurredAt).toBe(occurredAt);
  });

  it.each([
    ['yesterday', 'yesterday'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['2031-05-06T05:05:06Z', '2031-05-06T05:05:06Z'],
    ['2009-12-31T23:59:59Z', '2009-12-31T23:59:59Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['2026-02-30T01:00:00Z', '2026-02-30T01:00:00Z'],
    ['2026-02-30 01:00:00.5 +0200', '2026-02-30 01:00:00.5 +0200'],
    ['2025-02-29T12:00:00Z', '2025-02-29T12:00:00Z'],
    ['2030-01-01T24:00:00Z', '2030-01-01T24:00:00Z'],
    ['2030-13-45T99:00:00Z', '2030-13-45T99:00:00Z'],
    ['Tue Jan 01 2030 12:00', 'Tue Jan 01 2030 12:00'],
    [1e300, '1e+300'],
    [-1, '-1'],
    [0, '0'],
    [1_893_499_200_123_456, '1893499200123456'],
    ['x'.repeat(5000), 'x'.repeat(200)],
  ])(
    'keeps the timestamp %.40j as a claim, and goes by the time of receipt',
    (timestamp, claim) => {
      const { occurredAt, report } = reportOf({ timestamp });
      expect({ occurredAt, claimedAt: report.claimedAt }).toEqual({
        occurredAt: receivedAt,
        claimedAt: claim,
      });
    },
  );

  it.each([
    [{ title: 1000 }, '1000', 'transient'],
    [{ title: '1220' }, '1220', 'transient'],
    [{ code: '1240' }, '1240', 'permanent'],
    [{ code: 1490 }, '1490', 'ambiguous'],
    [{ type: 'https://developer.vonage.com/api-errors/messages#1060' }, '1060', 'configuration'],
    [{ title: 'Unknown', type: 'https://x/#a#1030' }, '1030', 'transient'],
    [{ title: '9999' }, '9999', 'permanent'],
    [{ title: 'Something odd' }, null, 'ambiguous'],
    [{ detail: 'no code at all' }, null, 'ambiguous'],
    [{ error: { code: 1180, reason: 'later' } }, '1180', 'transient'],
    [{ title: '1230 ' }, '1230', 'transient'],
    [{ title: ' 1000\t' }, '1000', 'transient'],
    [{ title: '123456' }, '123456', 'permanent'],
    [{ code: 'E-77' }, 'E-77', 'permanent'],
    [{ code: ' ', title: 'x' }, null, 'ambiguous'],
    ['1000', '1000', 'transient'],
    [1000, '1000', 'transient'],
    ['carrier refused', null, 'ambiguous'],
    [[{ title: '1180' }, { title: '1000' }], '1180', 'transient'],
    [[null, {}, '1000'], '1000', 'transient'],
    [{ error: '1180' }, '1180', 'transient'],
    [{ error: 'see title', title: '1180' }, '1180', 'transient'],
    [{ error: [{ code: 1180 }] }, '1180', 'transient'],
  ])('has the error %j as %s, %s', (error, code, errorClass) => {
    expect(reportOf({ status: 'rejected', error }).report.error).toMatchObject({
      code,
      class: errorClass,
    });
  });

  it('calls a busy phone transient only when the carrier has given up', () => {
    const error = { title: '1220' };
    expect(reportOf({ status: 'submitted', error }).report.error?.class).toBe('ambiguous');
  });

  it.each([null, {}, [], [[]], '', true, { error: null }, { title: '' }])(
    'has no error in %j',
    (error) => {
      expect(reportOf({ error }).report.error).toBeNull();
    },
  );

  it.each([
    [{ sms: { count_total: 3 } }, 3],
    [{ sms: { total_count: '4' } }, 4],
    [{ sms: { count_total: 'many' } }, null],
    [{ sms: { segments: [{ status: 'delivered' }, { status: 'delivered' }] } }, 2],
    [{ sms: [] }, null],
  ])('counts segments in %j as %j', (fields, segmentCount) => {
    expect(reportOf(fields).report.segmentCount).toBe(segmentCount);
  });

  it.each([
    [
      { price: 0.0412, currency: 'EUR' },
      { price: '0.0412', currency: 'EUR' },
    ],
    [
      { price: '0', currency: 'EUR' },
      { price: '0', currency: 'EUR' },
    ],
    [
      { price: '0.0412', currency: 'eur' },
      { price: '0.0412', currency: 'EUR' },
    ],
    [
      { price: 1e-7, currency: ' EUR ' },
      { price: '1e-7', currency: 'EUR' },
    ],
    [
      { price: '0.06659999999999999', currency: 'EUR' },
      { price: '0.06659999999999999', currency: 'EUR' },
    ],
    [{ price: 'free', currency: 'EUR' }, null],
    [{ price: '1', currency: ' ' }, null],
    [{ price: '0.0412' }, null],
    ['0.0412 EUR', null],
  ])('reads the price %j as %j', (usage, expected) => {
    expect(reportOf({ usage }).report.usage).toEqual(expected);
  });

  it.each([
    ['+447700900042', '447700900042'],
    ['00447700900042', '447700900042'],
    [' +447700900042 ', '447700900042'],
    ['+44 7700 900-042', '447700900042'],
    ['tel:+44(7700)900042', '447700900042'],
    ['00 44 7700 900042', '447700900042'],
    ['US.1349+12', 'US.1349+12'],
    ['00123', '00123'],
    [447700900042, '447700900042'],
    [{ type: 'sms', number: 447700900042 }, '447700900042'],
    ['+not a number', '+not a number'],
    ['', ''],
    [null, ''],
  ])('goes to %j, which is %j', (to, address) => {
    expect(reportOf({ to }).report.to).toBe(address);
  });

  it('finds the same message, whatever the case of its id', () => {
    const message_uuid = messageUuid.toUpperCase();
    expect(reportOf({ message_uuid }).report.messageUuid).toBe(messageUuid);
  });
});

const uuid8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a status webhook that is not understood', () => {
  const form = 'msisdn=447700900042&to=Waybill&messageId=1C00&err-code=6&status=failed&price=0.04';

  it.each([
    ['no bytes', Buffer.from(''), 'not a JSON object'],
    ['no JSON', Buffer.from('<html lang="en">'), 'not a JSON object'],
    ['half a JSON', Buffer.from('{"message_uuid":"3f2b'), 'not a JSON object'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'not a JSON object'],
    ['JSON, but no object', Buffer.from('["delivered"]'), 'not a JSON object'],
    ['null', Buffer.from('null'), 'not a JSON object'],
    ['no message', Buffer.from('{"status":"delivered"}'), 'names no message_uuid'],
    [
      'a message that has no UUID',
      Buffer.from('{"message_uuid":"../etc","status":"read"}'),
      'not a UUID',
    ],
    ['no status', Buffer.from(`{"message_uuid":"${messageUuid}"}`), 'names no status'],
    [
      'an unknown status',
      Buffer.from(`{"message_uuid":"${messageUuid}","status":"teleported"}`),
      'unknown status "teleported"',
    ],
    [
      'an inbound message',
      webhookFixture('inbound-sms'),
      'an inbound message at the address for status webhooks',
    ],
    [
      'an inbound message in the older form',
      webhookFixture('inbound-sms-v0.1'),
      'an inbound message at the address for status webhooks',
    ],
    [
      'a receipt of the older API',
      webhookFixture('legacy-receipt'),
      'a delivery receipt of the older SMS API (recipient has opted out): in the Vonage dashboard',
    ],
    [
      'a receipt of the older API as a form',
      Buffer.from(form),
      'a delivery receipt of the older SMS API (taken for spam): in the Vonage dashboard',
    ],
    [
      'a receipt of the older API as a query string',
      Buffer.from(`?${form.replace('&err-code=6', '')}`),
      'a receipt of the older SMS API: in the Vonage dashboard',
    ],
    [
      'an inbound message of the older API',
      webhookFixture('legacy-inbound'),
      'an inbound message of the older SMS API: in the Vonage dashboard',
    ],
  ])('says why: %s', (_name, body, reason) => {
    expect(read(body)).toEqual({
      kind: 'not-understood',
      reason: expect.stringContaining(reason),
    });
  });

  it('names the setting that brings older receipts, and no number', () => {
    const result = read(webhookFixture('legacy-receipt'));
    expect(result).toMatchObject({
      reason: expect.stringContaining('default SMS setting to "Messages API"'),
    });
    expect(JSON.stringify(result)).not.toContain('447700900042');
  });

  it('names an unknown status in a bounded number of characters', () => {
    const result = readJson({ ...minimal, status: 'x'.repeat(10_000) });
    expect(JSON.stringify(result).length).toBeLessThan(120);
  });
});

describe('whatever arrives', () => {
  const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  const field = (...usual: unknown[]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...usual) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
  const near = fc.record(
    {
      message_uuid: fc.constant(messageUuid),
      status: fc.constantFrom(...reportStatuses),
      to: field('447700900042', { type: 'sms', number: 1 }),
      from: field('Waybill', { id: 'x' }),
      channel: field('sms'),
      timestamp: field('2030-01-01T12:00:00Z', '2030-01-01 12:00:00 UTC'),
      error: field({ title: '1000' }, { error: { title: 1000 } }),
      usage: field({ currency: 'EUR', price: '1' }),
      destination: field({ network_code: '23410' }),
      sms: field({ count_total: '1', segments: [{ status: 'delivered' }] }),
      workflow: field({ workflow_id: 'w', items_number: '1' }),
      client_ref: field(clientRef),
    },
    { requiredKeys: ['message_uuid', 'status'] },
  );

  it('is read when it names a message and a known status, and always to the same shape', () => {
    fc.assert(
      fc.property(near, (value) => {
        const result = readJson(value);
        if (result.kind !== 'report') throw new Error(result.reason);
        const { report } = result;
        expect(result.occurredAt).toMatch(moment);
        expect(report.reportId).toMatch(uuid8);
        const { claimedAt: _, ...rest } = report;
        expect(Object.keys(rest).toSorted()).toEqual(
          Object.keys({ ...plain, reportId: '' }).toSorted(),
        );
        for (const word of [report.to, report.from, report.channel])
          expect(typeof word).toBe('string');
      }),
    );
  });

  it('is answered with a value', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const json = fc.json().map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(bytes, json), (body) => {
        expect(['report', 'not-understood']).toContain(read(body).kind);
      }),
    );
  });

  it('is answered with a value even when it is nested without end', () => {
    expect(read(Buffer.from('['.repeat(200_000))).kind).toBe('not-understood');
    const deep = `{"message_uuid":"${messageUuid}","status":"read","error":${'{"error":'.repeat(5000)}1${'}'.repeat(5001)}`;
    expect(read(Buffer.from(deep)).kind).toBe('report');
  });
});
