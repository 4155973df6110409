// The kernel's GPIO interface, version 2 (linux/gpio.h, since Linux 5.10): what is in its structures, byte for byte.
import { endianness } from 'node:os';

const REQUEST_BYTES = 592;
const CONFIG_BYTES = 272;
const INFO_BYTES = 68;
const VALUES_BYTES = 16;
export const EVENT_BYTES = 48;

const NAME_BYTES = 32;
const READ_WRITE = 3;
const READ = 2;
/** _IOC of asm-generic/ioctl.h, which arm, arm64, riscv and x86 share. */
const code = (direction: number, number: number, size: number): number =>
  ((direction << 30) | (size << 16) | (0xb4 << 8) | number) >>> 0;

export const GET_INFO = code(READ, 0x01, INFO_BYTES);
export const GET_LINE = code(READ_WRITE, 0x07, REQUEST_BYTES);
export const SET_CONFIG = code(READ_WRITE, 0x0d, CONFIG_BYTES);
export const GET_VALUES = code(READ_WRITE, 0x0e, VALUES_BYTES);

const FLAG = { input: 1n << 2n, output: 1n << 3n, bothEdges: 3n << 4n, pullUp: 1n << 8n, pullDown: 1n << 9n };
const OUTPUT_VALUES = 2;

/** gpiochip_info, to be filled in by GET_INFO. */
export const emptyInfo = (): Buffer => Buffer.alloc(INFO_BYTES);

export function readInfo(info: Buffer): { name: string; label: string; lines: number } {
  const text = (at: number) => info.toString('utf8', at, at + NAME_BYTES).replace(/\0.*$/s, '');
  return { name: text(0), label: text(NAME_BYTES), lines: info.readUInt32LE(2 * NAME_BYTES) };
}

/** gpio_v2_line_request for a line to be read, with an event for each edge and the chip's own resistor, if it has one. */
export function inputRequest(offset: number, pull: 'up' | 'down'): Buffer {
  return requestOf(offset, config(FLAG.input | FLAG.bothEdges | (pull === 'up' ? FLAG.pullUp : FLAG.pullDown)));
}

/** gpio_v2_line_request for a line to be driven, or to float. */
export const outputRequest = (offset: number, to: 'low' | 'high' | 'float'): Buffer =>
  requestOf(offset, outputConfig(to));

/** gpio_v2_line_config that makes a line an output of this level, or an input. */
export const outputConfig = (to: 'low' | 'high' | 'float'): Buffer =>
  to === 'float' ? config(FLAG.input) : config(FLAG.output, to === 'high');

/** The file of the line that GET_LINE filled in. */
export const fileOf = (request: Buffer): number => request.readInt32LE(REQUEST_BYTES - 4);

/** gpio_v2_line_values that asks for the only line of a request. */
export function emptyValues(): Buffer {
  const values = Buffer.alloc(VALUES_BYTES);
  values.writeUInt32LE(1, 8);
  return values;
}

/** The level that GET_VALUES filled in. */
export const readValue = (values: Buffer): 'low' | 'high' => (values.readUInt32LE(0) === 0 ? 'low' : 'high');

const CONSUMER_AT = 256;
const CONFIG_AT = 288;
const COUNT_AT = 560;

function requestOf(offset: number, wanted: Buffer): Buffer {
  if (endianness() !== 'LE') throw new Error('this machine is big-endian, which this driver is not made for');
  const request = Buffer.alloc(REQUEST_BYTES);
  request.writeUInt32LE(offset, 0);
  request.write('tierphone', CONSUMER_AT);
  wanted.copy(request, CONFIG_AT);
  request.writeUInt32LE(1, COUNT_AT);
  return request;
}

/** gpio_v2_line_config of the only line of a request; `high` is the level of an output. */
function config(flags: bigint, high = false): Buffer {
  const bytes = Buffer.alloc(CONFIG_BYTES);
  bytes.writeBigUInt64LE(flags, 0);
  if (high) {
    bytes.writeUInt32LE(1, 8);
    bytes.writeUInt32LE(OUTPUT_VALUES, 32);
    bytes.writeBigUInt64LE(1n, 40);
    bytes.writeBigUInt64LE(1n, 48);
  }
  return bytes;
}
