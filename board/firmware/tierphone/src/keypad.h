#pragma once
#include <stdint.h>

#include "events.h"
#include "wires.h"

// A keypad of rows and columns without diodes, scanned once a millisecond.
class Keypad {
 public:
  static const uint8_t MOST = 4;
  // Looks, which are milliseconds. A press counts soon, a release only when no contact bounces for so long.
  static const uint8_t PRESS = 5;
  static const uint8_t RELEASE = 15;

  // `map` has a character of KEYS, or a space, for each key, row by row.
  Keypad(const Wires &wires, uint8_t rows, uint8_t columns, const char *map);

  void scan(Events &events);

 private:
  void look(uint8_t column, uint8_t row, bool closed, Events &events);

  const Wires &wires_;
  const uint8_t rows_;
  const uint8_t columns_;
  const char *const map_;
  // Rows by bit, for each column.
  uint8_t down_[MOST];
  uint8_t stood_[MOST][MOST];
};
