import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { startBrowser } from '../../../testing/browser.js';
import type { MessageShown } from '../facts/api.js';
import { inboundBody, SignedWebhooks } from '../facts/signed-webhooks.js';
import { compiledProgram } from '../processes/compiled.js';
import { eventually } from '../watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from './waybill.js';

/** A person may need this long for nothing; a busy machine does. */
const WAIT_MS_MAX = 30_000;

/** A British number as the window writes it. */
export const shown = (number: string): string => `+44 ${number.slice(2, 6)} ${number.slice(6)}`;

/**
 * Holds the answers from an address back until `answer` is called. `asked` resolves with the first request.
 * @param then what becomes of a request after that; left out: the service answers it
 */
export async function holdBack(
  page: Page,
  address: string,
  then: (route: Route) => Promise<void> = (route) => route.fallback(),
): Promise<{ readonly asked: Promise<void>; readonly answer: () => void }> {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    asked.resolve();
    await answer.promise;
    await then(route);
  });
  return { asked: asked.promise, answer: () => answer.resolve() };
}

/** The service, page and message that most tests of views start from. */
interface Staged {
  readonly world: WindowWorld;
  readonly page: Page;
  /** A number. */
  readonly customer: string;
  /** Of the message to the customer. */
  readonly id: string;
}

/** A service with keys and its window, in one browser. */
export class WindowWorld {
  /** The browser's complaints, and requests to other hosts. */
  readonly complaints: string[] = [];

  /** Stays the same when the service is started again. */
  private readonly url: string;

  private constructor(
    readonly waybill: Waybill,
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly key: string,
  ) {
    this.url = waybill.url;
  }

  static async start(): Promise<WindowWorld> {
    const { key, configured } = createApiKey('support-desk', ['admin']);
    const windowDirectory = join(await compiledProgram(), 'window');
    const [browser, waybill] = await Promise.all([
      startBrowser(),
      startWaybill({
        windowDirectory,
        config: {
          apiKeys: parseApiKeys(configured).keys,
          defaultCountry: 'GB',
          // Nothing is sent there.
          email: {
            url: 'smtp://127.0.0.1:9',
            from: { name: 'The Shop', address: 'news@shop.example' },
            requiresTls: true,
          },
        },
      }),
    ]);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(WAIT_MS_MAX);
    const world = new WindowWorld(waybill, browser, context, await context.newPage(), key);
    world.listenTo(world.page);
    return world;
  }

  /** Starts a world in which a person is signed in. */
  static async startSignedIn(): Promise<WindowWorld> {
    const world = await WindowWorld.start();
    await world.signIn();
    return world;
  }

  /** Starts a world in which a person is signed in, and one customer has got a message. */
  static async startWithMessage(): Promise<Staged> {
    const world = await WindowWorld.startSignedIn();
    const customer = recipient('000');
    return { world, page: world.page, customer, id: await world.deliver(customer) };
  }

  async end(): Promise<void> {
    await this.browser.close();
    await stopWaybills();
  }

  /** Fails a test that ends with any complaint, wherever it came from. */
  listenTo(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const isOwn = request.url().startsWith(this.url) || request.url().startsWith('data:');
      if (!isOwn && !request.url().startsWith('blob:')) {
        this.complaints.push(`a request to ${request.url()}`);
      }
    });
  }

  /** Fails where the browser has complained. @param expected complaints that belong to the test */
  checkComplaints(expected?: RegExp): void {
    const complaints = this.complaints.splice(0).filter((text) => expected?.test(text) !== true);
    if (complaints.length > 0) throw new Error(`The browser complains: ${complaints.join(' ')}`);
  }

  /** Ends a test that has changed answers: leaves the page, and fails as `checkComplaints` does. */
  async leave(expected: RegExp): Promise<void> {
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    try {
      this.checkComplaints(expected);
    } finally {
      await this.page.goto('about:blank');
    }
  }

  /** Signs the browser in without its page. */
  async signIn(): Promise<void> {
    const response = await this.context.request.post(`${this.url}/v1/session`, {
      data: { key: this.key },
    });
    if (!response.ok()) throw new Error(`not signed in: ${await response.text()}`);
  }

  /** Sends a message with the key and returns its id. */
  async send(to: string, more: object = {}): Promise<string> {
    const response = await this.post('/v1/messages', { to, text: 'Your code is 493021', ...more });
    return ((await response.json()) as { readonly id: string }).id;
  }

  /** Sends a message with the key, and returns its id once the carrier has delivered it. */
  async deliver(to: string): Promise<string> {
    const id = await this.send(to);
    await eventually(async () => (await this.statusOf(id)) === 'delivered');
    return id;
  }

  /** Posts with the key. */
  post(path: string, body: object): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify(body),
    });
  }

  /** Erases a person with the key. */
  async erase(number: string): Promise<void> {
    const response = await fetch(`${this.url}/v1/contacts/${number}/data`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify({ reason: 'Asked for it.' }),
    });
    if (response.status !== 200) throw new Error(`not erased: ${await response.text()}`);
  }

  /** Has a person write to us. */
  async receive(from: string, text: string): Promise<void> {
    const webhooks = new SignedWebhooks(this.url, this.waybill.config);
    await webhooks.post('inbound', inboundBody({ from, text }));
  }

  /** Waits until lists show a message with this status: a page that is opened before shows them as they were. */
  async untilListed(id: string, status: string): Promise<void> {
    await eventually(async () => {
      const { items } = await this.get<{ readonly items: readonly { readonly id: string }[] }>(
        `/v1/messages?status=${status}`,
      );
      return items.some((item) => item.id === id);
    });
  }

  async statusOf(id: string): Promise<string> {
    return (await this.message(id)).status;
  }

  /** Vonage's `message_uuid` of the first attempt. */
  async uuidOf(id: string): Promise<string> {
    return (await this.message(id)).attempts[0]?.messageUuid ?? '';
  }

  private message(id: string): Promise<MessageShown> {
    return this.get(`/v1/messages/${id}`);
  }

  /** Reads with the key. */
  private async get<Body>(path: string): Promise<Body> {
    const headers = { authorization: `Bearer ${this.key}` };
    return (await (await fetch(`${this.url}${path}`, { headers })).json()) as Body;
  }

  go(path: string): Promise<unknown> {
    return this.page.goto(`${this.url}${path}`);
  }
}
