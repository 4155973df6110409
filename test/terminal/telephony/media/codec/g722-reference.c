/* G.722 by spandsp: raw samples of 16 kHz on standard input give codes, or (argument "decode") codes give samples. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <spandsp.h>

int main(int argc, char **argv) {
  static uint8_t codes[1 << 22];
  static int16_t samples[1 << 23];
  if (argc > 1 && strcmp(argv[1], "decode") == 0) {
    size_t size = fread(codes, 1, sizeof codes, stdin);
    g722_decode_state_t *state = g722_decode_init(NULL, 64000, 0);
    int count = g722_decode(state, samples, codes, (int)size);
    fwrite(samples, sizeof samples[0], (size_t)count, stdout);
  } else {
    size_t size = fread(samples, sizeof samples[0], sizeof samples / sizeof samples[0], stdin);
    g722_encode_state_t *state = g722_encode_init(NULL, 64000, 0);
    int count = g722_encode(state, codes, samples, (int)size);
    fwrite(codes, 1, (size_t)count, stdout);
  }
  return 0;
}
