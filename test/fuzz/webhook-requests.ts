import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { SandboxCredentials } from 'vonage-sandbox';
import { WEBHOOK_BODY_BYTES_MAX } from '../../src/adapters/http/webhooks/body/body-intake.js';
import { arbitraryWebhooks, type ArbitraryWebhook } from '../support/facts/arbitrary-webhooks.js';
import { extremes } from '../support/facts/extreme-values.js';
import type { Shape } from '../support/facts/webhook-shapes.js';
import { signWebhook, type Claims } from '../support/facts/webhook-token.js';
import type { Choice } from './choice.js';
import type { FuzzRequest } from './fuzz-request.js';
import { hostileBody, hostileHeader, hostileHeaders } from './hostile.js';

const GENUINE_SHARE = 0.6;

/** Webhooks: most signed as by Vonage, with a body that Vonage would hardly send; the others forged or damaged. */
export class WebhookRequests {
  private readonly bodies: fc.Arbitrary<ArbitraryWebhook>;

  /** @param about ids of messages that some of the webhooks concern */
  constructor(
    private readonly credentials: SandboxCredentials,
    about: readonly Shape[],
  ) {
    this.bodies = arbitraryWebhooks(about);
  }

  make(number: number, choice: Choice): FuzzRequest {
    const [webhook] = fc.sample(this.bodies, { seed: choice.seed, numRuns: 1 });
    if (webhook === undefined) throw new Error('fast-check made no webhook');
    // One with three of the longest values is larger than any that is taken.
    const isTaken = webhook.body.length <= WEBHOOK_BODY_BYTES_MAX;
    const genuine = choice.happens(GENUINE_SHARE) && isTaken;
    const body = !genuine && choice.happens(0.3) ? hostileBody(choice) : webhook.body;
    const route = `/webhooks/${webhook.kind}`;
    const authorization = genuine
      ? `Bearer ${this.token(body)}`
      : this.doubtfulAuthorization(body, choice);
    return {
      number,
      route,
      method: 'POST',
      target: genuine || !choice.happens(0.1) ? route : `${route}?x=%zz`,
      headers: {
        'Content-Type': 'application/json',
        ...(authorization === null ? {} : { Authorization: authorization }),
        ...(!genuine && choice.happens(0.3) ? hostileHeaders(choice) : {}),
      },
      body,
      genuine,
    };
  }

  private doubtfulAuthorization(body: Buffer, choice: Choice): string | null {
    switch (choice.below(5)) {
      case 0:
        return null;
      case 1:
        return hostileHeader(choice);
      case 2:
        return `Bearer ${this.token(body, { [choice.of(claimNames)]: choice.of(plainExtremes) })}`;
      case 3:
        return `Bearer ${this.token(body, {}, { alg: choice.of(plainExtremes), typ: 'JWT' })}`;
      default:
        return `Bearer ${this.token(body)}`;
    }
  }

  private token(body: Buffer, claims: Claims = {}, header?: Claims): string {
    const { apiKey, applicationId, signatureSecret } = this.credentials;
    return signWebhook(
      {
        iat: Math.floor(Date.now() / 1000),
        jti: createHash('sha1').update(body).digest('hex'),
        iss: 'Vonage',
        payload_hash: createHash('sha256').update(body).digest('hex'),
        api_key: apiKey,
        application_id: applicationId,
        ...claims,
      },
      header,
      signatureSecret,
    );
  }
}

const claimNames = ['iat', 'jti', 'iss', 'payload_hash', 'api_key', 'application_id', 'exp', 'nbf'];

/** A token has to fit into the head of a request. */
const plainExtremes = extremes.filter((value) => JSON.stringify(value ?? '')?.length < 1_000);
