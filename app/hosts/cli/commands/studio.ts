import { createInterface } from 'node:readline';
import { isAppError } from '../../../core/errors/app-error.ts';
import { requireWorkspace } from '../../find-workspace.ts';
import { readNewCollections, sampleWorkspace } from '../../sample-workspace.ts';
import { studioFolder } from '../../studio-folder.ts';
import { type CommandContext, type CommandResult, type CommonOptions, workspaceFolder } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import { openBrowser } from '../open-browser.ts';
import { showError } from '../show-error.ts';
import { STUDIO_PORT } from '../studio-port.ts';

interface StudioCommandOptions extends CommonOptions {
  sample?: true;
  port?: number;
  open: boolean;
}

export async function studio(context: CommandContext, options: StudioCommandOptions): Promise<CommandResult> {
  const { terminal, env, cwd } = context;
  const folder = studioFolder();
  const workspace = options.sample
    ? await sampleWorkspace(env)
    : (workspaceFolder(cwd, options) ?? requireWorkspace(cwd));
  const [{ openHost }, { createContractService }, { serveStudio }] = await Promise.all([
    import('../../compose.ts'),
    import('../../contract-router.ts'),
    import('../../web/serve-studio.ts'),
  ]);
  const host = await openHost({ folder: workspace, env, cwd: workspace });
  // The page is there meanwhile; a run that is started before waits for it.
  const reading = options.sample ? readNewCollections(host) : undefined;
  reading?.catch((thrown: unknown) => isAppError(thrown) && showError(terminal, thrown.toWire()));
  const service = createContractService(host, { before: reading });
  try {
    const ports = options.port === undefined ? [STUDIO_PORT, 0] : [options.port];
    const server = await serveStudio(service, { folder, ports });
    const link = server.newLink();
    const opened = options.open && process.stdout.isTTY ? await openBrowser(link, env) : false;
    terminal.err(`${host.config.name}: ${workspace}`);
    terminal.out(opened ? server.newLink() : link);
    terminal.err(
      terminal.style(
        'dim',
        `${opened ? 'It opens in your browser. ' : ''}A link works once and for ten minutes: press Enter for a new one, Ctrl-C to end.`,
        'err',
      ),
    );
    await untilStopped(context, () => terminal.out(server.newLink()));
    terminal.err('Ending: runs under way stop so that they can be resumed.');
    await server.close();
  } finally {
    await service.close();
    await reading?.catch(() => undefined);
    await host.close();
  }
}

/** Until Ctrl-C or a signal; the second one ends at once. Each line of input asks for a link. */
function untilStopped({ terminal }: CommandContext, onLine: () => void): Promise<void> {
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin, terminal: false }) : undefined;
  lines?.on('line', onLine);
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitCodes.killed.code);
        asked = true;
        terminal.err();
        lines?.close();
        resolve();
      });
    }
  });
}
