import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  EVENT_BYTES,
  emptyInfo,
  emptyValues,
  GET_INFO,
  GET_LINE,
  GET_VALUES,
  inputRequest,
  outputConfig,
  outputRequest,
  readInfo,
  SET_CONFIG,
} from '../../../../src/terminal/hardware/gpio/gpiod/uapi.ts';

/** The same structures, made by a compiler from the kernel's own header. */
const PROGRAM = `
#include <linux/gpio.h>
#include <stdio.h>
#include <string.h>
#define OUT(name, value) print(name, &(value), sizeof(value))
static void print(const char *name, const void *at, unsigned long size) {
  printf("%s ", name);
  for (unsigned long i = 0; i < size; i++) printf("%02x", ((const unsigned char *)at)[i]);
  printf("\\n");
}
int main(void) {
  struct gpio_v2_line_request input = {.offsets = {17}, .consumer = "tierphone", .num_lines = 1};
  input.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING
    | GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  OUT("input", input);
  input.config.flags ^= GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  OUT("pulled-down", input);
  struct gpio_v2_line_request output = {.offsets = {5}, .consumer = "tierphone", .num_lines = 1};
  output.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
  OUT("low", output);
  struct gpio_v2_line_config_attribute *value = &output.config.attrs[0];
  output.config.num_attrs = 1;
  value->attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
  value->attr.values = value->mask = 1;
  OUT("high", output.config);
  struct gpio_v2_line_config floating = {.flags = GPIO_V2_LINE_FLAG_INPUT};
  OUT("float", floating);
  struct gpio_v2_line_values values = {.mask = 1};
  OUT("values", values);
  struct gpiochip_info info = {.name = "gpiochip0", .label = "pinctrl-bcm2711", .lines = 58};
  OUT("info", info);
  printf("codes %u %u %u %u %lu\\n", (unsigned)GPIO_GET_CHIPINFO_IOCTL, (unsigned)GPIO_V2_GET_LINE_IOCTL,
    (unsigned)GPIO_V2_LINE_SET_CONFIG_IOCTL, (unsigned)GPIO_V2_LINE_GET_VALUES_IOCTL, sizeof(struct gpio_v2_line_event));
}`;

function compiled(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'uapi-'));
  try {
    writeFileSync(join(folder, 'uapi.c'), PROGRAM);
    execFileSync('gcc', ['-o', join(folder, 'uapi'), join(folder, 'uapi.c')]);
    const lines = execFileSync(join(folder, 'uapi'), { encoding: 'utf8' }).trim().split('\n');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the kernel's structures", () => {
  it('are byte for byte what a compiler makes of linux/gpio.h', () => {
    const made = compiled();
    expect(inputRequest(17, 'up').toString('hex')).toBe(made.get('input'));
    expect(inputRequest(17, 'down').toString('hex')).toBe(made.get('pulled-down'));
    expect(outputRequest(5, 'low').toString('hex')).toBe(made.get('low'));
    expect(outputConfig('high').toString('hex')).toBe(made.get('high'));
    expect(outputConfig('float').toString('hex')).toBe(made.get('float'));
    expect(emptyValues().toString('hex')).toBe(made.get('values'));
    expect(emptyInfo()).toHaveLength((made.get('info') ?? '').length / 2);
    expect(readInfo(Buffer.from(made.get('info') ?? '', 'hex'))).toEqual({
      name: 'gpiochip0',
      label: 'pinctrl-bcm2711',
      lines: 58,
    });
    const codes = [GET_INFO, GET_LINE, SET_CONFIG, GET_VALUES, EVENT_BYTES];
    expect(codes.join(' ')).toBe(made.get('codes'));
  });
});
