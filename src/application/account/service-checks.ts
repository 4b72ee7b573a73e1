import type { OwnService } from '../ports/provider-account.js';
import { ok, unreadable, wrong, type Check } from './check.js';
import { addressOf, type OwnSetup } from './own-setup.js';

export async function checkSignature(service: OwnService): Promise<Check> {
  const name = 'signature secret';
  const seen = await service.webhooks();
  const todo = 'Compare VONAGE_SIGNATURE_SECRET with Dashboard, API Settings, Signed webhooks.';
  if (seen === null) {
    return unreadable(
      name,
      'Vonage tells it nowhere, and the service cannot be asked whether webhooks were genuine',
      `Start the service, or set WAYBILL_URL and WAYBILL_API_KEY (scope metrics). ${todo}`,
    );
  }
  const { genuine, rejected } = seen;
  if (genuine > 0) {
    return ok(name, `${genuine} webhooks were genuine since the service started`);
  }
  return rejected > 0
    ? wrong(name, `all ${rejected} webhooks since the service started were rejected`, todo)
    : unreadable(name, 'no webhook came since the service started', todo);
}

export async function checkReach(service: OwnService, setup: OwnSetup): Promise<Check> {
  const name = 'way to this service';
  const url = addressOf(setup, 'status');
  if (url === null) {
    return unreadable(
      name,
      'PUBLIC_URL is not set',
      'Set PUBLIC_URL to the address under which Vonage reaches this service.',
    );
  }
  const reached = await service.reach(url);
  if (reached === 'waybill') {
    return ok(name, `a webhook to ${url} arrives here, at least from this machine`);
  }
  const why = reached === 'other' ? 'something else answers' : reached.noAnswer;
  return wrong(
    name,
    `a webhook to ${url} does not arrive: ${why}`,
    'Start the service, and look at PUBLIC_URL, the tunnel or proxy, and the firewall.',
  );
}
