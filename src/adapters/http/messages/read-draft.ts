import { InvalidRequest, type Fault } from '../../../application/errors.js';
import type { MessageDraft } from '../../../application/sending/compose-request.js';
import { inspect } from '../validate.js';
import { SendMessageDto } from './send-message.dto.js';

/**
 * Reads a body whose form is right. Where it is not, what can still be understood is checked for its
 * meaning too, so that the caller learns everything at once.
 * @param faultsOfMeaning what the use case would say of a draft
 * @throws InvalidRequest
 */
export function readDraft(
  body: unknown,
  faultsOfMeaning: (draft: MessageDraft) => readonly Fault[],
): MessageDraft {
  const { dto, faults } = inspect(SendMessageDto, body);
  if (faults.length === 0) return dto;
  const faulty = new Set(faults.map(({ pointer = '' }) => pointer.split('/')[1] ?? ''));
  // The channel decides what the other fields mean.
  if (faulty.has('channel')) throw new InvalidRequest(faults);
  const sound = Object.fromEntries(Object.entries(dto).filter(([name]) => !faulty.has(name)));
  const further = faultsOfMeaning({ to: '', text: '', ...sound }).filter(
    ({ pointer = '' }) => !faulty.has(pointer.split('/')[1] ?? ''),
  );
  throw new InvalidRequest([...faults, ...further]);
}
