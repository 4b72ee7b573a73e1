import type {
  AccountAnswer,
  ApplicationSeen,
  OwnService,
  ProviderAccount,
} from '../ports/provider-account.js';

export type CheckState = 'ok' | 'wrong' | 'cannot be read';

/** One line of a check of the account. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly says: string;
  /** What to do about it; null when nothing is to be done. */
  readonly todo: string | null;
}

/** The settings of this service that the check compares with the account. */
export interface OwnSetup {
  /** PEM of the public half of VONAGE_PRIVATE_KEY; null when there is none that can sign. */
  readonly publicKey: string | null;
  readonly publicUrl: string | null;
  readonly requestsPerSecond: number;
}

/** Below this, a few hundred texts are left. */
const BALANCE_LOW_EUROS = 5;

/** Vonage refuses tokens from the future; the sandbox and others allow a minute. */
const CLOCK_MS_MAX = 30_000;

/** Checks a real account, without changing it and without sending. */
export class CheckAccount {
  constructor(
    private readonly account: ProviderAccount,
    private readonly service: OwnService,
    private readonly setup: OwnSetup,
  ) {}

  async execute(): Promise<readonly Check[]> {
    const { account } = this;
    const [balance, rate, application, emptySend] = await Promise.all([
      account.balance(),
      account.requestsPerSecondMax(),
      account.application(),
      account.emptySend(),
    ]);
    return [
      checkCredentials(balance),
      checkBalance(balance),
      ...this.checkApplication(application),
      checkSending(emptySend),
      this.checkRate(rate),
      checkClock([balance, rate, application, emptySend]),
      defaultSmsSetting,
      await this.checkSignature(),
      ...(await this.checkReach()),
    ];
  }

  private checkApplication(answer: AccountAnswer<ApplicationSeen>): readonly Check[] {
    if (answer.kind !== 'answered') return [notApplication(answer)];
    const { name, messages, mayUseContents } = answer.value;
    return [
      ok('application', `VONAGE_APPLICATION_ID is the application ${JSON.stringify(name ?? '')}`),
      this.checkKeyPair(answer.value),
      ...this.checkMessages(messages),
      mayUseContents === true
        ? ok(
            'contents',
            'Vonage may use the contents of messages to improve its services',
            'Switch "Help improve our services" off in the application, unless you want it.',
          )
        : ok('contents', 'Vonage may not use the contents of messages'),
    ];
  }

  private checkKeyPair({ publicKey }: ApplicationSeen): Check {
    const name = 'key pair';
    if (this.setup.publicKey === null) {
      return wrong(
        name,
        'VONAGE_PRIVATE_KEY cannot sign',
        'Set the private key (PEM) that the dashboard gave out for this application.',
      );
    }
    if (publicKey === null) return unreadable(name, 'Vonage does not tell the public key');
    return withoutSpace(publicKey) === withoutSpace(this.setup.publicKey)
      ? ok(name, 'VONAGE_PRIVATE_KEY belongs to the application')
      : wrong(
          name,
          'VONAGE_PRIVATE_KEY is not the key of this application, so every call is refused',
          'Set the key that belongs to it, or make a new pair in the dashboard.',
        );
  }

  private checkMessages(messages: ApplicationSeen['messages']): readonly Check[] {
    if (messages === null) {
      return [
        wrong(
          'messages',
          'the application may not use the Messages API',
          'Switch the capability Messages on in the dashboard.',
        ),
      ];
    }
    const { version, statusUrl, inboundUrl, statusMethod, inboundMethod } = messages;
    return [
      version === null || version === 'v1'
        ? ok('messages', 'the application uses webhooks of version v1')
        : wrong(
            'messages',
            `the application uses webhooks of version ${version}`,
            'Set the version of the webhooks to v1.',
          ),
      this.checkAddress('status webhook', 'status', statusUrl, statusMethod),
      this.checkAddress('inbound webhook', 'inbound', inboundUrl, inboundMethod),
    ];
  }

