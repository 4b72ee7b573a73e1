import { tokenGenerate } from '@vonage/jwt';
import type {
  AccountAnswer,
  ApplicationSeen,
  Balance,
  ProviderAccount,
} from '../../../application/ports/provider-account.js';
import { privateKeyFault } from '../private-key.js';
import type { VonageAccountConfig } from '../reports/vonage-reports.js';

export interface VonageAccountSettings extends VonageAccountConfig {
  readonly applicationId: string;
  /** Where the Account API is, which is not where the others are. */
  readonly restHost: string;
}

type Json = Readonly<Record<string, unknown>>;

/** A `Date` header has whole seconds. */
const DATE_RESOLUTION_MS = 1_000;

/**
 * Asks Vonage's Account and Application APIs. Without the SDK, because that hides the header with Vonage's time.
 */
export class VonageAccount implements ProviderAccount {
  constructor(private readonly settings: VonageAccountSettings) {}

  balance(): Promise<AccountAnswer<Balance>> {
    return this.ask(`${this.rest}/account/get-balance`, this.asAccount(), (body) => ({
      euros: Number(body['value']),
      autoReload: body['autoReload'] === true,
    }));
  }

  /** An empty body reads the settings; it would change those that it names. */
  requestsPerSecondMax(): Promise<AccountAnswer<number | null>> {
    const url = `${this.rest}/account/settings`;
    return this.ask(url, { method: 'POST', ...this.asAccount() }, (body) => {
      const most = Number(body['max-outbound-request']);
      return Number.isFinite(most) && most > 0 ? most : null;
    });
  }

  application(): Promise<AccountAnswer<ApplicationSeen>> {
    const id = encodeURIComponent(this.settings.applicationId);
    return this.ask(`${this.api}/v2/applications/${id}`, this.asAccount(), applicationOf);
  }

  emptySend(): Promise<AccountAnswer<null>> {
    const { applicationId, privateKey } = this.settings;
    const fault = privateKeyFault(privateKey);
    if (fault !== null) return Promise.resolve({ kind: 'no-answer', reason: fault });
    const headers = {
      Authorization: `Bearer ${tokenGenerate(applicationId, privateKey)}`,
      'Content-Type': 'application/json',
    };
    return this.ask(`${this.api}/v1/messages`, { method: 'POST', headers, body: '{}' }, () => null);
  }

  private get api(): string {
    return this.settings.apiHost.replace(/\/+$/, '');
  }

  private get rest(): string {
    return this.settings.restHost.replace(/\/+$/, '');
  }

  private asAccount(): RequestInit {
    const { apiKey, apiSecret } = this.settings;
    const credentials = Buffer.from(`${apiKey}:${apiSecret}`).toString('base64');
    return { headers: { Authorization: `Basic ${credentials}` } };
  }

  private async ask<Value>(
    url: string,
    init: RequestInit,
    read: (body: Json) => Value,
  ): Promise<AccountAnswer<Value>> {
    const signal = AbortSignal.timeout(this.settings.timeoutMs);
    const askedMs = Date.now();
    try {
      const response = await fetch(url, { ...init, signal, redirect: 'manual' });
      const answeredMs = Date.now();
      if (!response.ok) {
        await response.body?.cancel();
        return { kind: 'refused', status: response.status };
      }
      const value = read((await response.json()) as Json);
      const date = Date.parse(response.headers.get('date') ?? '');
      const halfMs = (answeredMs - askedMs) / 2;
      return {
        kind: 'answered',
        value,
        clock: Number.isNaN(date)
          ? null
          : {
              aheadMs: date + DATE_RESOLUTION_MS / 2 - (askedMs + halfMs),
              toleranceMs: halfMs + DATE_RESOLUTION_MS / 2,
            },
      };
    } catch (error) {
      return { kind: 'no-answer', reason: reasonOf(error) };
    }
  }
}

function applicationOf(body: Json): ApplicationSeen {
  const capabilities = objectOf(body['capabilities']);
  const messages = capabilities['messages'];
  const webhooks = objectOf(objectOf(messages)['webhooks']);
  const status = objectOf(webhooks['status_url']);
  const inbound = objectOf(webhooks['inbound_url']);
  const mayUse = objectOf(body['privacy'])['improve_ai'];
  return {
    name: textOf(body['name']),
    publicKey: textOf(objectOf(body['keys'])['public_key']),
    mayUseContents: typeof mayUse === 'boolean' ? mayUse : null,
    messages:
      messages === undefined
        ? null
        : {
            version: textOf(objectOf(messages)['version']),
            statusUrl: textOf(status['address']),
            inboundUrl: textOf(inbound['address']),
            statusMethod: textOf(status['http_method']),
            inboundMethod: textOf(inbound['http_method']),
          },
  };
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** `fetch` hides the reason behind an error of its own. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: unknown };
  if (name === 'TimeoutError') return 'it took too long';
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'the answer cannot be read';
}
