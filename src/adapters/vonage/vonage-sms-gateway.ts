import { Vonage } from '@vonage/server-sdk';
import {
  refused,
  type AttemptOutcome,
  type AttemptRequest,
  type SmsGateway,
} from '../../application/ports/sms-gateway.js';
import { MessagesClient, NotTaken } from './messages-client.js';
import { outcomeOfAnswer } from './outcome-of-answer.js';
import { outcomeOfFailure } from './outcome-of-failure.js';
import { privateKeyFault } from './private-key.js';
import { ReusedToken } from './reused-token.js';
import { vonageMessageFor } from './vonage-message.js';

export interface VonageGatewayConfig {
  readonly applicationId: string;
  /** PEM text. */
  readonly privateKey: string;
  /** With or without a slash at the end. */
  readonly apiHost: string;
  /** Timeout of a whole call, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
}

/** Sends through Vonage's Messages API with Vonage's own SDK. */
export class VonageSmsGateway implements SmsGateway {
  private readonly vonage: Vonage;
  private readonly token: ReusedToken;
  private readonly timeoutMs: number;
  /** The reason why no call can succeed, if it is known in advance. */
  private readonly configurationFault: string | null;

  constructor({ applicationId, privateKey, apiHost, timeoutMs }: VonageGatewayConfig) {
    this.timeoutMs = timeoutMs;
    this.configurationFault =
      applicationId === '' ? 'there is no application id' : privateKeyFault(privateKey);
    this.token = new ReusedToken(applicationId, privateKey);
    this.vonage = new Vonage(this.token);
    // The SDK would add its own slash behind an existing one.
    const host = apiHost.replace(/\/+$/, '');
    this.vonage.messages = new MessagesClient(this.token, host, timeoutMs);
  }

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    // The SDK would throw an error without any advice.
    const fault = this.configurationFault;
    if (fault !== null) {
      return refused('configuration', `Vonage was not called, because ${fault}.`);
    }
    try {
      // The SDK's type promises a uuid, but an empty 202 has none.
      const { messageUUID }: { messageUUID: unknown } = await this.vonage.messages.send(
        vonageMessageFor(request),
      );
      return accepted(messageUUID);
    } catch (error) {
      if (!(error instanceof NotTaken)) return outcomeOfFailure(error, this.timeoutMs);
      if (error.answer.status === 401) this.token.forget();
      return outcomeOfAnswer(error.answer, request, Date.now());
    }
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function accepted(messageUuid: unknown): AttemptOutcome {
  return typeof messageUuid === 'string' && uuid.test(messageUuid)
    ? { kind: 'accepted', messageUuid: messageUuid.toLowerCase() }
    : { kind: 'unknown', reason: 'Vonage answered without an id for the message.' };
}