  private checkAddress(
    name: string,
    kind: 'status' | 'inbound',
    url: string | null,
    method: string | null,
  ): Check {
    const expected = this.addressOf(kind);
    if (url === null || url === '') {
      return wrong(
        name,
        'the application has no address',
        `Set it to ${expected ?? `the address of this service and /webhooks/${kind}`}.`,
      );
    }
    if (expected === null) {
      return unreadable(
        name,
        `the application has ${url}`,
        'Set PUBLIC_URL, so that it can be compared.',
      );
    }
    if (withoutSlash(url) !== withoutSlash(expected)) {
      return wrong(name, `the application has ${url}`, `Set it to ${expected}.`);
    }
    return method === null || method === 'POST'
      ? ok(name, `goes to ${url}`)
      : wrong(name, `is sent by ${method}`, 'Set the method to POST.');
  }

  private checkRate(answer: AccountAnswer<number | null>): Check {
    const name = 'rate';
    if (answer.kind !== 'answered') return notAnswered(name, answer);
    const { value: most } = answer;
    const { requestsPerSecond } = this.setup;
    if (most === null) return unreadable(name, 'Vonage does not tell the permitted rate');
    return requestsPerSecond > most
      ? wrong(
          name,
          `${most} requests/s are permitted, VONAGE_REQUESTS_PER_SECOND is ${requestsPerSecond}`,
          `Set VONAGE_REQUESTS_PER_SECOND=${most}, or ask Vonage for more.`,
        )
      : ok(name, `${requestsPerSecond} requests/s of ${most} permitted`);
  }

  private async checkSignature(): Promise<Check> {
    const name = 'signature secret';
    const seen = await this.service.webhooks();
    const todo = 'Compare VONAGE_SIGNATURE_SECRET with Dashboard, API Settings, Signed webhooks.';
    if (seen === null) {
      return unreadable(
        name,
        'Vonage tells it nowhere, and the service cannot be asked whether webhooks were genuine',
        `Start the service, or set WAYBILL_URL and WAYBILL_API_KEY (scope metrics). ${todo}`,
      );
    }
    const { genuine, rejected } = seen;
    if (genuine > 0) {
      return ok(name, `${genuine} webhooks were genuine since the service started`);
    }
    return rejected > 0
      ? wrong(name, `all ${rejected} webhooks since the service started were rejected`, todo)
      : unreadable(name, 'no webhook came since the service started', todo);
  }

  private async checkReach(): Promise<readonly Check[]> {
    const name = 'way to this service';
    const url = this.addressOf('status');
    if (url === null) {
      return [
        unreadable(
          name,
          'PUBLIC_URL is not set',
          'Set PUBLIC_URL to the address under which Vonage reaches this service.',
        ),
      ];
    }
    const reached = await this.service.reach(url);
    if (reached === 'waybill') {
      return [ok(name, `a webhook to ${url} arrives here, at least from this machine`)];
    }
    const why = reached === 'other' ? 'something else answers' : reached.noAnswer;
    return [
      wrong(
        name,
        `a webhook to ${url} does not arrive: ${why}`,
        'Start the service, and look at PUBLIC_URL, the tunnel or proxy, and the firewall.',
      ),
    ];
  }

  private addressOf(kind: 'status' | 'inbound'): string | null {
    const { publicUrl } = this.setup;
    return publicUrl === null ? null : `${withoutSlash(publicUrl)}/webhooks/${kind}`;
  }
}

const defaultSmsSetting: Check = {
  name: 'default SMS setting',
  state: 'cannot be read',
  says: 'Vonage tells it nowhere',
  todo: 'See that it is "Messages API": Dashboard, API Settings, Default SMS Setting.',
};

function checkCredentials(answer: AccountAnswer<unknown>): Check {
  const name = 'credentials';
  if (answer.kind === 'answered')
    return ok(name, 'VONAGE_API_KEY and VONAGE_API_SECRET belong together');
  if (answer.kind === 'refused' && answer.status === 401) {
    return wrong(
      name,
      'Vonage refuses VONAGE_API_KEY with VONAGE_API_SECRET (401)',
      'Copy both from Dashboard, API Settings.',
    );
  }
  return notAnswered(name, answer);
}

