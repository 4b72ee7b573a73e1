import { fillIn, readHttpFile } from './support/files/http-file.js';
import { eventually } from './support/watching/eventually.js';
import { projectFile } from './support/files/project-file.js';
import { startWaybill, stopWaybills } from './support/worlds/waybill.js';

const file = readHttpFile(projectFile('requests.http'));

/** The error statuses that the file shows to a newcomer on purpose, by path. */
const meantToFail: Readonly<Record<string, number>> = {
  '/webhooks/status': 503,
  '/webhooks/inbound': 503,
};

afterAll(stopWaybills);

it('every request of requests.http does what its title says, from the first to the last', async () => {
  const { url, sandbox } = await startWaybill();
  const variables = { ...file.variables, waybill: url, sandbox: sandbox.url };
  const answers = new Map<string, unknown>();
  expect(file.requests.length).toBeGreaterThan(30);
  for (const { title, name, method, url: address, headers, body } of file.requests) {
    const fill = (text: string) => fillIn(text, variables, answers);
    const ask = async () => {
      const target = fill(address);
      const stopped = new AbortController();
      const response = await fetch(target, {
        method,
        headers: Object.entries(headers).map(([key, value]): [string, string] => [
          key,
          fill(value),
        ]),
        ...(body === undefined ? {} : { body: fill(body) }),
        signal: stopped.signal,
      });
      const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream');
      const text = isEndless === true ? '' : await response.text();
      if (isEndless === true) stopped.abort();
      return { path: new URL(target).pathname, status: response.status, text };
    };
    // A list shows a recent event only after a moment, so the request is repeated.
    const { path, status, text } = await eventually(async () => {
      const answer = await ask();
      return name === 'inbound' && !answer.text.includes('messageUuid') ? undefined : answer;
    });
    if (name !== undefined) answers.set(name, JSON.parse(text));
    const expected = meantToFail[path];
    const isRight =
      expected === undefined ? status < 300 || isTooLate(path, status) : status === expected;
    expect({ title, path, status, isRight }).toEqual({ title, path, status, isRight: true });
  }
});

/** True when the message that the file withdraws or decides about is over already, or the text is not there yet. */
const isTooLate = (path: string, status: number): boolean =>
  /\/(cancel|resolve|resend|review)$/.test(path) && status === 409;
