import { CommandsDevice } from './commands.ts';
import { PortDevice } from './message-port.ts';
import { NoDevice } from './none.ts';
import type { DeviceOptions } from './options.ts';
import type { DeviceListener, SoundDevice } from './sound-device.ts';

/** Opens the device of `options`. Failing and coming back is told to `listener`, also at the start. */
export function openDevice(options: DeviceOptions, listener: DeviceListener): SoundDevice {
  switch (options.kind) {
    case 'commands':
      return new CommandsDevice(options, listener);
    case 'port':
      return new PortDevice(options.port, listener);
    case 'none':
      return new NoDevice();
  }
}
