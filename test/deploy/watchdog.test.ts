import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { build } from '../../deploy/package/build.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { Machine, mayMake } from './machine.ts';

/** Several starts of Node and some of systemd, on a busy machine. */
const LIMIT = 300_000;

/** A phone with nothing around it: no broker, no trunk, no board, no sound card. */
const TERMINAL = {
  facility: 'pine-river',
  unit: 'B',
  terminal: 'B-1',
  board: '/etc/tierphone/board.json',
  data: '/var/lib/tierphone',
  sip: {
    local: { address: '127.0.0.1' },
    trunks: [
      { name: 'exchange', domain: 'x.example', server: { host: '127.0.0.1', port: 9 }, user: 'b', register: false },
    ],
  },
  mqtt: { url: 'mqtt://127.0.0.1:9' },
  keys: { orders: 'keys/orders.json', platform: 'keys/platform.json' },
};
const BOARD = {
  name: 'nothing is plugged in',
  hardware: { kind: 'serial', path: '/dev/not-there' },
  audio: { kind: 'alsa', capture: 'plughw:CARD=Gone', playback: 'plughw:CARD=Gone' },
};

/** Has the inspector of a process (SIGUSR1 opens it) evaluate a script that never ends, in the main thread or in the worker. */
const HANG = `
const [, , pid, where] = process.argv;
process.kill(Number(pid), 'SIGUSR1');
let targets;
while (!targets) targets = await fetch('http://127.0.0.1:9229/json').then((answer) => answer.json()).catch(() => undefined);
const socket = new WebSocket(targets[0].webSocketDebuggerUrl);
await new Promise((resolve) => socket.addEventListener('open', resolve));
let id = 0;
const loop = { id: ++id, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } };
if (where === 'main') {
  socket.send(JSON.stringify(loop));
} else {
  const attached = new Promise((resolve) => socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(data);
    if (method === 'NodeWorker.attachedToWorker') resolve(params.sessionId);
  }));
  socket.send(JSON.stringify({ id: ++id, method: 'NodeWorker.enable', params: { waitForDebuggerOnStart: false } }));
  const sessionId = await attached;
  socket.send(JSON.stringify({ id: ++id, method: 'NodeWorker.sendMessageToWorker', params: { sessionId, message: JSON.stringify(loop) } }));
}
setTimeout(() => process.exit(0), 500);
`;

/** The unit as it is, but with less patience. */
const DROP_IN = `
[Service]
WatchdogSec=6
RestartSec=1
`;
const RESCUE = `
[Service]
Environment=TRY_AGAIN=1 REBOOT_AFTER=99999999
`;

const BEFORE = `
dpkg --force-unsafe-io -i /out/tierphone_*.deb
cd /etc/tierphone
tierphone keys keys --facility pine-river
cp /out/terminal.yaml /out/board.json .
systemd-tmpfiles --create tierphone.conf
mkdir -p /etc/systemd/system/tierphone-terminal.service.d /etc/systemd/system/tierphone-rescue.service.d
cp /out/drop-in /etc/systemd/system/tierphone-terminal.service.d/test.conf
cp /out/rescue /etc/systemd/system/tierphone-rescue.service.d/test.conf
rm -f /etc/systemd/system/*/tierphone-terminal.service
mkdir -p /var/log/journal
`;

const FUNCTIONS = `
unit=tierphone-terminal
of() { systemctl show --value --property="$1" $unit; }
restarts() { until [ "$(of NRestarts)" -ge "$1" ]; do sleep 0.2; done; }
ready() { until [ "$(of SubState)" = running ]; do sleep 0.2; done; }
told() { until journalctl --unit=$unit --unit=tierphone-rescue --output=cat | grep -q "$1"; do sleep 0.2; done; echo "told: $1"; }
systemctl start --no-block systemd-journald.socket systemd-journald.service
`;

let folder: string;
let files: Record<string, string | Buffer>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchdog-'));
  await mkdir(join(folder, 'stage'));
  const [deb = ''] = await build({
    root: packageRoot(),
    out: folder,
    stage: join(folder, 'stage'),
    epoch: 1_700_000_000,
  });
  files = {
    [basename(deb)]: readFileSync(deb),
    'terminal.yaml': stringify(TERMINAL),
    'board.json': JSON.stringify(BOARD),
    'hang.mjs': HANG,
    'drop-in': DROP_IN,
    rescue: RESCUE,
  };
}, LIMIT);
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!mayMake)('under systemd', () => {
  test(
    'a phone without board, card and broker is fed; one that hangs is killed and started anew, its cause named',
    () => {
      const machine = new Machine(files);
      const { lines, stderr } = machine.boot(
        BEFORE,
        `${FUNCTIONS}
        systemctl start $unit
        ready
        echo "$(of StatusText)"
        sleep 15
        echo "after 15 s: $(of NRestarts) restarts"
        kill -STOP "$(of MainPID)"
        restarts 1
        ready
        echo 'stopped: started anew'
        node --experimental-websocket /out/hang.mjs "$(of MainPID)" main
        restarts 2
        ready
        echo 'event loop: started anew'
        node --experimental-websocket /out/hang.mjs "$(of MainPID)" thread
        told 'not alive: media thread (no answer'
        restarts 3
        ready
        echo 'media thread: started anew'
        systemctl stop $unit
        echo "stopped: $(of Result)"`,
      );
      machine.remove();
      expect(stderr).not.toMatch(/error/i);
      expect(lines).toEqual([
        'event loop, sound, hook and link are alive',
        'after 15 s: 0 restarts',
        'stopped: started anew',
        'event loop: started anew',
        'told: not alive: media thread (no answer',
        'media thread: started anew',
        'stopped: success',
        'the end',
      ]);
    },
    LIMIT,
  );

  test(
    'a phone that fails ten times is left to the rescue: a wrong file costs no start of the machine',
    () => {
      const machine = new Machine({ ...files, 'drop-in': `${DROP_IN}Environment=NODE_OPTIONS=--not-known\n` });
      const { lines } = machine.boot(
        BEFORE,
        `${FUNCTIONS}
        systemctl start $unit || true
        told 'nor did starting the machine help'
        rm /etc/systemd/system/tierphone-terminal.service.d/test.conf
        echo 'facility: 1' > /etc/tierphone/terminal.yaml
        systemctl daemon-reload
        told 'the configuration of the terminal is wrong'
        cp /out/terminal.yaml /etc/tierphone/
        ready
        echo 'comes up when its file is right'`,
      );
      machine.remove();
      expect(lines).toEqual([
        'told: nor did starting the machine help',
        'told: the configuration of the terminal is wrong',
        'comes up when its file is right',
        'the end',
      ]);
    },
    LIMIT,
  );
});
