import { isDirect, type DirectChannel } from '../../domain/message/direct-channels.js';
import {
  refused,
  type AttemptOutcome,
  type AttemptRequest,
  type SmsGateway,
} from '../ports/sms-gateway.js';

/** Chooses the server of an attempt by its channel. */
export class GatewayByChannel implements SmsGateway {
  constructor(
    private readonly vonage: SmsGateway,
    /** Null: the channel is not set up. */
    private readonly direct: Readonly<Record<DirectChannel, SmsGateway | null>>,
  ) {}

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    const { channel } = request;
    if (!isDirect(channel)) return this.vonage.send(request);
    return this.direct[channel]?.send(request) ?? notSetUp(channel);
  }
}

/** A message may wait for a step whose server was taken out of the configuration since. */
const notSetUp = (channel: DirectChannel): AttemptOutcome =>
  refused(
    'configuration',
    `The channel ${channel} is not set up any more.`,
    `${channel}-not-set-up`,
  );
