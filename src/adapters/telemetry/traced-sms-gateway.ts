import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type {
  AttemptOutcome,
  AttemptRequest,
  SmsGateway,
} from '../../application/ports/sms-gateway.js';
import { isDirect } from '../../domain/message/direct-channels.js';
import { messageStream } from '../../application/streams.js';
import type { OpenTelemetry } from './open-telemetry.js';
import type { TracedEventStore } from './traced-event-store.js';

/** Makes each call to Vonage, or another channel's server, a span in the trace of the request, whichever instance makes it and however late. */
export class TracedSmsGateway implements SmsGateway {
  constructor(
    private readonly gateway: SmsGateway,
    private readonly telemetry: OpenTelemetry,
    private readonly store: Pick<TracedEventStore, 'originOf'>,
  ) {}

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    const { clientRef, channel } = request;
    const [messageId = '', attempt = ''] = clientRef.split('.');
    const span = this.telemetry.begin(`send ${channel}`, {
      kind: SpanKind.PRODUCER,
      parent: await this.store.originOf(messageStream(messageId)),
      attributes: {
        'messaging.system': isDirect(channel) ? channel : 'vonage',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': channel,
        'messaging.message.id': messageId,
        'waybill.attempt': Number(attempt),
      },
    });
    const outcome = await this.telemetry.run(span, () => this.gateway.send(request));
    span.setAttribute('waybill.outcome', outcome.kind);
    if (outcome.kind === 'accepted') {
      span.setAttribute(
        'messaging.message.conversation_id',
        outcome.messageUuid ?? outcome.externalId ?? '',
      );
    } else {
      const type = outcome.kind === 'refused' ? outcome.class : outcome.kind;
      span.setAttribute('error.type', type);
      span.setStatus({ code: SpanStatusCode.ERROR, message: type });
    }
    span.end();
    return outcome;
  }
}
