import { launchStack, printLine, waitForAbort } from './launcher.ts';

process.exitCode = await launchStack(async (stack, _settings, signal) => {
  printLine(`ready. API ${stack.apiUrl}, dashboard ${stack.dashboardUrl}; Ctrl-C stops everything.`);
  await waitForAbort(signal);
  return 0;
});
