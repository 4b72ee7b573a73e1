import { RawConnection } from '../../../support/processes/raw-connection.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

const REQUESTS = 100;
const get = 'GET /v1/messages?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});
afterAll(stopWaybills);

describe('many requests on one connection before the first is answered', () => {
  it('are answered in their turn, but not all of them wait in memory', async () => {
    const connection = await RawConnection.open(waybill.url);
    try {
      connection.write(get.repeat(REQUESTS));
      const statuses = await connection.answers(REQUESTS);

      expect(new Set(statuses)).toStrictEqual(new Set([200, 503]));
      expect(connection.heard).toContain('on this connection');

      connection.write(get);
      const later = await connection.answers(REQUESTS + 1);
      expect(later.at(-1)).toBe(200);
    } finally {
      connection.close();
    }
  });

  it('do not fill the log', () => {
    const refusals = waybill.log.lines.filter((line) => line.includes('A request failed'));
    expect(refusals).toHaveLength(1);
  });
});
