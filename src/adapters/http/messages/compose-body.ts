import { InvalidRequest, type Fault } from '../../../application/errors.js';
import {
  fieldOf,
  withoutFaulty,
  type Composition,
  type MessageDraft,
} from '../../../application/sending/compose-request.js';
import { inspect } from '../validate.js';
import { SendMessageDto } from './send-message.dto.js';

/**
 * Composes a message from the body of a send: the one place that finds its faults for `POST /v1/messages`, a batch
 * and a preview. Parts with a correct form are checked for their meaning even where others have faults.
 * @param compose understands a draft with a correct form
 */
export function composeBody(
  body: unknown,
  compose: (draft: MessageDraft) => Composition,
): Composition {
  const { dto, faults } = inspectBody(body);
  if (faults.length === 0) return compose(dto as MessageDraft);
  const faulty = new Set(faults.map(fieldOf));
  // The channel decides the meaning of the other fields.
  if (dto === undefined || faulty.has('channel')) {
    return { ok: false, draft: {}, faults, understood: {} };
  }
  const sound: Partial<MessageDraft> = Object.fromEntries(
    Object.entries(dto).filter(([name]) => !faulty.has(name)),
  );
  const composition = compose({ to: '', text: '', ...sound });
  const further = composition.ok
    ? []
    : composition.faults.filter((fault) => !faulty.has(fieldOf(fault)));
  const all = [...faults, ...further];
  const parts = composition.ok ? composition.request : composition.understood;
  return { ok: false, draft: sound, faults: all, understood: withoutFaulty(parts, all) };
}

/** A body that is no object at all has only that fault. */
function inspectBody(body: unknown): {
  readonly dto?: SendMessageDto;
  readonly faults: readonly Fault[];
} {
  try {
    return inspect(SendMessageDto, body);
  } catch (error) {
    if (error instanceof InvalidRequest) return { faults: error.faults };
    throw error;
  }
}
