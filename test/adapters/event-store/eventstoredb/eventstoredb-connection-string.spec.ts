import { inspect } from 'node:util';
import { connectionString } from '../../../../src/adapters/event-store/eventstoredb/connection-string.js';
import { openEventStoreDb } from '../../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';

const settingsOf = (url: string, serial = 0): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(connectionString(url, serial).split('?')[1]));

describe('a connection string', () => {
  it('keeps its hosts, its credentials and its settings', () => {
    const url = 'esdb://admin:p%40ss@a:2113,b:2113?tls=true&tlsCAFile=%2Fcerts%2Fca%20file.pem';
    const made = connectionString(url, 0);
    expect(made.startsWith('esdb://admin:p%40ss@a:2113,b:2113?')).toBe(true);
    expect(made).toContain('tls=true');
    expect(made).toContain('tlsCAFile=%2Fcerts%2Fca%20file.pem');
  });

  it('gets settings that suit a webhook where it has none', () => {
    expect(settingsOf('esdb+discover://cluster:2113')).toEqual({
      connectionName: 'waybill',
      gossipTimeout: '1',
      maxDiscoverAttempts: '3',
      keepAliveTimeout: '10000',
    });
  });

  it('has the last word, however a setting is spelled', () => {
    expect(settingsOf('esdb://a?gossip_timeout=4&MaxDiscoverAttempts=9&connection-name=x')).toEqual(
      {
        'connection-name': 'x',
        gossip_timeout: '4',
        MaxDiscoverAttempts: '9',
        keepAliveTimeout: '10000',
      },
    );
  });

  it('is different for every connection, so that none shares the socket of another', () => {
    const strings = Array.from({ length: 1_000 }, (_, serial) =>
      connectionString('esdb://a', serial),
    );
    expect(new Set(strings).size).toBe(1_000);
    expect(settingsOf('esdb://a?keepAliveTimeout=20000', 7)['keepAliveTimeout']).toBe('20007');
    expect(settingsOf('esdb://a?keepAliveTimeout=-1', 7)['keepAliveTimeout']).toBe('10007');
  });

  it.each(['follower', 'random', 'readOnlyReplica'])('is refused when it prefers a %s', (node) => {
    expect(() => openEventStoreDb(`esdb://a:2113?nodePreference=${node}`)).toThrow(RangeError);
  });

  it.each(['', 'http://a:2113', 'esdb://', 'a:2113'])('is refused when it is %j', (url) => {
    expect(() => openEventStoreDb(url)).toThrow(RangeError);
  });

  it.each([
    'esdb://admin:secret@a:2113?nodePreference=follower',
    'esbd://admin:secret@a:2113',
    'esdb://admin:secret@a:b',
    'esdb://admin:secret%zz@a:2113',
    'esdb://admin:100%secret@a:2113',
  ])('is refused without repeating its password', (url) => {
    let failure: unknown;
    try {
      openEventStoreDb(url);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(RangeError);
    expect(String(failure)).toMatch(/EVENTSTORE_URL|node/);
    expect(inspect(failure, { depth: Infinity })).not.toContain('secret');
  });

  it('is refused when it names a certificate that is not there', () => {
    const url = 'esdb://a:2113?tlsCAFile=/nowhere/ca.pem';
    expect(() => openEventStoreDb(url)).toThrow('certificate');
  });
});
