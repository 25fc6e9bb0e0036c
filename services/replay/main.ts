import { runService } from '../../shared/process.ts';
import { parseFaultRules } from './faults.ts';
import { startReplay } from './server.ts';

await runService('replay', async ({ config, log, onClose }) => {
  const server = await startReplay({
    port: config.REPLAY_PORT,
    host: config.BIND_HOST,
    dataFolder: config.REPLAY_DATA,
    faults: parseFaultRules(config.REPLAY_FAULTS),
  });
  onClose(server);
  log.info({ url: server.url, dataFolder: config.REPLAY_DATA }, 'replay providers listening');
});
