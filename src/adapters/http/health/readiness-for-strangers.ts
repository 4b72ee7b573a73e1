import type { PartName } from '../../../application/ports/health.js';
import type { PartShown, Readiness } from '../../../application/reporting/check-readiness.js';

const LEARN_MORE = 'The log says why, and so does this answer to a request with an API key.';

/** Reasons quote errors, which name files, addresses and accounts. These sentences do not. */
const sentences: Readonly<Record<PartName, string>> = {
  ledger: `The ledger cannot take everything in now. ${LEARN_MORE}`,
  readModels: `This instance does not keep the read models up to date now. ${LEARN_MORE}`,
  sending: `This instance does not hand messages over now. ${LEARN_MORE}`,
  proof: `This instance does not sign the transparency log now. ${LEARN_MORE}`,
  erasure: `Personal data that is to be gone is not destroyed now. ${LEARN_MORE}`,
  deliveries: `Events are not posted to every receiver now. ${LEARN_MORE}`,
};

const HELD = `Nothing is handed to this provider now. ${LEARN_MORE}`;

/** The same readiness, with a fixed sentence per part in place of its reason. */
export function readinessForStrangers({ parts, ...readiness }: Readiness): Readiness {
  const { ledger, readModels, sending, proof, deliveries, erasure } = parts;
  return {
    ...readiness,
    parts: {
      ledger: withFixedReason('ledger', ledger),
      readModels: withFixedReason('readModels', readModels),
      sending: {
        ...withFixedReason('sending', sending),
        heldProviders: sending.heldProviders.map((hold) => ({ ...hold, reason: HELD })),
        awaitsReports: sending.awaitsReports,
      },
      proof: withFixedReason('proof', proof),
      deliveries: withFixedReason('deliveries', deliveries),
      erasure: withFixedReason('erasure', erasure),
    },
  };
}

const withFixedReason = <Shown extends PartShown>(part: PartName, shown: Shown): Shown =>
  shown.reason === undefined ? shown : { ...shown, reason: sentences[part] };
