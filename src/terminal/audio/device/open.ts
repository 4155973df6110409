import { CommandsDevice } from './commands.ts';
import { PortDevice } from './message-port.ts';
import { NoDevice } from './none.ts';
import type { DeviceOptions } from './options.ts';
import type { DeviceListener, SoundDevice } from './sound-device.ts';

/**
 * Opens the device of `options`. Failing and coming back is told to `listener`, also at the start. A `steady` one does without the
 * changes that clocks which do not agree ask for, as long as there is sound.
 */
export function openDevice(options: DeviceOptions, steady: boolean, listener: DeviceListener): SoundDevice {
  switch (options.kind) {
    case 'commands':
      return new CommandsDevice(options, steady, listener);
    case 'port':
      return new PortDevice(options.port, listener);
    case 'none':
      return new NoDevice();
  }
}
