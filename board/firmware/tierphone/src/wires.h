// What the core asks of the pins. The Arduino edge gives these by digitalRead and digitalWrite, a test by a model of the wires.
#pragma once
#include <stdint.h>

enum Contact : uint8_t { HOOK, TAMPER, VOLUME_UP, VOLUME_DOWN };

struct Wires {
  // HOOK: the handset is lifted. TAMPER: the housing is open. VOLUME_*: the button is down.
  bool (*contact)(Contact which);
  // Pulls a column of the keypad to ground, or lets go of it: then it must float, not be driven high.
  void (*drive)(uint8_t column);
  void (*release)(uint8_t column);
  // Whether a row of the keypad is at ground.
  bool (*row)(uint8_t row);
};
