import * as fc from 'fast-check';
import {
  CATALOGUE_VERSION,
  deliveryErrors,
  explainDeliveryError,
} from '../../../src/domain/delivery-errors/catalogue.js';
import { deliveryErrorClasses } from '../../../src/domain/delivery-errors/delivery-error.js';

// Written by hand, so that a changed class shows up here as a changed letter.
// T transient, P permanent, C configuration, A ambiguous; * the number must not be written to again.
const picture = `
  1000 T   1010 P   1020 P   1021 C   1022 C   1030 T   1040 P   1050 P*  1060 C   1070 C
  1080 C   1090 P   1100 T   1120 C   1130 P   1140 C   1150 P   1160 C   1170 P   1180 T
  1190 P*  1200 P   1210 P   1220 T   1230 T   1240 P*  1241 T   1242 C   1250 P   1251 C
  1260 P   1270 P   1280 P   1282 P   1290 P   1300 P   1310 P   1320 A   1330 A   1331 T
  1340 P   1350 C   1360 A   1370 C   1380 P   1381 P   1382 P   1400 P   1410 P   1420 P
  1430 P   1431 P   1440 P   1450 P   1451 P   1460 T   1461 P   1470 C   1472 T   1473 C
  1474 C   1475 C   1476 C   1480 C   1481 C   1482 C   1483 C   1484 C   1490 A
  2001 P   2002 P   2003 P
`;

const letters = { transient: 'T', permanent: 'P', configuration: 'C', ambiguous: 'A' } as const;

describe('the catalogue of delivery errors', () => {
  it('gives every code the class that is drawn', () => {
    const drawn = [...picture.matchAll(/(\d{4}) (\S+)/g)].map(([, code, mark]) => [code, mark]);
    const listed = deliveryErrors.map((entry) => [
      entry.code,
      letters[entry.class] + (entry.suppress === true ? '*' : ''),
    ]);
    expect(listed).toEqual(drawn);
    expect(drawn).toHaveLength(72);
  });

  it('explains each code in a sentence of its own', () => {
    const explanations = deliveryErrors.map((entry) => entry.explanation);
    expect(explanations.filter((explanation) => !/^[A-Z].{20,}\.$/.test(explanation))).toEqual([]);
    expect(new Set(explanations).size).toBe(explanations.length);
  });

  it('gives each code a title of its own, without a full stop', () => {
    const titles = deliveryErrors.map((entry) => entry.title);
    expect(titles.filter((title) => !/^[A-Z][^.]{3,39}$/.test(title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('has a version, so that a stored class can be traced to the table that gave it', () => {
    expect(CATALOGUE_VERSION).toBe(1);
  });

  it('delays only what may be retried', () => {
    const delayed = deliveryErrors.filter((entry) => entry.retryAfterSeconds !== undefined);
    expect(delayed.map((entry) => [entry.code, entry.retryAfterSeconds])).toEqual([
      ['1000', 60],
      ['1180', 300],
      ['1220', 300],
      ['1230', 60],
      ['1241', 900],
      ['1331', 300],
      ['1460', 86_400],
      ['1472', 900],
    ]);
    expect(delayed.filter((entry) => entry.class !== 'transient')).toEqual([]);
  });

  it.each(['1320', '1330', '1360', '1490'])(
    'never calls %s transient, whatever the status: the person may have the message',
    (code) => {
      for (const status of ['submitted', 'delivered', 'rejected', 'undeliverable', 'failed']) {
        expect(explainDeliveryError(code, status).class).toBe('ambiguous');
      }
    },
  );

  it('lets a busy phone be tried again only once the carrier has given up', () => {
    expect(explainDeliveryError('1220', 'rejected').class).toBe('transient');
    for (const status of ['submitted', 'undeliverable', 'delivered', '']) {
      const entry = explainDeliveryError('1220', status);
      expect(entry).toMatchObject({ code: '1220', class: 'ambiguous' });
      expect(entry.retryAfterSeconds).toBeUndefined();
    }
  });

  it.each(['1110', '1390', '1471', '9999', 'constructor', '__proto__', 'toString'])(
    'calls the unlisted code %s permanent, so that nothing repeats it',
    (code) => {
      expect(explainDeliveryError(code, 'rejected')).toMatchObject({ code, class: 'permanent' });
    },
  );

  it.each([null, ''])('calls a failure without a code (%j) ambiguous', (code) => {
    expect(explainDeliveryError(code, 'rejected')).toMatchObject({
      code: null,
      class: 'ambiguous',
    });
  });

  it('has a word for anything', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.string(), (code, status) => {
        const entry = explainDeliveryError(code, status);
        expect(deliveryErrorClasses).toContain(entry.class);
        expect(entry.explanation).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });
});
