import { Command } from 'commander';
import { packageVersion } from '../protocol/package-root.ts';
import { accountCommand } from './account.ts';
import { announceCommand } from './announce.ts';
import { asyncapiCommand } from './asyncapi.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { boardCommand } from './board.ts';
import { claimCommand } from './claim.ts';
import { codeCommand } from './code.ts';
import { commandCommand } from './command.ts';
import { decommissionCommand } from './decommission.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { hotlinesCommand } from './hotlines.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { keysetCommand } from './keyset.ts';
import { lockdownCommand } from './lockdown.ts';
import { platformCommand } from './platform.ts';
import { restoreCommand } from './restore.ts';
import { selftestCommand } from './selftest.ts';
import { siteCommand } from './site.ts';
import { statusCommand } from './status.ts';
import { terminalCommand } from './terminal.ts';
import { strict } from './usage.ts';
import { voiceCommand } from './voice.ts';

/** `tierphone` with all its commands: what is run, and what manual and completion are made of. */
export function makeProgram(): Command {
  return strict(new Command('tierphone'))
    .description('Inmate wall phones: the terminal, the platform behind it, and the orders of staff.')
    .version(packageVersion())
    .showHelpAfterError('(--help tells how it is used)')
    .addCommand(strict(terminalCommand()))
    .addCommand(strict(platformCommand()))
    .addCommand(siteCommand())
    .addCommand(strict(importCommand()))
    .addCommand(strict(exportCommand()))
    .addCommand(selftestCommand())
    .addCommand(doctorCommand())
    .addCommand(lockdownCommand())
    .addCommand(statusCommand())
    .addCommand(commandCommand())
    .addCommand(strict(hotlinesCommand()))
    .addCommand(keysCommand())
    .addCommand(keysetCommand())
    .addCommand(codeCommand())
    .addCommand(accountCommand())
    .addCommand(asyncapiCommand())
    .addCommand(boardCommand())
    .addCommand(auditCommand())
    .addCommand(backupCommand())
    .addCommand(strict(restoreCommand()))
    .addCommand(voiceCommand())
    .addCommand(claimCommand())
    .addCommand(announceCommand())
    .addCommand(decommissionCommand())
    .configureHelp({ showGlobalOptions: true });
}
