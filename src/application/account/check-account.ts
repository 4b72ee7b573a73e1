import type { OwnService, ProviderAccount } from '../ports/provider-account.js';
import {
  checkBalance,
  checkClock,
  checkCredentials,
  checkRate,
  checkSending,
  defaultSmsSetting,
} from './account-checks.js';
import { checkApplication } from './application-checks.js';
import type { Check } from './check.js';
import type { OwnSetup } from './own-setup.js';
import { checkReach, checkSignature } from './service-checks.js';

/** Checks a real account, without changing it and without sending. */
export class CheckAccount {
  constructor(
    private readonly account: ProviderAccount,
    private readonly service: OwnService,
    private readonly setup: OwnSetup,
  ) {}

  async execute(): Promise<readonly Check[]> {
    const { account, service, setup } = this;
    const [balance, rate, application, emptySend] = await Promise.all([
      account.balance(),
      account.requestsPerSecondMax(),
      account.application(),
      account.emptySend(),
    ]);
    return [
      checkCredentials(balance),
      checkBalance(balance),
      ...checkApplication(application, setup),
      checkSending(emptySend),
      checkRate(rate, setup.requestsPerSecond),
      checkClock([balance, rate, application, emptySend]),
      defaultSmsSetting,
      await checkSignature(service),
      await checkReach(service, setup),
    ];
  }
}
