import type { AccountAnswer, ApplicationSeen } from '../ports/provider-account.js';
import { notAnswered, ok, unreadable, wrong, type Check } from './check.js';
import { addressOf, withoutSlash, type OwnSetup } from './own-setup.js';

/** Compares the application at Vonage with the settings of this service. */
export function checkApplication(
  answer: AccountAnswer<ApplicationSeen>,
  setup: OwnSetup,
): readonly Check[] {
  if (answer.kind !== 'answered') return [notApplication(answer)];
  const { name, messages, mayUseContents } = answer.value;
  return [
    ok('application', `VONAGE_APPLICATION_ID is the application ${JSON.stringify(name ?? '')}`),
    checkKeyPair(answer.value, setup),
    ...checkMessages(messages, setup),
    mayUseContents === true
      ? ok(
          'contents',
          'Vonage may use the contents of messages to improve its services',
          'Switch "Help improve our services" off in the application, unless you want it.',
        )
      : ok('contents', 'Vonage may not use the contents of messages'),
  ];
}

function checkKeyPair({ publicKey }: ApplicationSeen, setup: OwnSetup): Check {
  const name = 'key pair';
  if (setup.publicKey === null) {
    return wrong(
      name,
      'VONAGE_PRIVATE_KEY cannot sign',
      'Set the private key (PEM) that the dashboard gave out for this application.',
    );
  }
  if (publicKey === null) return unreadable(name, 'Vonage does not tell the public key');
  return withoutSpace(publicKey) === withoutSpace(setup.publicKey)
    ? ok(name, 'VONAGE_PRIVATE_KEY belongs to the application')
    : wrong(
        name,
        'VONAGE_PRIVATE_KEY is not the key of this application, so every call is refused',
        'Set the key that belongs to it, or make a new pair in the dashboard.',
      );
}

function checkMessages(messages: ApplicationSeen['messages'], setup: OwnSetup): readonly Check[] {
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
    checkAddress('status', statusUrl, statusMethod, setup),
    checkAddress('inbound', inboundUrl, inboundMethod, setup),
  ];
}

function checkAddress(
  kind: 'status' | 'inbound',
  url: string | null,
  method: string | null,
  setup: OwnSetup,
): Check {
  const name = `${kind} webhook`;
  const expected = addressOf(setup, kind);
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

const notApplication = (answer: Exclude<AccountAnswer<unknown>, { kind: 'answered' }>): Check =>
  answer.kind === 'refused' && answer.status === 404
    ? wrong(
        'application',
        'the account has no application with the id VONAGE_APPLICATION_ID',
        'Copy the id from Dashboard, Applications.',
      )
    : notAnswered('application', answer);

const withoutSpace = (pem: string): string => pem.replaceAll(/\s/g, '');
