import { execFile } from 'node:child_process';
import type { Finding } from '../../protocol/finding.ts';

const UNIT = 'tierphone-terminal';

/** What a program printed; null where it is not here or failed. */
export function told(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 5_000 }, (error, out) => resolve(error ? null : out.trim()));
  });
}

/** Why no terminal runs, by what systemd knows of its service. */
export async function serviceFindings(): Promise<Finding[]> {
  const properties = [
    'LoadState',
    'ActiveState',
    'SubState',
    'UnitFileState',
    'Result',
    'ExecMainStatus',
    'ConditionResult',
  ];
  const shown = await told('systemctl', ['show', UNIT, `--property=${properties.join(',')}`]);
  const state = Object.fromEntries((shown ?? '').split('\n').map((line) => line.split('=', 2)));
  const finding = (what: string, remedy: string): Finding[] => [
    { weight: 'stops-calls', what, why: 'the phone is dead until its program runs', remedy },
  ];
  if (shown === null || state.LoadState === 'not-found') {
    return finding(
      'no terminal runs here, and there is no service for it',
      'install the package, or start tierphone terminal yourself',
    );
  }
  if (state.UnitFileState === 'masked') return finding('the service is masked', `systemctl unmask ${UNIT}`);
  if (state.ConditionResult === 'no' && state.ActiveState === 'inactive') {
    return finding(
      'the service waits for a configuration',
      'write /etc/tierphone/terminal.yaml, then systemctl start it',
    );
  }
  if (state.ActiveState === 'inactive') return finding('the service is stopped', `systemctl enable --now ${UNIT}`);
  const why = `${state.ActiveState}, ${state.SubState}; last result ${state.Result}, exit ${state.ExecMainStatus}`;
  return finding(`the service does not stay up: ${why}`, `journalctl -u ${UNIT} -n 50 says why in its last lines`);
}
