import { useState } from 'react';
import type { Message } from 'waybill-client';
import { answerOf, http } from '../../data/api.js';
import { isErased } from '../../data/numbers.js';
import type { Session } from '../../data/session.js';

/** The text is hidden until somebody asks for it, because it may be a secret. Showing it is recorded. */
export function MessageText({
  message,
  session,
}: {
  readonly message: Message;
  readonly session: Session;
}) {
  const [text, setText] = useState<string | null>(null);
  const [isFailed, setFailed] = useState(false);
  const show = async (): Promise<void> => {
    try {
      const params = { path: { id: message.id }, query: { text: 'shown' as const } };
      const shown = answerOf(await http.GET('/v1/messages/{id}', { params }));
      setText(shown.text ?? '');
    } catch {
      setFailed(true);
    }
  };
  if (isErased(message.to)) return <span className="quiet">erased with its person</span>;
  const known = message.text ?? text;
  if (known !== null) return <span className="written">{known}</span>;
  if (message.origin === 'external' || session.state === 'open') {
    return <span className="quiet">not known</span>;
  }
  return (
    <>
      <span className="mask" role="img" aria-label="hidden">
        ••••••
      </span>{' '}
      <button className="link plain" type="button" onClick={() => void show()}>
        Show
      </button>
      <span className="sub quiet">
        {isFailed ? 'It cannot be shown now.' : 'Showing it is recorded with your name.'}
      </span>
    </>
  );
}