function checkBalance(answer: AccountAnswer<{ euros: number; autoReload: boolean }>): Check {
  const name = 'balance';
  if (answer.kind !== 'answered') return notAnswered(name, answer);
  const { euros, autoReload } = answer.value;
  const says = `${euros.toFixed(2)} EUR, auto-reload is ${autoReload ? 'on' : 'off'}`;
  if (euros <= 0) return wrong(name, says, 'Pay in: without credit Vonage refuses every message.');
  return euros < BALANCE_LOW_EUROS && !autoReload
    ? ok(name, says, 'Pay in soon, or switch auto-reload on.')
    : ok(name, says);
}

const notApplication = (answer: Exclude<AccountAnswer<unknown>, { kind: 'answered' }>): Check =>
  answer.kind === 'refused' && answer.status === 404
    ? wrong(
        'application',
        'the account has no application with the id VONAGE_APPLICATION_ID',
        'Copy the id from Dashboard, Applications.',
      )
    : notAnswered('application', answer);

/** A message without content is refused in any case; how, tells whether the application may send. */
function checkSending(answer: AccountAnswer<null>): Check {
  const name = 'sending';
  if (answer.kind !== 'refused') return notAnswered(name, answer);
  switch (answer.status) {
    case 422:
      return ok(name, 'Vonage takes the token of the application');
    case 401:
      return wrong(
        name,
        'Vonage refuses the token of the application (401)',
        'Look at the key pair and the clock above.',
      );
    case 402:
      return wrong(name, 'Vonage refuses messages for lack of credit (402)', 'Pay in.');
    case 403:
      return wrong(
        name,
        'the application is blocked (403)',
        "Ask Vonage's support why, and look at the dashboard.",
      );
    default:
      return notAnswered(name, answer);
  }
}

function checkClock(answers: readonly AccountAnswer<unknown>[]): Check {
  const name = 'clock';
  const clocks = answers.flatMap((answer) =>
    answer.kind === 'answered' && answer.clock !== null ? [answer.clock] : [],
  );
  const [best] = clocks.toSorted((one, other) => one.toleranceMs - other.toleranceMs);
  if (best === undefined) return unreadable(name, 'Vonage did not tell its time');
  const seconds = Math.round(Math.abs(best.aheadMs) / 1_000);
  return Math.abs(best.aheadMs) - best.toleranceMs > CLOCK_MS_MAX
    ? wrong(
        name,
        `this clock is ${seconds} s ${best.aheadMs > 0 ? 'behind' : 'ahead of'} Vonage's`,
        'Have a time server set it (NTP): Vonage refuses tokens with a wrong time.',
      )
    : ok(name, `differs by ${seconds} s from Vonage's`);
}

function notAnswered(name: string, answer: AccountAnswer<unknown>): Check {
  switch (answer.kind) {
    case 'answered':
      return unreadable(name, 'Vonage gave an answer that is not known');
    case 'refused':
      return unreadable(
        name,
        `Vonage refused the question (${answer.status})`,
        answer.status === 401 ? 'Mend the credentials first.' : 'Ask again later.',
      );
    case 'no-answer':
      return unreadable(
        name,
        `Vonage did not answer: ${answer.reason}`,
        'Look at the network, the proxy, VONAGE_API_HOST and VONAGE_REST_HOST.',
      );
  }
}

const ok = (name: string, says: string, todo: string | null = null): Check => ({
  name,
  state: 'ok',
  says,
  todo,
});

const wrong = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'wrong',
  says,
  todo,
});

const unreadable = (name: string, says: string, todo: string | null = null): Check => ({
  name,
  state: 'cannot be read',
  says,
  todo,
});

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
const withoutSpace = (pem: string): string => pem.replaceAll(/\s/g, '');
